import { GuardError, healedRecently } from "../../domain/guards.ts";
import type { PlanName } from "../../domain/operation.ts";
import type { Journal } from "../../ports/journal.ts";
import type { PlanSubject } from "../plans/plan.ts";
import { knownOperation } from "./operation-history.ts";

export interface Healing extends PlanSubject {
  readonly application: string;
  readonly plan: PlanName;
}

/** Throws guard `cooldown` where this service was restarted, or this zone evacuated, less than `cooldownSeconds` ago. Other plans have a cooldown of their own. */
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
      plan === wanted && state !== "aborted" && isRecent(startedAt, cooldownSeconds * 1000, now),
  );
  for (const { id, startedAt } of recent) {
    const record = await knownOperation(journal, id);
    if (record?.service !== service || record?.zone !== zone || record?.reopen === true) continue;
    const until = new Date(Date.parse(startedAt) + cooldownSeconds * 1000).toISOString();
    throw new GuardError(healedRecently(subject, id, until));
  }
}

/**
 * By wall time: the journal outlives every process. What began in the future was written before the clock was set back; how long ago that was
 * nobody knows, so it counts as over once it is further ahead than the cooldown is long.
 */
function isRecent(startedAt: string, cooldownMs: number, now: Date): boolean {
  return Math.abs(now.getTime() - Date.parse(startedAt)) < cooldownMs;
}
