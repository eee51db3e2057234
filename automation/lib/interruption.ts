import { DriverError } from "../domain/errors.ts";

/**
 * Runs `work` with a deadline of its own inside the caller's. Settles at the deadline even when `work` does not heed its
 * signal. Errors: `timeout` after `milliseconds`; the caller's abort as `interruption` says.
 */
export async function withDeadline<T>(
  what: string,
  milliseconds: number,
  outer: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (outer.aborted) throw interruption(what, outer);
  const inner = new AbortController();
  const { promise: stopped, reject } = Promise.withResolvers<never>();
  const stop = (error: DriverError): void => {
    reject(error);
    inner.abort(error);
  };
  const onOuter = (): void => stop(interruption(what, outer));
  const timer = setTimeout(
    () => stop(new DriverError("timeout", `${what}: no end within ${milliseconds} ms`)),
    milliseconds,
  );
  outer.addEventListener("abort", onOuter, { once: true });
  try {
    return await Promise.race([work(inner.signal), stopped]);
  } catch (error) {
    // Whatever the work made of the abort, the reason is ours.
    if (inner.signal.aborted) throw inner.signal.reason;
    throw error;
  } finally {
    clearTimeout(timer);
    outer.removeEventListener("abort", onOuter);
  }
}

/** The caller's abort as an error: its reason if that is one of ours, `timeout` for a deadline, else `interrupted`. */
export function interruption(what: string, signal: AbortSignal): DriverError {
  const reason: unknown = signal.reason;
  if (reason instanceof DriverError) return reason;
  if (reason instanceof Error && reason.name === "TimeoutError") {
    return new DriverError("timeout", `${what}: the deadline of the caller passed`, { cause: reason });
  }
  return new DriverError("interrupted", `${what}: interrupted`, { cause: reason });
}

/** Waits; rejects as `interruption` says when aborted. */
export async function pause(what: string, milliseconds: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) throw interruption(what, signal);
  await new Promise<void>((resolve, reject) => {
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(interruption(what, signal));
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", onAbort);
      resolve();
    }, milliseconds);
    signal.addEventListener("abort", onAbort, { once: true });
  });
}
