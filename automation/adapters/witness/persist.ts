import { doublingRests, retry } from "../../lib/retry.ts";

const rests = doublingRests({ firstMs: 50, longestMs: 800 });

/** One question to a witness's store: repeated while its errors are retryable and `limitMs` lasts. Errors: as `retry` with a budget. */
export async function persist<T>(
  what: string,
  limitMs: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  return await retry({ what, signal, rests, budgetMs: limitMs }, work);
}
