import type { Instant } from "../domain/instant.ts";
import type { WallTime } from "../domain/wall-time.ts";

/** Time, injected so that decisions and waits can be tested. Two kinds that cannot be mixed. */
export interface Clock {
  /** For records and for people, and for nothing that is measured: somebody may set it, back or forward. */
  now(): WallTime;
  /** For rests, deadlines and waits that safety depends on. Never goes back, and counts the time that the machine was suspended. */
  monotonic(): Instant;
  /** Waits for elapsed time. Rejects with the signal's reason when aborted. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}
