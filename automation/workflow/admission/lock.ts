import { isEnded, type PlanName } from "../../domain/operation.ts";
import { isAuxiliary } from "../../domain/protection.ts";
import type { ApplicationLock, Journal, LockState } from "../../ports/journal.ts";

/** The name of a plan's lock. Auxiliary plans have a lock of their own, so that they never hold up a failover. */
export function lockName(application: string, plan: PlanName): string {
  return isAuxiliary(plan) ? `${application}~auxiliary` : application;
}

/** Frees a lock whose dead owner had not begun, or had ended. Returns who holds the application then. */
export async function freeIdleLock(
  journal: Journal,
  application: string,
  plan: PlanName,
): Promise<LockState | undefined> {
  const name = lockName(application, plan);
  const holder = await journal.holder(name);
  if (holder === undefined || holder.liveness !== "dead") return holder;
  const { operationId } = holder;
  const known = (await journal.list(application)).find((each) => each.id === operationId);
  if (known !== undefined && !isEnded(known.state)) return holder;
  const lock = await journal.lock({ application: name, operationId, how: "resume" });
  await lock.release();
  return undefined;
}

/** Releases the lock whether or not the work succeeds. */
export async function released<T>(lock: ApplicationLock, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    await lock.release();
  }
}
