import type { Site } from "../../../stacks/outputs.ts";
import { toEvidence } from "./evidence.ts";
import type { Stage } from "./stage.ts";

/** The public name answers from the new site: recovery ends here, for users. */
export function verifyPublic(to: Site, needs: readonly string[], deadlineMs: number): Stage {
  return {
    name: "verify-public",
    needs,
    deadlineMs,
    summary: `wait until the public name answers from ${to}`,
    async run(context) {
      const answer = await context.until("the public name", async () => {
        const result = await context.ports.probe.publicName(context.signal);
        if (result.kind !== "answer") return { not: result.reason };
        // An application need not say where it is; then `reroute` has seen the traffic point to the new site.
        if (result.site !== undefined && result.site !== to) return { not: `it still answers from ${result.site}` };
        return result.status === "unhealthy" ? { not: `${to} answers that it is unhealthy` } : { done: result };
      });
      return toEvidence(answer);
    },
  };
}
