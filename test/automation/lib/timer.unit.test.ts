import { performance } from "node:perf_hooks";
import { afterEach, expect, it, vi } from "vitest";
import { createTimer, systemTimer } from "../../../automation/lib/timer.ts";

/** Two counts of a machine, in milliseconds, that run as told. */
function machine() {
  const counts = { running: 5000, up: 90_000 };
  const timer = createTimer({ running: () => counts.running, up: () => counts.up });
  return { counts, timer, start: timer.monotonic() };
}

afterEach(() => void vi.useRealTimers());

it("counts the time for which the machine was suspended", () => {
  const { counts, timer, start } = machine();
  counts.running += 1000;
  counts.up += 1000;
  expect(timer.monotonic().since(start)).toBe(1000);
  counts.up += 3_600_000;
  expect(timer.monotonic().since(start)).toBe(3_601_000);
  counts.running += 500;
  counts.up += 500;
  expect(timer.monotonic().since(start)).toBe(3_601_500);
});

it("never goes back, and does not count the coarseness of the machine's uptime", () => {
  const { counts, timer, start } = machine();
  let last = start;
  for (let step = 1; step <= 100; step += 1) {
    counts.running += 7;
    // To the tenth of a second, before and behind.
    counts.up = 90_000 + Math.round((step * 7) / 100) * 100;
    const now = timer.monotonic();
    expect(now.since(last)).toBe(7);
    last = now;
  }
});

it.each([-3_600_000, 3_600_000])("sleeps as long as it was told when the wall clock is set by %d ms", async (by) => {
  vi.useFakeTimers({ toFake: ["Date"] });
  const began = performance.now();
  const [start, sleeping] = [systemTimer.monotonic(), systemTimer.sleep(300)];
  vi.setSystemTime(Date.now() + by);
  await sleeping;
  expect(performance.now() - began).toBeGreaterThan(295);
  expect(performance.now() - began).toBeLessThan(5000);
  expect(systemTimer.monotonic().since(start)).toBeLessThan(5000);
});

it("ends a sleep with the signal's reason", async () => {
  const stop = new AbortController();
  const sleeping = systemTimer.sleep(60_000, stop.signal);
  stop.abort(new Error("enough"));
  await expect(sleeping).rejects.toThrow("enough");
  await expect(systemTimer.sleep(1, stop.signal)).rejects.toThrow("enough");
});
