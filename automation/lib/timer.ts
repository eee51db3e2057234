import { uptime } from "node:os";
import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { Instant } from "../domain/instant.ts";
import type { Clock } from "../ports/clock.ts";

/** The part of a clock that measures. */
export type Timer = Pick<Clock, "monotonic" | "sleep">;

/** The process's own clock stands still while the machine is suspended; a timer that was set before is looked at again so often. */
const sliceMs = 1000;
/** A smaller difference of the two counts is their resolution, not a suspension, in milliseconds. */
const resolutionMs = 250;

const startedAt = performance.now();
const upAt = uptime();
let suspendedMs = 0;

function now(): number {
  const run = performance.now() - startedAt;
  // The machine's uptime goes on while it is suspended.
  const gap = (uptime() - upAt) * 1000 - run;
  if (gap > suspendedMs + resolutionMs) suspendedMs = gap;
  return run + suspendedMs;
}

/** This machine's. */
export const systemTimer: Timer = {
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
