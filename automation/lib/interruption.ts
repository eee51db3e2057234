import { DriverError } from "../domain/errors.ts";
import { systemTimer } from "./timer.ts";

/** The caller's abort as an error: its reason if that is one of ours, `timeout` for a deadline, else `interrupted`. */
export function interruption(what: string, signal: AbortSignal): DriverError {
  const reason: unknown = signal.reason;
  if (reason instanceof DriverError) return reason;
  if (reason instanceof Error && reason.name === "TimeoutError") {
    return new DriverError("timeout", `${what}: the deadline of the caller passed`, { cause: reason });
  }
  return new DriverError("interrupted", `${what}: interrupted`, { cause: reason });
}

/** Waits for elapsed time; rejects as `interruption` says when aborted. */
export async function pause(
  what: string,
  milliseconds: number,
  signal: AbortSignal,
  timer = systemTimer,
): Promise<void> {
  try {
    await timer.sleep(milliseconds, signal);
  } catch (error) {
    if (signal.aborted) throw interruption(what, signal);
    throw error;
  }
}
