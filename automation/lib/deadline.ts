import { DriverError } from "../domain/errors.ts";
import type { Clock } from "../ports/clock.ts";

export interface DeadlineOptions {
  readonly clock: Clock;
  readonly milliseconds: number;
  /** Ends the work before its deadline. */
  readonly signal: AbortSignal;
  /** What the error says did not end in time. */
  readonly what: string;
  /** How long work may take to stop once told to, before it is left behind. Default 0. */
  readonly settleMs?: number;
}

type Outcome<T> = { readonly value: T } | { readonly error: unknown };

/**
 * Runs `work` with a signal that aborts at the deadline or with the parent. Resolves with what the work says, also when it says so while
 * it is being stopped: an effect that happened is not to be forgotten. Work that ignores its signal is left behind.
 * Throws `timeout` (not retryable: the deadline is the whole budget) or the parent's reason.
 */
export async function withDeadline<T>(options: DeadlineOptions, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  options.signal.throwIfAborted();
  const deadline = new AbortController();
  const ended = new AbortController();
  const signal = AbortSignal.any([options.signal, deadline.signal]);
  options.clock.sleep(options.milliseconds, ended.signal).then(
    () =>
      deadline.abort(
        new DriverError("timeout", `${options.what} took longer than ${options.milliseconds / 1000} s`, {
          retryable: false,
        }),
      ),
    () => undefined,
  );
  const task: Promise<Outcome<T>> = work(signal).then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  const stopped = new Promise<undefined>((resolve) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener("abort", () => resolve(undefined), { once: true });
  });
  try {
    const outcome = (await Promise.race([task, stopped])) ?? (await settled(task, options, ended.signal));
    if (outcome !== undefined && "value" in outcome) return outcome.value;
    if (signal.aborted && !(outcome !== undefined && isTelling(outcome.error))) throw signal.reason;
    throw outcome?.error;
  } finally {
    ended.abort();
  }
}

async function settled<T>(
  task: Promise<Outcome<T>>,
  options: DeadlineOptions,
  ended: AbortSignal,
): Promise<Outcome<T> | undefined> {
  const patience = options.clock.sleep(options.settleMs ?? 0, ended).then(
    () => undefined,
    () => undefined,
  );
  return await Promise.race([task, patience]);
}

/** The work's own account of why it was not done in time says more than the bare deadline. */
function isTelling(error: unknown): boolean {
  return error instanceof DriverError && error.code === "timeout";
}
