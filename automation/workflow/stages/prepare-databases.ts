import type { Site } from "../../../stacks/outputs.ts";
import { toEvidence } from "./evidence.ts";
import type { Stage } from "./stage.ts";

/** First protection: roles, foundation and publication on both sites. From here on the application can make its tables. */
export function prepareDatabases(active: Site, follower: Site, needs: readonly string[], deadlineMs: number): Stage {
  return {
    name: "prepare-databases",
    needs,
    deadlineMs,
    summary: `prepare the databases of both sites, ${follower} fenced and ${active} open`,
    async run({ ports, signal }) {
      // The follower first: at no instant may both be open.
      const { restartedFor } = await ports.database.prepare(follower, false, signal);
      await ports.database.prepare(active, true, signal);
      return toEvidence({ fenced: follower, writable: active, ...(restartedFor.length > 0 && { restartedFor }) });
    },
  };
}
