import type { Instant } from "../../domain/instant.ts";
import type { Clock } from "../../ports/clock.ts";

interface Anchor {
  readonly until: string;
  readonly wall: number;
  readonly seen: Instant;
}

/**
 * What time it is for a cooldown. Its end is a wall time, because it has to survive a restart and be understood by other machines; from the
 * moment at which this process first sees it, only elapsed time counts. So a clock that is set while the process runs neither ends a
 * cooldown early nor stretches it, and one that was set back before that makes it last at most its own length again.
 */
export class CooldownClock {
  readonly #clock: Clock;
  readonly #longestMs: number;
  #anchor: Anchor | undefined;

  /** `longestMs`: no cooldown lasts longer. */
  constructor(clock: Clock, longestMs: number) {
    this.#clock = clock;
    this.#longestMs = longestMs;
  }

  /** `until` (ISO): of the cooldown as the witness has it. */
  now(until: string | undefined): Date {
    if (until === undefined) return this.#clock.now();
    const seen = this.#clock.monotonic();
    if (this.#anchor?.until !== until) {
      const wall = Math.max(this.#clock.now().getTime(), Date.parse(until) - this.#longestMs);
      this.#anchor = { until, wall, seen };
    }
    return new Date(this.#anchor.wall + seen.since(this.#anchor.seen));
  }
}
