import type { Site } from "../../../stacks/outputs.ts";
import { serialiseError, toDriverError } from "../../domain/errors.ts";
import type { Switches } from "../../ports/infrastructure.ts";
import { toEvidence } from "./evidence.ts";
import type { Stage, StageContext } from "./stage.ts";

export interface ReconcileOptions {
  /** Stacks to bring up, one after the other. A failed site is left out: reprotect reconciles it. */
  readonly sites: readonly Site[];
  readonly activeSite: Site;
  /** False scales down the standby's compute. */
  readonly drActive: boolean;
  readonly needs: readonly string[];
  readonly deadlineMs: number;
}

/** Makes the declared state equal to what was done directly, so that a preview shows no change. */
export function reconcile(options: ReconcileOptions): Stage {
  const { sites, activeSite, drActive, needs, deadlineMs } = options;
  return {
    name: "reconcile",
    needs,
    deadlineMs,
    summary: `bring ${sites.join(" and ")} in line: active site ${activeSite}, standby compute ${drActive ? "lit" : "dark"}`,
    async run(context) {
      const { ports, signal, log } = context;
      await dropDrillCopies(context);
      const changes: Record<string, object> = {};
      for (const site of sites) {
        const switches: Partial<Switches> = site === "standby" ? { activeSite, drActive } : { activeSite };
        changes[site] = await ports.infrastructure.apply(site, switches, { signal, onProgress: log });
      }
      return toEvidence({ activeSite, drActive, changes });
    },
  };
}

/** Of a drill that this move took over, and that nobody else would end. What stays costs room and nothing else. */
async function dropDrillCopies({ operation, ports, to, signal, log }: StageContext): Promise<void> {
  if (operation.plan !== "failover") return;
  await ports.database.dropDrillCopies(to, signal).then(
    (dropped) => dropped.length > 0 && log(`dropped what a drill had left: ${dropped.join(", ")}`),
    (error: unknown) => {
      signal.throwIfAborted();
      if (toDriverError(error).code === "stale-epoch") throw error;
      log(`a drill's copy may be left at ${to}: ${serialiseError(error).message}`);
    },
  );
}
