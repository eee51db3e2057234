import { DriverError } from "../domain/errors.ts";
import { interruption } from "./interruption.ts";
import { systemTimer, type Timer } from "./timer.ts";

export interface DeadlineOptions {
  /** What the error says did not end in time. */
  readonly what: string;
  /** Elapsed time, from the call on. */
  readonly milliseconds: number;
  /** The caller's: ends the work before its deadline. */
  readonly signal: AbortSignal;
  /** Whether the time-out is worth another try. Default true: false where the deadline is the caller's whole budget. */
  readonly retryable?: boolean;
  /** How long work may take to stop once told to, in milliseconds, before it is left behind. Default 0. */
  readonly settleMs?: number;
  /** Default: this machine's. */
  readonly clock?: Timer;
}

type Outcome<T> = { readonly value: T } | { readonly error: unknown };

/**
 * Runs `work` with a signal that aborts at the deadline or with the caller's, and settles then even when `work` does not heed it.
 *
 * - A late success stands: what `work` answers while it is being stopped, within `settleMs`, is returned. An effect that happened must not
 *   be forgotten. What comes after that is left behind unread.
 * - At the deadline it throws `timeout`, `retryable` by option. A `timeout` of the work's own is thrown in its place: it says more.
 * - The caller's abort is thrown as `interruption` tells it: the signal's reason where that is a `DriverError`, else `timeout` or
 *   `interrupted`.
 */
export async function withDeadline<T>(options: DeadlineOptions, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const { what, milliseconds, clock = systemTimer, retryable = true, settleMs = 0 } = options;
  if (options.signal.aborted) throw interruption(what, options.signal);
  const inner = new AbortController();
  const ended = new AbortController();
  const onCaller = (): void => inner.abort(interruption(what, options.signal));
  options.signal.addEventListener("abort", onCaller, { once: true });
  clock.sleep(milliseconds, ended.signal).then(
    () => inner.abort(new DriverError("timeout", `${what} took longer than ${milliseconds / 1000} s`, { retryable })),
    () => undefined,
  );
  const task: Promise<Outcome<T>> = work(inner.signal).then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  const stopped = new Promise<undefined>((resolve) => {
    if (inner.signal.aborted) resolve(undefined);
    inner.signal.addEventListener("abort", () => resolve(undefined), { once: true });
  });
  try {
    const outcome = (await Promise.race([task, stopped])) ?? (await settled(task, settleMs, clock, ended.signal));
    if (outcome !== undefined && "value" in outcome) return outcome.value;
    if (inner.signal.aborted && !(outcome !== undefined && isTelling(outcome.error))) throw inner.signal.reason;
    throw outcome?.error;
  } finally {
    ended.abort();
    options.signal.removeEventListener("abort", onCaller);
  }
}

async function settled<T>(
  task: Promise<Outcome<T>>,
  settleMs: number,
  clock: Timer,
  ended: AbortSignal,
): Promise<Outcome<T> | undefined> {
  const patience = clock.sleep(settleMs, ended).then(
    () => undefined,
    () => undefined,
  );
  return await Promise.race([task, patience]);
}

/** The work's own account of why it was not done in time says more than the bare deadline. */
function isTelling(error: unknown): boolean {
  return error instanceof DriverError && error.code === "timeout";
}
