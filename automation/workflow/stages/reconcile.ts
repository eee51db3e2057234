import type { Site } from "../../../stacks/outputs.ts";
import type { Switches } from "../../ports/infrastructure.ts";
import { toEvidence } from "../evidence.ts";
import type { Stage } from "../stage.ts";

export interface ReconcileOptions {
  /** Stacks to bring up, one after the other. A failed site is left out: reprotect reconciles it. */
  readonly sites: readonly Site[];
  readonly activeSite: Site;
  /** False douses the standby's compute. */
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
    async run({ ports, signal, log }) {
      const changes: Record<string, object> = {};
      for (const site of sites) {
        const switches: Partial<Switches> = site === "standby" ? { activeSite, drActive } : { activeSite };
        changes[site] = await ports.infrastructure.apply(site, switches, { signal, onProgress: log });
      }
      return toEvidence({ activeSite, drActive, changes });
    },
  };
}
