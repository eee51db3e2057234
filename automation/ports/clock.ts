/** Time, injected so that decisions and waits can be tested. */
export interface Clock {
  now(): Date;
  /** Rejects with the signal's reason when aborted. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}
