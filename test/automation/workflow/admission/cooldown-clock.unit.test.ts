import { expect, it } from "vitest";
import { cooldown } from "../../../../automation/domain/guards.ts";
import { CooldownClock } from "../../../../automation/workflow/admission/cooldown-clock.ts";
import { FakeClock } from "../../../support/fake-clock.ts";

const minute = 60_000;
const hour = 60 * minute;
const longest = 30 * minute;

/** Milliseconds, up to three hours, for which the guard stands. */
async function lasts(clock: FakeClock, cooldowns: CooldownClock, until: string): Promise<number> {
  const began = clock.monotonic();
  while (cooldown(until, cooldowns.now(until)) !== undefined && clock.monotonic().since(began) < 3 * hour)
    await clock.sleep(minute);
  return clock.monotonic().since(began);
}

it.each([
  ["stands", 0],
  ["is set back by an hour", -hour],
  ["is set on by an hour", hour],
])("lasts what it should where the clock %s while the process knows of it", async (_name, by) => {
  const clock = new FakeClock();
  const cooldowns = new CooldownClock(clock, longest);
  const until = new Date(clock.now().getTime() + 20 * minute).toISOString();
  cooldowns.now(until);
  clock.step(by);
  expect(await lasts(clock, cooldowns, until)).toBe(20 * minute);
});

it("lasts at most its own length where the clock was set back before this process began", async () => {
  const clock = new FakeClock();
  const until = new Date(clock.now().getTime() + 20 * minute).toISOString();
  clock.step(-hour);
  expect(await lasts(clock, new CooldownClock(clock, longest), until)).toBe(longest);
});

it("counts a later cooldown anew", async () => {
  const clock = new FakeClock();
  const cooldowns = new CooldownClock(clock, longest);
  const first = new Date(clock.now().getTime() + 5 * minute).toISOString();
  expect(await lasts(clock, cooldowns, first)).toBe(5 * minute);
  const second = new Date(clock.now().getTime() + 10 * minute).toISOString();
  expect(await lasts(clock, cooldowns, second)).toBe(10 * minute);
});
