import type { Site } from "../../../stacks/outputs.ts";
import { lossUnknown } from "../../domain/guards.ts";
import { countOf, LossTally } from "../../domain/losses.ts";
import type { StrandedWrite } from "../../ports/database.ts";
import { type SalvageEvidence, toEvidence } from "./evidence.ts";
import type { Stage } from "./stage.ts";

export interface SalvageOptions {
  readonly oldSource: Site;
  readonly needs: readonly string[];
  readonly deadlineMs: number;
  /** The move that left `oldSource` behind; undefined: unknown, then nothing counts as split-brain. */
  readonly promotion: { readonly operationId: string; readonly at: string } | undefined;
}

/**
 * Writes down what never arrived, before the copy wipes it: lost (before the new site could write) or split-brain (after). The rows go to a
 * file, the counts to the journal. Where some table cannot be accounted for, guard `loss-unknown` stands.
 */
export function salvage(options: SalvageOptions): Stage {
  const { oldSource, needs, deadlineMs, promotion } = options;
  return {
    name: "salvage",
    needs,
    deadlineMs,
    summary: `record what ${oldSource} took and never passed on`,
    async run(context) {
      const { ports, signal, log, operation } = context;
      const tally = new LossTally(promotion?.at);
      await using writer = await ports.salvage.create(operation.id);
      const take = async (write: StrandedWrite): Promise<void> => {
        tally.add(write);
        await writer.add(write);
      };
      const { slotProblem, compared, unaccounted } = await ports.database.stranded(oldSource, take, signal);
      const file = await writer.finish();
      const evidence: SalvageEvidence = {
        ...(promotion === undefined ? {} : { operationId: promotion.operationId, promotedAt: promotion.at }),
        ...(file === undefined ? {} : { file }),
        tables: [...tally.tables],
        sample: [...tally.sample],
        ...(slotProblem === undefined ? {} : { slotProblem }),
        compared: [...compared],
        unaccounted: [...unaccounted],
      };
      if (slotProblem !== undefined) log(`${slotProblem}: both sites were compared row by row`);
      for (const { table, lost, splitBrain, basis } of tally.tables)
        log(`${table}: ${countOf(lost)} lost and ${countOf(splitBrain)} split-brain changes (by ${basis})`);
      if (file !== undefined) log(`${file.rows} rows in ${file.name} (sha256 ${file.sha256})`);
      if (unaccounted.length > 0) await context.passGuard(lossUnknown(oldSource, unaccounted), toEvidence(evidence));
      return toEvidence(evidence);
    },
  };
}
