import { expect, it } from "vitest";
import { DriverError } from "../../../automation/domain/errors.ts";
import { doublingRests, type FailedAttempt, listedRests, retry } from "../../../automation/lib/retry.ts";
import { FakeClock } from "../../support/fake-clock.ts";

const what = "the call";
const never = new AbortController().signal;
const unreachable = (text = "no answer"): DriverError => new DriverError("unreachable", text);
/** No jitter. */
const random = (): number => 0.5;

/** When each attempt began, by the clock. */
function failing(clock: FakeClock, error: () => Error = unreachable) {
  const began = clock.monotonic();
  const at: number[] = [];
  const work = async (): Promise<never> => {
    at.push(clock.monotonic().since(began));
    throw error();
  };
  return { at, work };
}

it("tries again after each listed rest, then throws the last error as it is", async () => {
  const clock = new FakeClock();
  const { at, work } = failing(clock);
  const failed: FailedAttempt[] = [];
  const onFailure = (each: FailedAttempt): void => void failed.push(each);
  const rests = listedRests([1000, 2000]);
  await expect(retry({ what, signal: never, rests, clock, random, onFailure }, work)).rejects.toThrow("no answer");
  expect(at).toEqual([0, 1000, 3000]);
  expect(failed.map(({ attempt, retrying }) => ({ ...attempt, retrying }))).toEqual([
    { number: 1, last: false, retrying: true },
    { number: 2, last: false, retrying: true },
    { number: 3, last: true, retrying: false },
  ]);
});

it("rests a quarter shorter up to a quarter longer", async () => {
  for (const [jitter, expected] of [
    [0, 750],
    [1, 1250],
  ] as const) {
    const clock = new FakeClock();
    const { at, work } = failing(clock);
    const options = { what, signal: never, rests: listedRests([1000]), clock, random: () => jitter };
    await expect(retry(options, work)).rejects.toThrow();
    expect(at).toEqual([0, expected]);
  }
});

it.each([
  new DriverError("denied", "no right"),
  new DriverError("timeout", "all of it", { retryable: false }),
  new Error("bug"),
])("does not repeat what is not retryable: %s", async (error) => {
  const clock = new FakeClock();
  const { at, work } = failing(clock, () => error);
  await expect(retry({ what, signal: never, rests: doublingRests({ firstMs: 1 }), clock }, work)).rejects.toBe(error);
  expect(at).toEqual([0]);
});

it("doubles up to the longest, within the budget; then throws the last error's code with both accounts", async () => {
  const clock = new FakeClock();
  const { at, work } = failing(clock, () => new DriverError("throttled", "too many requests"));
  const rests = doublingRests({ firstMs: 100, longestMs: 400 });
  await expect(retry({ what, signal: never, rests, budgetMs: 1500, clock, random }, work)).rejects.toMatchObject({
    code: "throttled",
    retryable: true,
    message: "the call took longer than 1.5 s; the last try: too many requests",
  });
  expect(at).toEqual([0, 100, 300, 700, 1100]);
});

it("throws `timeout` where the first attempt takes the whole budget", async () => {
  const clock = new FakeClock();
  const options = { what, signal: never, rests: doublingRests({ firstMs: 100 }), budgetMs: 1500, clock };
  await expect(retry(options, () => new Promise(() => {}))).rejects.toMatchObject({ code: "timeout" });
});

it("ends with the caller, also in the midst of a rest, and does not repeat what fails after that", async () => {
  const clock = new FakeClock();
  const caller = new AbortController();
  const { at, work } = failing(clock);
  const rests = listedRests([60_000]);
  const onFailure = (): void => void clock.sleep(1000).then(() => caller.abort(new Error("SIGTERM")));
  await expect(retry({ what, signal: caller.signal, rests, clock, onFailure }, work)).rejects.toMatchObject({
    code: "interrupted",
  });
  expect(at).toEqual([0]);
  await expect(retry({ what, signal: caller.signal, rests, clock }, work)).rejects.toThrow("no answer");
  expect(at).toHaveLength(2);
});

it("keeps a wait that the other side asked for, up to a limit", async () => {
  const rests = listedRests([500]);
  const asked = (retryAfterMs: number) => (): DriverError => new DriverError("throttled", "later", { retryAfterMs });
  const clock = new FakeClock();
  const [short, long] = [failing(clock, asked(3000)), failing(clock, asked(30_000))];
  const options = { what, signal: never, rests, clock, random, heedRetryAfterMs: 5000 };
  await expect(retry(options, short.work)).rejects.toThrow("later");
  expect(short.at).toEqual([0, 3000]);
  await expect(retry(options, long.work)).rejects.toThrow("later");
  expect(long.at).toHaveLength(1);
});
