import { type ControlState, pauseGuard } from "../../domain/application-facts.ts";
import { serialiseError } from "../../domain/errors.ts";
import {
  cooldown,
  copyUnfinished,
  fenceUnconfirmed,
  type Guard,
  operationRunning,
  rpoExceeded,
  schemaDiffers,
  standbyUnready,
} from "../../domain/guards.ts";
import { isAuxiliary } from "../../domain/protection.ts";
import type { WitnessRecord } from "../../domain/witness-record.ts";
import { withDeadline } from "../../lib/deadline.ts";
import type { LockState } from "../../ports/journal.ts";
import type { PlanInput } from "../plans/plan.ts";
import type { Ports } from "../ports.ts";
import type { DriverSettings } from "../settings.ts";
import type { CooldownClock } from "./cooldown-clock.ts";

export interface GuardContext {
  readonly ports: Ports;
  readonly settings: DriverSettings;
  readonly application: string;
  readonly controls: ControlState;
  readonly cooldowns: CooldownClock;
  readonly signal: AbortSignal;
}

/** Deadline of one request to a site, in milliseconds. */
const askMs = 5_000;

/** Every guard that stands now for a plan. Changes nothing, and never hangs on a site that does not answer. */
export async function currentGuards(
  input: PlanInput,
  witness: WitnessRecord | undefined,
  context: GuardContext,
): Promise<readonly Guard[]> {
  const holder = await context.ports.journal.holder(context.application);
  const held = holder === undefined ? [] : [lockGuard(holder)];
  const pause = pauseGuard(context.controls);
  const cooling = isAuxiliary(input.plan)
    ? undefined
    : cooldownGuard(witness, context.cooldowns.now(witness?.cooldownUntil));
  const sites = input.plan === "reprotect" || isAuxiliary(input.plan) ? [] : await siteGuards(input, witness, context);
  return [...held, ...[pause, cooling].filter((each) => each !== undefined), ...sites];
}

export function lockGuard({ operationId, owner, liveness }: LockState): Guard {
  return operationRunning(operationId, `pid ${owner.pid} on ${owner.host}`, liveness !== "dead");
}

/** Undefined: no cooldown stands. It holds back automatic failovers only. */
export function cooldownGuard(witness: WitnessRecord | undefined, now: Date): Guard | undefined {
  return cooldown(witness?.cooldownUntil, now);
}

async function siteGuards(
  { mode, direction: { from, to } }: PlanInput,
  witness: WitnessRecord | undefined,
  { ports, settings, signal }: GuardContext,
): Promise<readonly Guard[]> {
  const ask = <T>(what: string, work: (inner: AbortSignal) => Promise<T>) =>
    withDeadline({ clock: ports.clock, milliseconds: askMs, signal, what, retryable: false }, work).then(
      (value) => ({ value }),
      (error: unknown) => ({ error: serialiseError(error).message }),
    );
  const [source, lag] = await Promise.all([
    ask(`the database at ${from}`, (inner) => ports.database.isWritable(from, inner)),
    ask(`the database at ${to}`, (inner) => ports.database.lag(to, inner)),
  ]);
  const guards: Guard[] = [];
  // A lease ends by itself, and the fence waits for that.
  const leased = ports.witness.placement === "third-site" && witness?.writeLease?.site === from && mode === "forced";
  if ("error" in source && !leased) guards.push(fenceUnconfirmed(from, source.error));
  if ("error" in lag) return [...guards, standbyUnready(to, `its database does not answer (${lag.error})`)];
  if (mode === "planned" && !lag.value.streaming) guards.push(standbyUnready(to, "replication does not run"));
  const { seconds, copying, atRisk = [], losing = [] } = lag.value;
  if (mode === "planned" && atRisk.length > 0)
    guards.push(standbyUnready(to, `its schema differs: ${atRisk.join("; ")}`));
  if (mode === "forced" && losing.length > 0) guards.push(schemaDiffers(to, losing));
  if (copying.length > 0) {
    const forced = mode === "forced" && seconds !== undefined;
    guards.push(
      forced
        ? copyUnfinished(to, copying)
        : standbyUnready(to, `the first copy of ${copying.join(", ")} has not arrived`),
    );
  }
  if (seconds === undefined || seconds > settings.rpoSeconds) guards.push(rpoExceeded(seconds, settings.rpoSeconds));
  return guards;
}
