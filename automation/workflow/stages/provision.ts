import type { Site } from "../../../stacks/outputs.ts";
import { DriverError } from "../../domain/errors.ts";
import { toEvidence } from "../evidence.ts";
import type { Stage, StageContext } from "../stage.ts";

/** Lights the compute of the site to move to. The primary is never dark: there it only looks. */
export function provision(to: Site, needs: readonly string[], deadlineMs: number): Stage {
  const common = { name: `provision-${to}`, needs, deadlineMs };
  if (to === "primary") {
    return {
      ...common,
      summary: "look whether the primary's cluster answers",
      async run({ ports, signal }) {
        const workloads = await ports.workloads.status("primary", signal);
        return toEvidence({ lit: false, workloads });
      },
    };
  }
  return {
    ...common,
    summary: "light the standby's compute (drActive)",
    async before({ ports }) {
      const { drActive } = await ports.infrastructure.switches("standby");
      return toEvidence({ drActive });
    },
    async run(context) {
      const changes = await apply(context, true);
      const outputs = await context.ports.infrastructure.standby();
      if (outputs?.cluster === undefined) {
        throw new DriverError("unverified", "the standby was lit but its stack has no cluster among its outputs");
      }
      return toEvidence({ lit: true, changes });
    },
    async compensate(context) {
      if (context.before.drActive === true) return toEvidence({ doused: false, reason: "it was lit before" });
      return toEvidence({ doused: true, changes: await apply(context, false) });
    },
  };
}

function apply({ ports, signal, log }: StageContext, drActive: boolean) {
  return ports.infrastructure.apply("standby", { drActive }, { signal, onProgress: log });
}
