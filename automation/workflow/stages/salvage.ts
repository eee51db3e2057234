import type { Site } from "../../../stacks/outputs.ts";
import { type SalvageEvidence, toEvidence } from "./evidence.ts";
import type { Stage } from "./stage.ts";

export interface SalvageOptions {
  readonly oldSource: Site;
  readonly needs: readonly string[];
  readonly deadlineMs: number;
  /** The move that left `oldSource` behind; undefined: unknown, then nothing counts as split-brain. */
  readonly promotion: { readonly operationId: string; readonly at: string } | undefined;
}

/** Writes down what never arrived, before the copy wipes it: lost (before the new site could write) or split-brain (after). */
export function salvage(options: SalvageOptions): Stage {
  const { oldSource, needs, deadlineMs, promotion } = options;
  return {
    name: "salvage",
    needs,
    deadlineMs,
    summary: `write down what ${oldSource} took and never passed on`,
    async run({ ports, signal, log }) {
      const rows = await ports.database.stranded(oldSource, signal);
      const after = (committedAt: string): boolean =>
        promotion !== undefined && Date.parse(committedAt) > Date.parse(promotion.at);
      const evidence: SalvageEvidence = {
        ...(promotion === undefined ? {} : { operationId: promotion.operationId, promotedAt: promotion.at }),
        lost: rows.filter((row) => !after(row.committedAt)).map((row) => ({ ...row })),
        splitBrain: rows.filter((row) => after(row.committedAt)).map((row) => ({ ...row })),
      };
      log(`${evidence.lost.length} lost and ${evidence.splitBrain.length} split-brain writes`);
      return toEvidence(evidence);
    },
  };
}
