import type { Site } from "../../../stacks/outputs.ts";
import { DriverError, toDriverError } from "../../domain/errors.ts";
import { capacityRefused } from "../../domain/guards.ts";
import { toEvidence } from "../evidence.ts";
import type { Stage, StageContext } from "../stage.ts";

/** Lights the compute of the site to move to. The primary is never dark: there it only looks. */
export function provision(to: Site, needs: readonly string[], deadlineMs: number): Stage {
  const common = { name: `provision-${to}`, needs, deadlineMs };
  if (to === "primary") {
    return {
      ...common,
      summary: "look whether the primary's compute answers",
      async run({ ports, signal, log }) {
        const compute = await ports.workloads.compute("primary", signal);
        if (compute.kind === "elsewhere")
          log("the primary's workloads run outside the driver's reach: nothing to look at");
        const workloads = await ports.workloads.status("primary", signal);
        return toEvidence({ lit: false, compute, workloads });
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
      const changes = await apply(context, true).catch(async (error: unknown) => {
        const { code, message } = toDriverError(error);
        if (code !== "capacity" || context.signal.aborted) throw error;
        // Overridden: what is there must do; below it is looked whether anything is.
        const { by } = await context.passGuard(capacityRefused("standby", message));
        return { refused: message, overriddenBy: by };
      });
      const compute = await context.ports.workloads.compute("standby", context.signal);
      if (compute.kind === "dark") {
        throw new DriverError(
          "unverified",
          "the standby was lit but its stack has neither a cluster nor a container group among its outputs",
        );
      }
      return toEvidence({ lit: true, compute, changes });
    },
    async compensate(context) {
      if (context.before.drActive === true) return toEvidence({ doused: false, reason: "it was lit before" });
      return toEvidence({ doused: true, changes: await apply(context, false) });
    },
  };
}

/** Users stay where they are: after a forced move home the standby's stack may still say that it is the active site. */
function apply({ ports, signal, log, from }: StageContext, drActive: boolean) {
  return ports.infrastructure.apply("standby", { drActive, activeSite: from }, { signal, onProgress: log });
}
