import { DriverError } from "../../domain/errors.ts";
import { pause, withDeadline } from "../../lib/interruption.ts";

/** Longest rest between two tries, in milliseconds. */
const longestRestMs = 800;

/** Repeats `work` while its errors are retryable and there is time. At the deadline: `timeout` that tells how the last try failed. */
export async function persist<T>(
  what: string,
  limitMs: number,
  outer: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  let last: DriverError | undefined;
  try {
    return await withDeadline(what, limitMs, outer, async (inner) => {
      for (let rest = 50; ; rest = Math.min(rest * 2, longestRestMs)) {
        try {
          return await work(inner);
        } catch (error) {
          if (inner.aborted || !(error instanceof DriverError) || !error.retryable) throw error;
          last = error;
          await pause(what, rest * (0.5 + Math.random()), inner);
        }
      }
    });
  } catch (error) {
    if (last === undefined || last === error || !(error instanceof DriverError) || error.code !== "timeout")
      throw error;
    // The code of what went wrong is worth more than that it went wrong until the end.
    throw new DriverError(last.code, `${error.message}; the last try: ${last.message}`, { cause: last });
  }
}
