import type { Site } from "../../../stacks/outputs.ts";
import { toEvidence } from "./evidence.ts";
import type { Stage } from "./stage.ts";

/** Makes the follower a copy of the active site: roles and publication on both (again, where a first protection has done so), then everything anew. */
export function replicateDatabase(active: Site, follower: Site, needs: readonly string[], deadlineMs: number): Stage {
  return {
    name: "replicate-database",
    needs,
    deadlineMs,
    summary: `make ${follower} a copy of ${active} and let it follow`,
    async run({ ports, signal }) {
      // The follower first: at no instant may both be open.
      const { restartedFor } = await ports.database.prepare(follower, false, signal);
      await ports.database.prepare(active, true, signal);
      await ports.database.replicate(active, follower, { copy: true }, signal);
      return toEvidence({
        from: active,
        to: follower,
        following: true,
        ...(restartedFor.length > 0 && { restartedFor }),
      });
    },
  };
}
