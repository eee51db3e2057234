import type { SerialisedError } from "../../domain/errors.ts";
import type { JournalEntry } from "../../domain/journal-entry.ts";
import { replay } from "../../domain/journal-state.ts";
import type { NamedLoss, TableLosses } from "../../domain/losses.ts";
import type { Mode, OperationRecord, OperationState, PlanName, StageState, Trigger } from "../../domain/operation.ts";
import { type Comparison, compare, type TimedOperation } from "../../domain/prediction.ts";
import type { SalvageFile } from "../../ports/salvage-files.ts";
import { fenceEvidenceSchema, type SalvageEvidence, salvageEvidenceSchema } from "./evidence.ts";

export interface StageReport {
  readonly name: string;
  readonly startedAt: string | undefined;
  readonly endedAt: string | undefined;
  readonly state: StageState;
  readonly needs: readonly string[];
  readonly attempts: number;
  readonly error?: SerialisedError;
}

/** The driver's own claims; the sandbox measures the same from outside. */
export interface Claims {
  /** From the first failed evaluation (or the operation's start) until the public name answered. Undefined: it did not get there. */
  readonly rtoSeconds: number | undefined;
  /** A salvage has looked, and every table is accounted for. False: not known yet, or not of all tables. */
  readonly lossKnown: boolean;
  /** How many changes never arrived, table by table and kind by kind: the whole truth. */
  readonly losses: readonly TableLosses[];
  /** New rows that never arrived, by table and key; the first ones where there are many. */
  readonly lostWrites: readonly NamedLoss[];
  /** New rows that the old site took after the new one could write. */
  readonly splitBrainWrites: readonly NamedLoss[];
  /** Changes (update, delete, truncate) that never arrived, of rows that did; before or after. */
  readonly lostChanges: readonly NamedLoss[];
  /** Where the rows are. */
  readonly salvageFiles: readonly SalvageFile[];
  /** Tables that were compared row by row, because the stream could not tell: which version of a row is newer is not known. */
  readonly compared: SalvageEvidence["compared"];
  /** Tables of which the loss is not known. */
  readonly unaccounted: SalvageEvidence["unaccounted"];
  /** LSN at which the old site was proven to have stopped; undefined: never confirmed. */
  readonly proofToken: string | undefined;
}

export interface OperationReport {
  readonly operation: string;
  readonly application: string;
  readonly plan: PlanName;
  readonly mode: Mode;
  readonly state: OperationState;
  readonly direction: OperationRecord["direction"];
  readonly trigger: Trigger;
  readonly startedAt: string;
  readonly endedAt: string | undefined;
  readonly cause?: SerialisedError;
  readonly overrides: OperationRecord["overrides"];
  readonly stages: readonly StageReport[];
  readonly claimed: Claims;
  /** The prediction from past operations, and the actual time. */
  readonly timing: Comparison;
}

/**
 * From an operation's journal. The loss of a failover is found by the `reprotect` that follows: give the journals of
 * all later operations as `later`, and those that salvaged for this operation are counted.
 */
export function buildReport(
  entries: readonly JournalEntry[],
  later: readonly (readonly JournalEntry[])[] = [],
  past: readonly TimedOperation[] = [],
): OperationReport {
  const record = replay(entries);
  return {
    operation: record.id,
    application: record.application,
    plan: record.plan,
    mode: record.mode,
    state: record.state,
    direction: record.direction,
    trigger: record.trigger,
    startedAt: record.startedAt,
    endedAt: record.endedAt,
    ...(record.cause === undefined ? {} : { cause: record.cause }),
    overrides: record.overrides,
    stages: record.stages.map((stage) => ({
      name: stage.name,
      startedAt: stage.startedAt,
      endedAt: stage.endedAt,
      state: stage.state,
      needs: stage.needs,
      attempts: stage.attempts,
      ...(stage.error === undefined ? {} : { error: stage.error }),
    })),
    claimed: claims(record, later.map(replay)),
    timing: compare(entries, past),
  };
}

/** As `buildReport`, from records. */
export function claims(record: OperationRecord, later: readonly OperationRecord[]): Claims {
  const salvages = [record, ...later].flatMap((each) => salvageFor(record, each));
  const named = salvages.flatMap((each) => each.sample);
  const inserts = named.filter(({ kind }) => kind === "insert");
  const inserted = new Set(inserts.map(rowOf));
  const unaccounted = salvages.flatMap((each) => each.unaccounted);
  return {
    rtoSeconds: recoverySeconds(record),
    lossKnown: salvages.length > 0 && unaccounted.length === 0,
    losses: salvages.flatMap((each) => each.tables),
    lostWrites: inserts.filter(({ splitBrain }) => !splitBrain),
    splitBrainWrites: inserts.filter(({ splitBrain }) => splitBrain),
    lostChanges: named.filter((each) => each.kind !== "insert" && !inserted.has(rowOf(each))),
    salvageFiles: salvages.flatMap((each) => each.file ?? []),
    compared: salvages.flatMap((each) => each.compared),
    unaccounted,
    proofToken: proofToken(record),
  };
}

/** The same key in another table is another row. */
function rowOf({ table, key }: NamedLoss): string {
  return JSON.stringify([table, Object.entries(key).toSorted()]);
}

function salvageFor(record: OperationRecord, source: OperationRecord): readonly SalvageEvidence[] {
  const found = salvageEvidenceSchema.safeParse(source.evidence.salvage);
  if (!found.success) return [];
  return source.id === record.id || found.data.operationId === record.id ? [found.data] : [];
}

function recoverySeconds(record: OperationRecord): number | undefined {
  const end = record.stages.find((stage) => stage.name === "verify-public");
  if (end?.state !== "done" || end.endedAt === undefined) return undefined;
  return (Date.parse(end.endedAt) - Date.parse(record.trigger.firstFailedAt ?? record.startedAt)) / 1000;
}

function proofToken(record: OperationRecord): string | undefined {
  const fenced = fenceEvidenceSchema.safeParse(record.evidence[`fence-${record.direction.from}`]);
  return fenced.success ? fenced.data.token?.lsn : undefined;
}
