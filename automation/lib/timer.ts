import { uptime } from "node:os";
import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { Instant } from "../domain/instant.ts";
import type { Clock } from "../ports/clock.ts";

/** The part of a clock that measures. */
export type Timer = Pick<Clock, "monotonic" | "sleep">;

/** Node's timers stand still while the machine is suspended: a sleep looks again so often, in milliseconds. */
const sliceMs = 1000;
/** A smaller difference of the two counts is their resolution, not a suspension, in milliseconds. */
const resolutionMs = 250;

export interface Counts {
  /** Milliseconds that this process counts; stands still while the machine is suspended. */
  readonly running: () => number;
  /** Milliseconds since the machine was started, suspension included; may be coarse. */
  readonly up: () => number;
}

/** By counts that nobody sets. Never goes back, and includes the time for which the machine was suspended (ADR 21). */
export function createTimer({ running, up }: Counts): Timer {
  const [runningAt, upAt] = [running(), up()];
  let suspendedMs = 0;
  const now = (): number => {
    const run = running() - runningAt;
    const gap = up() - upAt - run;
    if (gap > suspendedMs + resolutionMs) suspendedMs = gap;
    return run + suspendedMs;
  };
  return {
    monotonic: () => Instant.at(now()),
    async sleep(milliseconds, signal) {
      signal?.throwIfAborted();
      const end = now() + milliseconds;
      try {
        for (let left = milliseconds; ; left = end - now()) {
          await sleep(Math.min(Math.max(0, left), sliceMs), undefined, signal === undefined ? {} : { signal });
          if (now() >= end) return;
        }
      } catch (error) {
        signal?.throwIfAborted();
        throw error;
      }
    },
  };
}

/** This machine's. */
export const systemTimer: Timer = createTimer({ running: () => performance.now(), up: () => uptime() * 1000 });
