import { DriverError } from "../domain/errors.ts";
import { doublingRests, retry } from "../lib/retry.ts";
import type { FunctionDependencies } from "./failover-functions.ts";

/** Writes that may be lost to somebody else's before this one gives up. */
const attempts = 5;

/**
 * Repeats `write` (read, decide, replace) while it answers `lost`: somebody else wrote in between. Errors: `conflict` (retryable) where that
 * goes on; those of `write`, which are not retried.
 */
export async function untilWritten<T>(
  { clock }: Pick<FunctionDependencies, "clock">,
  signal: AbortSignal,
  write: () => Promise<T | "lost">,
): Promise<T> {
  const lost = new DriverError("conflict", `the state was changed by others ${attempts} times in a row`, {
    retryable: true,
  });
  const rests = doublingRests({ firstMs: 10, retries: attempts - 1 });
  const isRetryable = (error: DriverError): boolean => error === lost;
  return await retry({ what: "write the state", signal, rests, clock, isRetryable }, async () => {
    const written = await write();
    if (written === "lost") throw lost;
    return written;
  });
}
