import type { Site } from "../../../stacks/outputs.ts";
import { toEvidence } from "./evidence.ts";
import type { Stage } from "./stage.ts";

/** "Completed" is not trusted: every table in sync, and a heartbeat of now has come through. */
export function verifySync(active: Site, follower: Site, needs: readonly string[], deadlineMs: number): Stage {
  return {
    name: "verify-sync",
    needs,
    deadlineMs,
    summary: `wait until ${follower} is in sync with ${active}`,
    async run(context) {
      const { ports, signal } = context;
      const bound = Math.min(30, context.settings.rpoSeconds);
      const lag = await context.until(`${follower} in sync`, async () => {
        await ports.database.heartbeat(active, signal);
        if (!(await ports.database.inSync(follower, signal)))
          return { not: (await ports.database.whyNotInSync(follower, signal)) ?? "rows were still arriving" };
        const now = await ports.database.lag(follower, signal);
        if (!now.streaming) return { not: "replication does not run" };
        if (now.seconds === undefined || now.seconds > bound)
          return { not: `it lags ${now.seconds ?? "an unknown number of"} s` };
        return { done: now };
      });
      return toEvidence({ from: active, to: follower, lagSeconds: lag.seconds });
    },
  };
}
