import type { DriverError } from "../../domain/errors.ts";
import { doublingRests, retry } from "../../lib/retry.ts";
import { fatalWords } from "./classify.ts";

const rests = doublingRests({ firstMs: 300, longestMs: 300, retries: 10 });

/**
 * Reads a stack's state again, ten times 300 ms apart, where it was met half written: the state of a stack that is being updated is written
 * anew at every resource, and not atomically by every backend. Errors: those of `read`.
 */
export function reread<T>(read: () => Promise<T>, signal: AbortSignal): Promise<T> {
  const isRetryable = (error: DriverError): boolean => /failed to load checkpoint/i.test(fatalWords(error));
  return retry({ what: "the stack's state", signal, rests, isRetryable }, read);
}
