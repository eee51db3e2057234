import { DriverError, serialiseError } from "../domain/errors.ts";
import { replay } from "../domain/journal-state.ts";
import { isEnded, type OperationRecord, type PlanName } from "../domain/operation.ts";
import type { WitnessRecord } from "../domain/witness-record.ts";
import type { ApplicationLock, Journal, LockState } from "../ports/journal.ts";

/** Frees a lock whose dead owner had not begun, or had ended: it holds nothing. Returns who holds the application then. */
export async function freeIdleLock(journal: Journal, application: string): Promise<LockState | undefined> {
  const holder = await journal.holder(application);
  if (holder === undefined || holder.liveness !== "dead") return holder;
  const { operationId } = holder;
  const known = (await journal.list(application)).find((each) => each.id === operationId);
  if (known !== undefined && !isEnded(known.state)) return holder;
  const lock = await journal.lock({ application, operationId, how: "resume" });
  await lock.release();
  return undefined;
}

/**
 * The operation of `plan` that needs an operator, and that a new one takes the place of.
 * Throws `refused` where that one must be gone on with: it is past its point of no return.
 */
export async function givenUpOperation(
  journal: Journal,
  plan: PlanName,
  witness: WitnessRecord | undefined,
): Promise<OperationRecord | undefined> {
  const last = witness?.lastOperation;
  if (last?.plan !== plan || last.state !== "needs-operator") return undefined;
  const record = await journal.read(last.id).then(replay, (error: unknown) => {
    // Another machine's.
    if (serialiseError(error).code === "not-found") return undefined;
    throw error;
  });
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

/** Released whatever comes of the work. */
export async function released<T>(lock: ApplicationLock, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    await lock.release();
  }
}
