import { uptime } from "node:os";
import { performance } from "node:perf_hooks";

/** Starts to measure; the result tells the milliseconds since. */
export type Stopwatch = () => () => number;

/**
 * By clocks that nobody sets and that run on while this process is stopped. The longer of two counts: the process's own clock stands still
 * while the machine is suspended, the machine's uptime does not.
 */
export const systemStopwatch: Stopwatch = () => {
  const startedAt = performance.now();
  const upAt = uptime();
  return () => Math.max(performance.now() - startedAt, (uptime() - upAt) * 1000);
};
