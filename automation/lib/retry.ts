import { DriverError, toDriverError } from "../domain/errors.ts";
import { withDeadline } from "./deadline.ts";
import { pause } from "./interruption.ts";
import { systemTimer, type Timer } from "./timer.ts";

/** The rest before retry number `retry` (from 1) in milliseconds, ahead of jitter. Undefined: no such retry. */
export type Rests = (retry: number) => number | undefined;

/** As many retries as there are rests. */
export function listedRests(milliseconds: readonly number[]): Rests {
  return (retry) => milliseconds[retry - 1];
}

export interface DoublingRests {
  /** Milliseconds. */
  readonly firstMs: number;
  /** Milliseconds. Default: no limit. */
  readonly longestMs?: number;
  /** Default: as many as the budget has room for. */
  readonly retries?: number;
}

/** Each twice as long as the one before. */
export function doublingRests({ firstMs, longestMs, retries }: DoublingRests): Rests {
  return (retry) =>
    retry > (retries ?? Number.POSITIVE_INFINITY)
      ? undefined
      : Math.min(firstMs * 2 ** (retry - 1), longestMs ?? Number.POSITIVE_INFINITY);
}

export interface Attempt {
  /** From 1. */
  readonly number: number;
  /** No other follows, whatever its error is. */
  readonly last: boolean;
}

export interface FailedAttempt {
  readonly attempt: Attempt;
  readonly error: DriverError;
  /** Another attempt follows. */
  readonly retrying: boolean;
}

export interface RetryOptions {
  readonly what: string;
  /** The caller's. */
  readonly signal: AbortSignal;
  readonly rests: Rests;
  /** Milliseconds for all attempts and rests together. Default: none, the attempts have deadlines of their own. */
  readonly budgetMs?: number;
  /** Whether another attempt is worth it. Default: the error's `retryable`. */
  readonly isRetryable?: (error: DriverError) => boolean | Promise<boolean>;
  /**
   * A wait that the other side asked for (`DriverError.retryAfterMs`) is kept in place of the rest, up to so many milliseconds; a longer one
   * is the caller's business and ends the attempts. Default: such wishes are not heeded.
   */
  readonly heedRetryAfterMs?: number;
  /** Told of each attempt that failed, before the rest; what it throws ends the attempts. */
  readonly onFailure?: (failed: FailedAttempt) => void | Promise<void>;
  /** Default: this machine's. */
  readonly clock?: Timer;
  /** 0 up to 1, for jitter. Default Math.random. */
  readonly random?: () => number;
}

/**
 * Runs `work` again while its errors are retryable, rests are left and the budget lasts. A rest is a quarter shorter up to a quarter longer
 * than stated, so that many that failed together do not come back together.
 *
 * Throws the last attempt's error as it is; the caller's abort as `interruption` tells it; at the end of the budget the last attempt's code
 * with both accounts in the message, or `timeout` where the first attempt took all of it. An error that comes once the caller has aborted
 * is not retried.
 */
export async function retry<T>(
  options: RetryOptions,
  work: (signal: AbortSignal, attempt: Attempt) => Promise<T>,
): Promise<T> {
  const { what, signal, budgetMs, clock = systemTimer } = options;
  if (budgetMs === undefined) return await attempts(options, signal, work);
  let last: DriverError | undefined;
  const onFailure = async (failed: FailedAttempt): Promise<void> => {
    if (failed.retrying) last = failed.error;
    await options.onFailure?.(failed);
  };
  try {
    return await withDeadline({ what, milliseconds: budgetMs, signal, clock }, (inner) =>
      attempts({ ...options, onFailure }, inner, work),
    );
  } catch (error) {
    if (last === undefined || last === error || signal.aborted) throw error;
    if (!(error instanceof DriverError) || error.code !== "timeout") throw error;
    // The code of what went wrong is worth more than that it went wrong until the end.
    throw new DriverError(last.code, `${error.message}; the last try: ${last.message}`, { cause: last });
  }
}

async function attempts<T>(
  options: RetryOptions,
  signal: AbortSignal,
  work: (signal: AbortSignal, attempt: Attempt) => Promise<T>,
): Promise<T> {
  const { what, rests, clock = systemTimer } = options;
  for (let number = 1; ; number += 1) {
    const stated = rests(number);
    const attempt = { number, last: stated === undefined };
    try {
      return await work(signal, attempt);
    } catch (thrown) {
      const error = toDriverError(thrown);
      const rest = restAfter(error, stated, options);
      const worthIt =
        rest !== undefined && !signal.aborted && (await (options.isRetryable?.(error) ?? error.retryable));
      await options.onFailure?.({ attempt, error, retrying: worthIt });
      if (!worthIt) throw thrown;
      await pause(what, rest, signal, clock);
    }
  }
}

/** In milliseconds; undefined: no other attempt. */
function restAfter(error: DriverError, stated: number | undefined, options: RetryOptions): number | undefined {
  const { heedRetryAfterMs, random = Math.random } = options;
  if (stated === undefined) return undefined;
  if (heedRetryAfterMs === undefined || error.retryAfterMs === undefined) return stated * (0.75 + random() * 0.5);
  return error.retryAfterMs <= heedRetryAfterMs ? error.retryAfterMs : undefined;
}
