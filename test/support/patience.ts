import { loadavg } from "node:os";
import process from "node:process";

/** How much slower than idle the machine was when the run began; see vitest.config.ts. */
const pace = Number(process.env["PILOTLIGHT_TEST_PACE"] ?? "1");

/** How long a test waits here for what takes at most so many milliseconds on an idle machine of two cores. */
export function patience(milliseconds: number): number {
  return Math.round(milliseconds * pace);
}

/** A signal that aborts when `patience(milliseconds)` is over. */
export function patienceSignal(milliseconds: number): AbortSignal {
  return AbortSignal.timeout(patience(milliseconds));
}

/** For the message of a wait that was in vain: tells whether the machine was busy. */
export function machineText(): string {
  const load = (loadavg()[0] ?? 0).toFixed(1);
  return `waits are ${pace.toFixed(1)} times those of an idle machine; load now ${load}`;
}
