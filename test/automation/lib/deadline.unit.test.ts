import { expect, it } from "vitest";
import { DriverError } from "../../../automation/domain/errors.ts";
import { withDeadline } from "../../../automation/lib/deadline.ts";
import { FakeClock } from "../../support/fake-clock.ts";

const what = "the call";
const never = new AbortController().signal;
const hang = (): Promise<never> => new Promise(() => {});
/** Ends `after` milliseconds after it was told to stop. */
const late = (clock: FakeClock, after: number) => async (signal: AbortSignal) => {
  await new Promise((resolve) => signal.addEventListener("abort", resolve));
  await clock.sleep(after);
  return "done all the same";
};

it("ends work that does not heed its signal, with a time-out that is retryable by option", async () => {
  const clock = new FakeClock();
  const began = clock.monotonic();
  const tried = withDeadline({ what, milliseconds: 3000, signal: never, clock }, hang);
  await expect(tried).rejects.toMatchObject({
    code: "timeout",
    retryable: true,
    message: "the call took longer than 3 s",
  });
  expect(clock.monotonic().since(began)).toBe(3000);
  const budget = withDeadline({ what, milliseconds: 3000, signal: never, clock, retryable: false }, hang);
  await expect(budget).rejects.toMatchObject({ code: "timeout", retryable: false });
});

it("keeps a late success within the time to settle, and leaves a later one behind", async () => {
  const clock = new FakeClock();
  const options = { what, milliseconds: 1000, signal: never, clock, settleMs: 500 };
  await expect(withDeadline(options, late(clock, 400))).resolves.toBe("done all the same");
  await expect(withDeadline(options, late(clock, 600))).rejects.toMatchObject({ code: "timeout" });
});

it("keeps a success that came although the caller had aborted", async () => {
  const clock = new FakeClock();
  const caller = new AbortController();
  const task = withDeadline(
    { what, milliseconds: 1000, signal: caller.signal, clock, settleMs: 500 },
    late(clock, 100),
  );
  caller.abort();
  await expect(task).resolves.toBe("done all the same");
});

it.each([
  ["a reason of ours", new DriverError("stale-epoch", "another driver took over"), "stale-epoch"],
  ["a deadline of the caller's", AbortSignal.timeout(0), "timeout"],
  ["any other reason", new Error("SIGTERM"), "interrupted"],
])("tells the caller's abort: %s", async (_name, reason, code) => {
  const clock = new FakeClock();
  const caller = new AbortController();
  const task = withDeadline({ what, milliseconds: 60_000, signal: caller.signal, clock }, hang);
  if (reason instanceof AbortSignal) {
    await expect.poll(() => reason.aborted).toBe(true);
    caller.abort(reason.reason);
  } else caller.abort(reason);
  await expect(task).rejects.toMatchObject({ code });
  await expect(
    withDeadline({ what, milliseconds: 60_000, signal: caller.signal }, async () => "begun"),
  ).rejects.toMatchObject({ code });
});

it("prefers the work's own account of a time-out", async () => {
  const clock = new FakeClock();
  const task = withDeadline({ what, milliseconds: 1000, signal: never, clock }, async (signal) => {
    await clock.sleep(60_000, signal).catch(() => undefined);
    throw new DriverError("timeout", "2 of 3 pods are ready");
  });
  await expect(task).rejects.toThrow("2 of 3 pods are ready");
});

it("is not moved by a step of the wall clock", async () => {
  const clock = new FakeClock();
  const began = clock.monotonic();
  const task = withDeadline({ what, milliseconds: 10_000, signal: never, clock }, async () => {
    clock.step(-3_600_000);
    await hang();
  });
  await expect(task).rejects.toMatchObject({ code: "timeout" });
  expect(clock.monotonic().since(began)).toBe(10_000);
});
