import type { Site } from "../../../stacks/outputs.ts";
import { toEvidence } from "../evidence.ts";
import type { Stage } from "../stage.ts";

export function startWorkloads(to: Site, needs: readonly string[], deadlineMs: number): Stage {
  return {
    name: "start-workloads",
    needs,
    deadlineMs,
    summary: `start the application at ${to} and wait until it is ready`,
    async run({ ports, signal }) {
      return toEvidence({ workloads: await ports.workloads.start(to, signal) });
    },
  };
}
