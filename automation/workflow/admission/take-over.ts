import { DriverError } from "../../domain/errors.ts";
import { isEnded, type OperationRecord, type PlanName } from "../../domain/operation.ts";
import type { WitnessRecord } from "../../domain/witness-record.ts";
import type { Journal } from "../../ports/journal.ts";
import { lockName, released } from "./lock.ts";
import { knownOperation } from "./operation-history.ts";

/** Ends an auxiliary operation that lost its driver and was taken over since: nothing of it is left to resume. */
export async function endTakenOver(
  journal: Journal,
  application: string,
  witness: WitnessRecord | undefined,
  at: string,
): Promise<void> {
  const name = lockName(application, "warm-up");
  const holder = await journal.holder(name);
  if (holder?.liveness !== "dead" || holder.operationId === witness?.lastOperation?.id) return;
  const { operationId } = holder;
  const record = await knownOperation(journal, operationId);
  if (record === undefined || isEnded(record.state)) return;
  const lock = await journal.lock({ application: name, operationId, how: "resume" });
  await released(lock, async () => {
    if (record.state === "running" || record.state === "waiting") await noteTakenOver(journal, record, witness, at);
  });
}

/** Writes down that a failover took over what this operation had begun. */
export async function noteTakenOver(
  journal: Journal,
  { id }: Pick<OperationRecord, "id">,
  witness: WitnessRecord | undefined,
  at: string,
): Promise<void> {
  const by = witness?.lastOperation?.id ?? "another operation";
  const error = new DriverError("stale-epoch", `${by} took over what it had begun; nothing was undone`).toJSON();
  await journal.append(id, { type: "operation-state", at, state: "aborted", error });
}

/**
 * The operation of `plan` that needs an operator and that a new one replaces. Undefined: there is none.
 * Throws `refused` where that one is past its point of no return: it must be resumed.
 */
export async function givenUpOperation(
  journal: Journal,
  plan: PlanName,
  witness: WitnessRecord | undefined,
): Promise<OperationRecord | undefined> {
  const last = witness?.lastOperation;
  if (last?.plan !== plan || last.state !== "needs-operator") return undefined;
  const record = await knownOperation(journal, last.id);
  // The database may be promoted, which the witness learns of only after that.
  if (record?.pointOfNoReturnAt !== undefined) {
    throw new DriverError("refused", `${plan} refused: ${last.id} is past its point of no return: resume it`, {
      field: "plan",
      value: plan,
      expected: `resume of ${last.id}`,
    });
  }
  return record;
}
