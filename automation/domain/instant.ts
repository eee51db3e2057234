/**
 * A point on a clock that nobody can set: for rests, deadlines and every wait that safety depends on. It means nothing in another process or
 * after a restart, and holds no number that could be compared with a wall time.
 */
export class Instant {
  readonly #milliseconds: number;

  private constructor(milliseconds: number) {
    this.#milliseconds = milliseconds;
  }

  /** `milliseconds`: since any one moment, the same for all instants of a clock. For implementations of `Clock`. */
  static at(milliseconds: number): Instant {
    return new Instant(milliseconds);
  }

  /** Elapsed milliseconds from `earlier` to this; negative where this came first. */
  since(earlier: Instant): number {
    return this.#milliseconds - earlier.#milliseconds;
  }

  /** The instant that is `milliseconds` later. */
  plus(milliseconds: number): Instant {
    return new Instant(this.#milliseconds + milliseconds);
  }
}
