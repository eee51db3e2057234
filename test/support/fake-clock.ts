import { Instant } from "../../automation/domain/instant.ts";
import { type WallTime, wallTime } from "../../automation/domain/wall-time.ts";
import type { Clock } from "../../automation/ports/clock.ts";

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/** Time that jumps to the next sleeper whenever nothing else is to be done, so that hours pass in milliseconds. */
export class FakeClock implements Clock {
  /** Elapsed milliseconds: what sleepers wait for. */
  #time = 0;
  /** What the wall clock shows at `#time` 0. */
  #wall = Date.parse("2026-01-01T00:00:00Z");
  #sleepers: Sleeper[] = [];
  #pumping = false;

  now(): WallTime {
    return wallTime(this.#wall + this.#time);
  }

  monotonic(): Instant {
    return Instant.at(this.#time);
  }

  /** Sets the wall clock on (or back, where negative): no time passes by it. */
  step(milliseconds: number): void {
    this.#wall += milliseconds;
  }

  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      const sleeper: Sleeper = {
        at: this.#time + milliseconds,
        wake: () => {
          signal?.removeEventListener("abort", abort);
          resolve();
        },
      };
      const abort = (): void => {
        this.#sleepers = this.#sleepers.filter((each) => each !== sleeper);
        reject(signal?.reason);
      };
      signal?.addEventListener("abort", abort, { once: true });
      this.#sleepers.push(sleeper);
      this.#pump();
    });
  }

  #pump(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    setImmediate(() => {
      this.#pumping = false;
      const next = this.#sleepers.reduce<Sleeper | undefined>(
        (a, b) => (a === undefined || b.at < a.at ? b : a),
        undefined,
      );
      if (next === undefined) return;
      this.#sleepers = this.#sleepers.filter((each) => each !== next);
      this.#time = Math.max(this.#time, next.at);
      next.wake();
      if (this.#sleepers.length > 0) this.#pump();
    });
  }
}
