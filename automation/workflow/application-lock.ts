import { DriverError, serialiseError } from "../domain/errors.ts";
import { GuardError, healedRecently } from "../domain/guards.ts";
import { replay } from "../domain/journal-state.ts";
import { isEnded, type OperationRecord, type PlanName } from "../domain/operation.ts";
import { hasAside, isAside, isLight } from "../domain/protection.ts";
import type { WitnessRecord } from "../domain/witness-record.ts";
import type { ApplicationLock, Journal, LockState } from "../ports/journal.ts";
import type { PlanSubject } from "./plans.ts";

/** What runs beside the application's service has a lock of its own: it stands in no failover's way. */
export function lockName(application: string, plan: PlanName): string {
  return isAside(plan) ? `${application}~beside` : application;
}

/** Frees a lock whose dead owner had not begun, or had ended: it holds nothing. Returns who holds the application then. */
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

/** Ends what ran beside the service, lost its driver, and was taken over since: nothing is left of it to resume. */
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
  const record = await known(journal, operationId);
  if (record === undefined || isEnded(record.state)) return;
  const lock = await journal.lock({ application: name, operationId, how: "resume" });
  await released(lock, async () => {
    if (record.state === "running" || record.state === "waiting") await noteTakenOver(journal, record, witness, at);
  });
}

/** Its hold on the application is gone: a failover has what it had begun. */
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
  const record = await known(journal, last.id);
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

/** What the next failover takes over was lit by a plan beside the service, not by a person before it. */
export async function isLitAhead(
  journal: Journal,
  application: string,
  witness: WitnessRecord | undefined,
): Promise<boolean> {
  if (!hasAside(witness?.protection ?? "unprotected")) return false;
  const last = await newestLight(journal, application);
  // Another machine's journal has it; what a warm-up finds lit it leaves alone.
  if (last === undefined) return witness?.protection !== "drilling";
  return last.plan === "douse" || last.stages.some(({ before }) => before?.drActive === false);
}

/** The newest operation that lit the standby, or put it out. */
export async function newestLight(journal: Journal, application: string): Promise<OperationRecord | undefined> {
  const newest = (await journal.list(application)).find(({ plan }) => isLight(plan));
  return newest === undefined ? undefined : await known(journal, newest.id);
}

export interface Healing extends PlanSubject {
  readonly application: string;
  readonly plan: PlanName;
}

/** Throws guard `cooldown` where this service was restarted, or this zone was left, a short while ago. Other plans have a cooldown of their own. */
export async function requireNotHealed(
  journal: Journal,
  { application, plan: wanted, service, zone }: Healing,
  cooldownSeconds: number,
  now: Date,
): Promise<void> {
  const subject = service ?? zone;
  if (subject === undefined) return;
  const recent = (await journal.list(application)).filter(
    // One that was taken over may have left the service stopped: that one does not count.
    ({ plan, state, startedAt }) =>
      plan === wanted && state !== "aborted" && now.getTime() < Date.parse(startedAt) + cooldownSeconds * 1000,
  );
  for (const { id, startedAt } of recent) {
    const record = await known(journal, id);
    if (record?.service !== service || record?.zone !== zone || record?.reopen === true) continue;
    const until = new Date(Date.parse(startedAt) + cooldownSeconds * 1000).toISOString();
    throw new GuardError(healedRecently(subject, id, until));
  }
}

/** Zones that a recovery left and that nobody opened since, by the newest operations about them. */
export async function heldZones(journal: Journal, application: string): Promise<readonly string[]> {
  const operations = (await journal.list(application)).filter(
    ({ plan, state }) => plan === "zonal-recovery" && (state === "succeeded" || state === "needs-operator"),
  );
  const newest = new Map<string, boolean>();
  for (const { id } of operations) {
    const record = await known(journal, id);
    if (record?.zone !== undefined && !newest.has(record.zone)) newest.set(record.zone, record.reopen !== true);
  }
  return [...newest].filter(([, held]) => held).map(([zone]) => zone);
}

/** Undefined: another machine's. */
async function known(journal: Journal, id: string): Promise<OperationRecord | undefined> {
  return await journal.read(id).then(replay, (error: unknown) => {
    if (serialiseError(error).code === "not-found") return undefined;
    throw error;
  });
}

/** Released whatever comes of the work. */
export async function released<T>(lock: ApplicationLock, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    await lock.release();
  }
}
