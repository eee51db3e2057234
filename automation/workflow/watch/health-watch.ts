import { serialiseError } from "../../domain/errors.ts";
import { decide, noMemory, type WatchMemory } from "../../domain/failure-threshold.ts";
import { score } from "../../domain/health-score.ts";
import type { Instant } from "../../domain/instant.ts";
import { inFlight } from "../../domain/protection.ts";
import { withDeadline } from "../../lib/deadline.ts";
import type { Ports } from "../ports.ts";
import type { DriverSettings } from "../settings.ts";
import { backgroundTasks } from "./background-tasks.ts";
import { collectSignals } from "./collect-signals.ts";
import type { WatchEvent } from "./watch-event.ts";

export interface HealthWatchOptions {
  readonly application: string;
  readonly ports: Ports;
  readonly settings: DriverSettings;
  readonly signal: AbortSignal;
  /**
   * Resolves when something says that now is the time to look (an alert): the rest between evaluations ends early. Such an evaluation is
   * `early` and counted nowhere, so alerts show trouble sooner and hurry no decision. At most ten fit into an interval.
   */
  readonly wake?: (signal: AbortSignal) => Promise<void>;
}

/**
 * Evaluates the active site every `intervalSeconds` and keeps house there, until `signal` aborts (then it ends without an
 * error). What to do with a decision is the consumer's: the next evaluation starts when it asks for it.
 */
export async function* healthWatch(options: HealthWatchOptions): AsyncGenerator<WatchEvent, void, void> {
  const { ports, settings, signal } = options;
  const { clock } = ports;
  const now = (): string => clock.now().toISOString();
  const pending: WatchEvent[] = [];
  const ended = new AbortController();
  const kept = backgroundTasks({
    ...options,
    signal: AbortSignal.any([signal, ended.signal]),
    onTrouble: (what, reason) =>
      pending.push(
        reason === undefined ? { type: "recovered", at: now(), what } : { type: "trouble", at: now(), what, reason },
      ),
  });
  const intervalMs = settings.watch.intervalSeconds * 1000;
  let memory: WatchMemory = noMemory;
  let due = clock.monotonic();
  try {
    while (!signal.aborted) {
      const started = clock.monotonic();
      const early = started.since(due) < 0;
      if (!early) due = started.plus(intervalMs);
      yield* pending.splice(0);
      const [event, next] = await evaluate(options, memory, early);
      memory = next;
      if (signal.aborted) return;
      yield event;
      await restOrWake(options, due, intervalMs / 10);
    }
  } finally {
    ended.abort();
    await kept;
  }
}

/** Until `due`, or until something wakes the watch, but for `leastMs` in any case: a storm of alerts is no reason for one of probes. */
async function restOrWake(
  { ports: { clock }, signal, wake }: HealthWatchOptions,
  due: Instant,
  leastMs: number,
): Promise<void> {
  const left = (): number => due.since(clock.monotonic());
  const sleep = (milliseconds: number, until: AbortSignal) => clock.sleep(milliseconds, until).catch(() => undefined);
  if (wake !== undefined && left() > 0) await sleep(Math.min(leastMs, left()), signal);
  if (left() <= 0 || signal.aborted) return;
  const over = new AbortController();
  const either = AbortSignal.any([signal, over.signal]);
  const rest = sleep(left(), either);
  await (wake === undefined ? rest : Promise.race([rest, wake(either)]));
  over.abort();
}

async function evaluate(
  { application, ports, settings, signal }: HealthWatchOptions,
  memory: WatchMemory,
  early: boolean,
): Promise<readonly [WatchEvent, WatchMemory]> {
  const { clock, witness, probe } = ports;
  const seconds = settings.watch.probeSeconds;
  const at = clock.now().toISOString();
  try {
    const record = await withDeadline({ clock, milliseconds: seconds * 1000, signal, what: "the witness" }, (inner) =>
      witness.read(application, inner),
    );
    const protection = record?.protection ?? "unprotected";
    if (inFlight(protection))
      return [{ type: "resting", at, protection, operationId: record?.lastOperation?.id }, noMemory];
    const activeSite = record?.activeSite ?? "primary";
    const health = score(await collectSignals(activeSite, { probe, clock, seconds, signal }));
    const { failureThreshold } = settings.watch;
    const { memory: next, decision } = decide(memory, health, at, failureThreshold, settings.mode, early);
    return [{ type: "evaluation", evaluation: { at, activeSite, protection, health, decision, early } }, next];
  } catch (error) {
    // An error of ours says nothing about the application: the count stands still.
    return [{ type: "trouble", at, what: "evaluation", reason: serialiseError(error).message }, memory];
  }
}
