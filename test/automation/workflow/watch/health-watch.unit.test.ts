import { describe, expect, it } from "vitest";
import type { DriverWatchEvent } from "../../../../automation/workflow/watch/watch-event.ts";
import { fakeDriver, protectedWorld } from "../../../support/fake-driver.ts";
import type { FakeWorld } from "../../../support/fake-world.ts";

type Driver = ReturnType<typeof fakeDriver>["driver"];

/** Runs the watch for so many virtual milliseconds. */
async function watched(world: FakeWorld, driver: Driver, milliseconds: number): Promise<readonly DriverWatchEvent[]> {
  const stop = new AbortController();
  const events: DriverWatchEvent[] = [];
  const watching = (async () => {
    for await (const event of driver.watch(stop.signal)) events.push(event);
  })();
  await world.clock.sleep(milliseconds);
  stop.abort();
  await watching;
  return events;
}

const decisions = (events: readonly DriverWatchEvent[]) =>
  events.flatMap((event) => (event.type === "evaluation" ? [event.evaluation.decision.action] : []));

/** Somebody knocks at the watch every `everyMs` milliseconds. */
const knocking =
  (world: FakeWorld, everyMs: number) =>
  (signal: AbortSignal): Promise<void> =>
    world.clock.sleep(everyMs, signal).catch(() => undefined);

const hour = 3_600_000;

describe("the health watch and a clock that is set", () => {
  it.each([
    ["back", -hour],
    ["on", hour],
  ])("goes on at its interval, and so do the heartbeats, when the clock is set %s by an hour", async (_name, by) => {
    const world = await protectedWorld();
    const beats = (): number => world.calls.filter((call) => call === "database.heartbeat primary").length;
    const before = beats();
    world.latency.set("database.heartbeat", 500);
    world.latency.set("probe.services", 500);
    const timer = world.clock.sleep(30_200).then(() => world.clock.step(by));
    const events = await watched(world, fakeDriver(world).driver, 125_000);
    await timer;
    expect(decisions(events)).toHaveLength(5);
    expect(beats() - before).toBeGreaterThan(100);
  });

  it("lasts as long to a failover whatever the clock shows", async () => {
    for (const by of [0, hour, -hour]) {
      const world = await protectedWorld();
      world.sites.primary.workloads = false;
      const began = world.clock.monotonic();
      const timer = world.clock.sleep(30_100).then(() => world.clock.step(by));
      const stop = new AbortController();
      let after = 0;
      for await (const event of fakeDriver(world).driver.watch(stop.signal)) {
        if (event.type !== "evaluation" || event.evaluation.decision.action !== "failover") continue;
        after = world.clock.monotonic().since(began);
        stop.abort();
      }
      await timer;
      expect({ by, after: Math.round(after / 1000) }).toEqual({ by, after: 60 });
    }
  });
});

describe("a watch that alerts wake", () => {
  it("looks at once when the driver is woken", async () => {
    const world = await protectedWorld();
    const { driver } = fakeDriver(world, { wake: knocking(world, 12_000) });
    const events = await watched(world, driver, 29_000);
    const early = events.flatMap((event) => (event.type === "evaluation" ? [event.evaluation.early] : []));
    expect(early).toEqual([false, true]);
  });

  it("fails over no sooner in a storm of alerts, and probes no more than ten times in an interval", async () => {
    const world = await protectedWorld();
    world.sites.primary.workloads = false;
    const began = world.clock.monotonic();
    const { driver } = fakeDriver(world, { wake: knocking(world, 10) });
    const stop = new AbortController();
    const looks: string[] = [];
    for await (const event of driver.watch(stop.signal)) {
      if (event.type !== "evaluation") continue;
      looks.push(event.evaluation.decision.action);
      if (looks.at(-1) === "failover") stop.abort();
    }
    expect(world.clock.monotonic().since(began)).toBeGreaterThanOrEqual(60_000);
    expect(looks.length).toBeGreaterThan(10);
    expect(looks.length).toBeLessThanOrEqual(22);
  });

  it("begins to count anew with an early look that finds all well", async () => {
    const world = await protectedWorld();
    world.sites.primary.workloads = false;
    const mended = world.clock.sleep(40_000).then(async () => {
      world.sites.primary.workloads = true;
      await world.clock.sleep(15_000);
      world.sites.primary.workloads = false;
    });
    const events = await watched(world, fakeDriver(world, { wake: knocking(world, 12_000) }).driver, 115_000);
    await mended;
    expect(decisions(events)).toContain("none");
    expect(decisions(events)).not.toContain("failover");
  });
});

describe("the health watch", () => {
  it("evaluates at its interval and writes heartbeats between", async () => {
    const world = await protectedWorld();
    const before = world.calls.filter((call) => call === "database.heartbeat primary").length;
    const events = await watched(world, fakeDriver(world).driver, 95_000);
    expect(decisions(events)).toEqual(["none", "none", "none", "none"]);
    const beats = world.calls.filter((call) => call === "database.heartbeat primary").length - before;
    expect(beats).toBeGreaterThan(85);
    expect(beats).toBeLessThan(100);
    expect(world.sites.standby.objects.size).toBeGreaterThan(0);
  });

  it("fails over by itself in auto, after N evaluations, and not again", async () => {
    const world = await protectedWorld();
    world.sites.primary.workloads = false;
    const { driver } = fakeDriver(world, { settings: { mode: "auto" } });
    const events = await watched(world, driver, 400_000);
    expect(decisions(events).slice(0, 3)).toEqual(["suspect", "suspect", "failover"]);
    const moves = events.flatMap((event) => (event.type === "operation" ? [event.record] : []));
    const ended = moves.filter((each) => each.plan !== "warm-up");
    expect(ended).toMatchObject([{ state: "succeeded", mode: "forced", trigger: { kind: "auto" } }]);
    const report = await driver.report(ended[0]?.id);
    expect(report.claimed.rtoSeconds).toBeGreaterThan(60);
    expect(await driver.status()).toMatchObject({ protection: "failed-over", activeSite: "standby" });
  });

  it("tells people once in approve and starts nothing", async () => {
    const world = await protectedWorld();
    world.sites.primary.workloads = false;
    const { driver, ports } = fakeDriver(world);
    await watched(world, driver, 300_000);
    expect(ports.notices.filter((notice) => notice.severity === "critical")).toHaveLength(1);
    expect((await driver.status()).protection).toBe("protected");
  });

  it("rests while an operation is under way, heartbeats too", async () => {
    const world = await protectedWorld();
    world.latency.set("infrastructure.apply", 300_000);
    const operating = fakeDriver(world).driver.failover({ mode: "planned" });
    await world.clock.sleep(5_000);
    const beats = world.calls.filter((call) => call.startsWith("database.heartbeat")).length;
    const events = await watched(world, fakeDriver(world).driver, 100_000);
    expect(events.every((event) => event.type === "resting")).toBe(true);
    expect(world.calls.filter((call) => call.startsWith("database.heartbeat"))).toHaveLength(beats);
    expect((await operating).state).toBe("succeeded");
  });

  it("lets new tables follow, but only where another site follows", async () => {
    const world = await protectedWorld();
    world.sites.primary.tables.add("public.new");
    await watched(world, fakeDriver(world).driver, 11_000);
    expect(world.sites.standby.tables).toContain("public.new");
    const adoptions = (): number =>
      world.calls.filter((call) => call === "database.adoptTables primary standby").length;
    expect(adoptions()).toBeGreaterThanOrEqual(1);
    expect(adoptions()).toBeLessThanOrEqual(2);

    await fakeDriver(world).driver.failover({ mode: "planned" });
    const before = world.calls.length;
    await watched(world, fakeDriver(world).driver, 60_000);
    expect(world.calls.slice(before).filter((call) => call.startsWith("database.adoptTables"))).toEqual([]);
    expect(world.calls.slice(before)).toContain("database.heartbeat standby");
  });

  it("tells trouble once when a task fails, and that it works again", async () => {
    const world = await protectedWorld();
    const { driver } = fakeDriver(world);
    const stop = new AbortController();
    const events: DriverWatchEvent[] = [];
    const watching = (async () => {
      for await (const event of driver.watch(stop.signal)) events.push(event);
    })();
    world.sites.primary.reachable = false;
    await world.clock.sleep(95_000);
    world.sites.primary.reachable = true;
    await world.clock.sleep(95_000);
    stop.abort();
    await watching;
    const beats = events.filter(
      (event) => (event.type === "trouble" || event.type === "recovered") && event.what === "heartbeat",
    );
    expect(beats.map((event) => event.type)).toEqual(["trouble", "recovered"]);
  });
});
