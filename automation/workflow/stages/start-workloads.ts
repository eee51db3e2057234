import type { Site } from "../../../stacks/outputs.ts";
import { toEvidence } from "./evidence.ts";
import type { Stage } from "./stage.ts";

export function startWorkloads(to: Site, needs: readonly string[], deadlineMs: number): Stage {
  return {
    name: "start-workloads",
    needs,
    deadlineMs,
    summary: `start the application at ${to} and wait until it is ready`,
    async run({ ports, signal, log }) {
      const compute = await ports.workloads.compute(to, signal);
      if (compute.kind === "elsewhere")
        log(`the workloads at ${to} run outside the driver's reach and are not started by it; they are only verified`);
      return toEvidence({ compute, workloads: await ports.workloads.start(to, signal) });
    },
  };
}
