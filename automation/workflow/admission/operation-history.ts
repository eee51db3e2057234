import { serialiseError } from "../../domain/errors.ts";
import { replay } from "../../domain/journal-state.ts";
import { isEnded, type OperationRecord } from "../../domain/operation.ts";
import { hasAuxiliary, isLighting } from "../../domain/protection.ts";
import type { WitnessRecord } from "../../domain/witness-record.ts";
import type { Journal, OperationSummary } from "../../ports/journal.ts";

/** Whether an auxiliary plan lit the standby that the next failover takes over; false where a person had lit it before. */
export async function isLitAhead(
  journal: Journal,
  application: string,
  witness: WitnessRecord | undefined,
): Promise<boolean> {
  if (!hasAuxiliary(witness?.protection ?? "unprotected")) return false;
  const last = await newestLighting(journal, application);
  // Another machine's journal has it; what a warm-up finds lit it leaves alone.
  if (last === undefined) return witness?.protection !== "drilling";
  return last.plan === "stand-down" || last.stages.some(({ before }) => before?.drActive === false);
}

/** The newest operation that lit the standby or scaled it down. */
export async function newestLighting(journal: Journal, application: string): Promise<OperationRecord | undefined> {
  const newest = (await journal.list(application)).find(({ plan }) => isLighting(plan));
  return newest === undefined ? undefined : await knownOperation(journal, newest.id);
}

/** The record of an operation. Undefined: this journal does not have it, because another machine ran it. */
export async function knownOperation(journal: Journal, id: string): Promise<OperationRecord | undefined> {
  return await journal.read(id).then(replay, (error: unknown) => {
    if (serialiseError(error).code === "not-found") return undefined;
    throw error;
  });
}

/** The newest that began: one that the witness never heard of changed nothing, and the one before it can still be resumed. */
export async function latestOperation(
  journal: Journal,
  application: string,
  witness: WitnessRecord | undefined,
): Promise<OperationSummary | undefined> {
  const [newest, ...others] = await journal.list(application);
  const last = witness?.lastOperation;
  const known =
    newest !== undefined && isEnded(newest.state) && last !== undefined && !isEnded(last.state) ? last.id : undefined;
  return others.find((each) => each.id === known) ?? newest;
}
