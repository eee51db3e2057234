import type { Site } from "../../../stacks/outputs.ts";
import { toEvidence } from "./evidence.ts";
import type { Stage } from "./stage.ts";

/** Lets the application write at a site that was promoted. */
export function openWrites(to: Site, needs: readonly string[], deadlineMs: number): Stage {
  return {
    name: "open-writes",
    needs,
    deadlineMs,
    summary: `let the application write at ${to}`,
    async verify({ ports, signal, clock }) {
      if (!(await ports.database.isWritable(to, signal))) return undefined;
      return toEvidence({ site: to, seenAt: clock.now().toISOString() });
    },
    async run({ ports, signal }) {
      await ports.database.openWrites(to, signal);
      return {};
    },
  };
}
