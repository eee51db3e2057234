import { wallTime } from "../domain/wall-time.ts";
import { systemTimer } from "../lib/timer.ts";
import type { Clock } from "../ports/clock.ts";

/** The machine's own time. */
export const systemClock: Clock = { ...systemTimer, now: () => wallTime(new Date()) };
