import type { Site } from "../../../stacks/outputs.ts";
import { DriverError, toDriverError } from "../../domain/errors.ts";
import { capacityRefused } from "../../domain/guards.ts";
import { type RefusedSize, refusalText, sizesToTry, withFirst } from "../../domain/node-sizes.ts";
import { toEvidence } from "./evidence.ts";
import type { Stage, StageContext } from "./stage.ts";

/** Lights the compute of the site to move to. The primary is never dark: there it only looks. */
export function provision(to: Site, needs: readonly string[], deadlineMs: number): Stage {
  const common = { name: `provision-${to}`, needs, deadlineMs };
  if (to === "primary") {
    return {
      ...common,
      summary: "check that the primary's compute answers",
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
      const { drActive, nodeType } = await ports.infrastructure.switches("standby");
      const standby = await ports.infrastructure.standby();
      // The size of nodes that are there is not to be changed.
      const declared = standby === undefined || standby.cluster !== undefined ? [] : standby.nodeTypes;
      // What was lit ahead of this move is this move's: it is scaled down with it.
      return toEvidence({
        drActive: drActive && operation.lit !== true,
        nodeTypes: declared.length > 1 ? sizesToTry(nodeType, declared) : [],
      });
    },
    async run(context) {
      const refused: RefusedSize[] = [];
      const changes = await light(context, refused).catch(async (error: unknown) => {
        const { code, message } = toDriverError(error);
        if (code !== "capacity" || context.signal.aborted) throw error;
        // Overridden: what is there must do; below it is looked whether anything is.
        const reason = refused.length > 1 ? refusalText(refused) : message;
        const { by } = await context.passGuard(capacityRefused("standby", reason), toEvidence({ refused }));
        return { refused: message, overriddenBy: by };
      });
      const compute = await context.ports.workloads.compute("standby", context.signal);
      if (compute.kind === "dark") {
        throw new DriverError(
          "unverified",
          "the standby was lit but its stack has neither a cluster nor a container group among its outputs",
        );
      }
      const nodeType = sizesBefore(context)[refused.length];
      return toEvidence({ lit: true, compute, changes, ...(refused.length > 0 ? { nodeType, refused } : {}) });
    },
    async compensate(context) {
      if (context.before.drActive === true) return toEvidence({ scaledDown: false, reason: "it was lit before" });
      return toEvidence({ scaledDown: true, changes: await apply(context, false, await restored(context)) });
    },
  };
}

/** With the size in use; where the cloud has no room for it, with the next one. Every refusal goes to `refused`. */
async function light(context: StageContext, refused: RefusedSize[]) {
  const sizes = sizesBefore(context);
  let nodeTypes = await restored(context);
  for (const [index, nodeType] of sizes.entries()) {
    try {
      return await applyInTurn(context, nodeTypes);
    } catch (error) {
      const { code, message } = toDriverError(error);
      const next = sizes[index + 1];
      const reason = message.replaceAll(/\s+/g, " ");
      if (code === "capacity") refused.push({ nodeType, reason });
      if (code !== "capacity" || next === undefined || context.signal.aborted) throw error;
      context.log(`the cloud refuses ${nodeType} (${reason}): trying ${next}`);
      nodeTypes = withFirst(next, sizes);
    }
  }
  return await applyInTurn(context, nodeTypes);
}

/** How often it is looked whether the update has ended that was under way. */
const lockedMs = 5_000;

/** The update of a warm-up that this move took over goes on by itself: its end is waited for, and what it made is used. */
async function applyInTurn(context: StageContext, nodeTypes: readonly string[] | undefined) {
  for (;;) {
    try {
      return await apply(context, true, nodeTypes);
    } catch (error) {
      if (context.operation.lit !== true || toDriverError(error).code !== "locked") throw error;
      context.log("the standby is being lit already: waiting for that to end");
      await context.clock.sleep(lockedMs, context.signal);
    }
  }
}

/** As the operation found them; empty where there is nothing to choose from. */
function sizesBefore({ before }: StageContext): readonly string[] {
  return Array.isArray(before.nodeTypes) ? before.nodeTypes.map(String) : [];
}

/** The order that the operation found, where an attempt before this one left another. */
async function restored(context: StageContext): Promise<readonly string[] | undefined> {
  const sizes = sizesBefore(context);
  if (sizes.length === 0) return undefined;
  const { nodeType } = await context.ports.infrastructure.switches("standby");
  return nodeType === undefined || nodeType === sizes[0] ? undefined : sizes;
}

/** Users stay where they are: after a forced move home the standby's stack may still say that it is the active site. */
function apply({ ports, signal, log, from }: StageContext, drActive: boolean, nodeTypes?: readonly string[]) {
  const options = { signal, onProgress: log, ...(nodeTypes === undefined ? {} : { nodeTypes }) };
  return ports.infrastructure.apply("standby", { drActive, activeSite: from }, options);
}
