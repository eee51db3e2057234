import { systemTimer } from "./timer.ts";

/** Starts to measure; the result tells the milliseconds since. */
export type Stopwatch = () => () => number;

/** By the clock that nobody sets and that runs on while this process, or the machine, is stopped. */
export const systemStopwatch: Stopwatch = () => {
  const started = systemTimer.monotonic();
  return () => systemTimer.monotonic().since(started);
};
