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
    async before({ ports, operation }) {
      const { drActive } = await ports.infrastructure.switches("standby");
      // What was lit ahead of this move is this move's: it is put out with it.
      return toEvidence({ drActive: drActive && operation.lit !== true });
    },
    async run(context) {
      const changes = await light(context).catch(async (error: unknown) => {
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

/** How often it is looked whether the update has ended that was under way. */
const lockedMs = 5_000;

/** The update of a warm-up that this move took over goes on by itself: its end is waited for, and what it made is used. */
async function light(context: StageContext) {
  for (;;) {
    try {
      return await apply(context, true);
    } catch (error) {
      if (context.operation.lit !== true || toDriverError(error).code !== "locked") throw error;
      context.log("the standby is being lit already: waiting for that to end");
      await context.clock.sleep(lockedMs, context.signal);
    }
  }
}

/** Users stay where they are: after a forced move home the standby's stack may still say that it is the active site. */
function apply({ ports, signal, log, from }: StageContext, drActive: boolean) {
  return ports.infrastructure.apply("standby", { drActive, activeSite: from }, { signal, onProgress: log });
}
