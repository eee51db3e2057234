import { describe, expect, it } from "vitest";
import { DriverError } from "../../../../automation/domain/errors.ts";
import type { Driver } from "../../../../automation/workflow/driver.ts";
import type { DriverSettingsInput } from "../../../../automation/workflow/settings.ts";
import type { DriverWatchEvent } from "../../../../automation/workflow/watch/watch-event.ts";
import { fakeDriver, protectedWorld } from "../../../support/fake-driver.ts";
import type { FakeWorld } from "../../../support/fake-world.ts";

const auto: DriverSettingsInput = { mode: "auto" };

/** Watches for so long. */
async function watching(
  driver: Driver,
  world: FakeWorld,
  seconds: number,
  leased = false,
): Promise<readonly DriverWatchEvent[]> {
  const stop = new AbortController();
  const events: DriverWatchEvent[] = [];
  const running = (async () => {
    for await (const event of driver.watch(stop.signal, { leased })) events.push(event);
  })();
  await world.clock.sleep(seconds * 1000);
  stop.abort();
  await running;
  return events;
}

const ended = (events: readonly DriverWatchEvent[]) =>
  events.flatMap((event) => (event.type === "operation" ? [`${event.record.plan} ${event.record.state}`] : []));
const abandoned = (events: readonly DriverWatchEvent[]) =>
  events.flatMap((event) => (event.type === "abandoned" ? [event.text] : []));

/** A move, by its plan, from a world that it fits. */
const plans = {
  failover: { ready: async (_: Driver) => {}, run: (driver: Driver) => driver.failover({ mode: "planned" }) },
  reprotect: {
    ready: async (driver: Driver) => void (await driver.failover({ mode: "planned" })),
    run: (driver: Driver) => driver.reprotect(),
  },
  failback: {
    ready: async (driver: Driver) => {
      await driver.failover({ mode: "planned" });
      await driver.reprotect();
    },
    run: (driver: Driver) => driver.failback(),
  },
  drill: { ready: async (_: Driver) => {}, run: (driver: Driver) => driver.drill() },
  "warm-up": { ready: async (_: Driver) => {}, run: (driver: Driver) => driver.warmUp() },
} as const;

/** A failover whose driver died in the middle. */
async function diedInFailover(dieAt = 30): Promise<FakeWorld> {
  const world = await protectedWorld();
  await expect(fakeDriver(world, { dieAt }).driver.failover({ mode: "planned" })).rejects.toThrow();
  return world;
}

describe("an operation whose driver died", () => {
  it.each(Object.keys(plans) as (keyof typeof plans)[])(
    "%s is brought to its end by a watch in mode auto",
    async (plan) => {
      for (const dieAt of [4, 12, 25, 45]) {
        const world = await protectedWorld();
        await plans[plan].ready(fakeDriver(world).driver);
        const died = await plans[plan].run(fakeDriver(world, { dieAt }).driver).then(
          () => false,
          () => true,
        );
        if (!died) continue;
        const { driver } = fakeDriver(world, { settings: auto });
        const [left] = await driver.operations();
        expect(left?.state, `${dieAt}`).toBe("running");
        const events = await watching(driver, world, 400);
        expect(ended(events), `${dieAt}`).toEqual([`${plan} succeeded`]);
        expect((await driver.operations())[0]).toMatchObject({ id: left?.id, state: "succeeded" });
        expect((await driver.status()).runner).toBeUndefined();
        expect(world.violations).toEqual([]);
      }
    },
  );

  it("is gone on with after a driver that was told to stop", async () => {
    const world = await protectedWorld();
    world.latency.set("infrastructure.apply", 60_000);
    const stop = new AbortController();
    const moving = fakeDriver(world).driver.failover({ mode: "planned", signal: stop.signal });
    await world.clock.sleep(5_000);
    stop.abort();
    await expect(moving).rejects.toMatchObject({ code: "interrupted" });
    const { driver } = fakeDriver(world, { settings: auto });
    expect((await driver.status()).runner).toMatchObject({ kind: "nobody", owner: undefined });
    expect(ended(await watching(driver, world, 400))).toEqual(["failover succeeded"]);
  });

  it("is asked about in mode approve: once, with the command", async () => {
    const world = await diedInFailover();
    const { driver, ports } = fakeDriver(world, { settings: { mode: "approve" } });
    const events = await watching(driver, world, 300);
    const id = (await driver.operations())[0]?.id;
    expect(ended(events)).toEqual([]);
    expect(abandoned(events)).toEqual([expect.stringContaining(`pilotlight resume ${id}`)]);
    expect(ports.notices.filter(({ text }) => text.includes(`pilotlight resume ${id}`))).toHaveLength(1);
    expect(events).toContainEqual(
      expect.objectContaining({ type: "resting", operationId: id, runner: expect.stringContaining("run by nobody") }),
    );
    expect((await driver.operations())[0]?.state).toBe("running");
  });

  it("is only shown in mode observe", async () => {
    const world = await diedInFailover();
    const { driver, ports } = fakeDriver(world, { settings: { mode: "observe" } });
    const events = await watching(driver, world, 300);
    expect(abandoned(events)).toHaveLength(1);
    expect(ports.notices).toEqual([]);
    expect((await driver.operations())[0]?.state).toBe("running");
  });

  it("stays where it is while the application is paused, and goes on after", async () => {
    const world = await diedInFailover();
    const { driver } = fakeDriver(world, { settings: auto });
    await driver.controls.pause({ by: "ann", reason: "looking" });
    const events = await watching(driver, world, 300);
    expect(ended(events)).toEqual([]);
    expect(abandoned(events)).toEqual([expect.stringContaining("paused by ann (looking)")]);
    await driver.controls.unpause({ by: "ann", reason: "looked" });
    expect(ended(await watching(driver, world, 400))).toEqual(["failover succeeded"]);
  });

  it("is left alone where it needs an operator", async () => {
    const world = await protectedWorld();
    const fails = Array.from({ length: 20 }, () => new DriverError("denied", "no"));
    world.faults.set("traffic.route", fails);
    const { driver } = fakeDriver(world, { settings: auto });
    const record = await driver.failover({ mode: "planned" });
    expect(record.state).toBe("needs-operator");
    const entries = (await driver.report(record.id)).stages.map(({ attempts }) => attempts);
    expect(ended(await watching(driver, world, 300))).toEqual([]);
    expect((await driver.operations())[0]?.state).toBe("needs-operator");
    expect((await driver.report(record.id)).stages.map(({ attempts }) => attempts)).toEqual(entries);
  });

  it("is left alone where only the witness got to know that it needs an operator", async () => {
    const world = await diedInFailover();
    const [id, witness] = [...world.witness.records.entries()][0] ?? [];
    if (id === undefined || witness?.lastOperation === undefined) throw new Error("no record");
    world.witness.records.set(id, {
      ...witness,
      lastOperation: { ...witness.lastOperation, state: "needs-operator" },
    });
    const { driver } = fakeDriver(world, { settings: auto });
    expect(ended(await watching(driver, world, 300))).toEqual([]);
    expect((await driver.operations())[0]?.state).toBe("running");
  });

  it("is not begun late where another machine's operation came in between", async () => {
    const world = await diedInFailover(4);
    const [id, witness] = [...world.witness.records.entries()][0] ?? [];
    if (id === undefined || witness?.lastOperation === undefined) throw new Error("no record");
    world.witness.records.set(id, {
      ...witness,
      lastOperation: { ...witness.lastOperation, id: "failback-elsewhere", state: "succeeded" },
    });
    const { driver } = fakeDriver(world, { settings: auto });
    const events = await watching(driver, world, 300);
    expect(ended(events)).toEqual([]);
    expect(abandoned(events)).toEqual([expect.stringContaining("failback-elsewhere came in between")]);
  });

  it("is left to the driver that runs it", async () => {
    const world = await protectedWorld();
    world.latency.set("infrastructure.apply", 100_000);
    const moving = fakeDriver(world).driver.failover({ mode: "planned" });
    const { driver } = fakeDriver(world, { settings: auto });
    await world.clock.sleep(1_000);
    expect((await driver.status()).runner).toMatchObject({ kind: "process", owner: { host: "driver" } });
    const events = await watching(driver, world, 90);
    expect(abandoned(events)).toEqual([]);
    expect((await moving).state).toBe("succeeded");
  });

  it("is tried again, with longer rests, where resuming breaks off", async () => {
    const world = await diedInFailover();
    const { driver, ports } = fakeDriver(world, { settings: auto });
    const lock = ports.journal.lock.bind(ports.journal);
    let tries = 0;
    ports.journal.lock = async (request) => {
      tries += 1;
      if (tries <= 3) throw new DriverError("unreachable", "the disk is away");
      return await lock(request);
    };
    const events = await watching(driver, world, 900);
    expect(events.filter((event) => event.type === "trouble" && event.what === "resume")).toHaveLength(3);
    expect(ended(events)).toEqual(["failover succeeded"]);
  });

  it.each([
    {
      leased: true,
      host: "elsewhere",
      by: "1@elsewhere",
      resumed: true,
      what: "the lease is won from the watch that began it",
    },
    { leased: false, host: "elsewhere", by: "1@elsewhere", resumed: false, what: "there is no lease" },
    { leased: true, host: "elsewhere", by: "ann@desk", resumed: false, what: "a person's command may still run it" },
    { leased: true, host: "here", by: "ann@desk", resumed: true, what: "its owner had this driver's own name" },
  ])("on a host that cannot be asked: resumed $resumed where $what", async ({ leased, host, by, resumed }) => {
    const world = await protectedWorld();
    const trigger = { kind: by === "ann@desk" ? ("manual" as const) : ("auto" as const), by };
    const settings = auto;
    await expect(
      fakeDriver(world, { dieAt: 30, settings }).driver.failover({ mode: "planned", trigger }),
    ).rejects.toThrow();
    const { driver, ports } = fakeDriver(world, { settings, identity: "1@here" });
    const holder = ports.journal.holder.bind(ports.journal);
    ports.journal.holder = async (application) => {
      const state = await holder(application);
      return state?.liveness === "dead" ? { ...state, owner: { ...state.owner, host }, liveness: "unknown" } : state;
    };
    const events = await watching(driver, world, 400, leased);
    expect(ended(events)).toEqual(resumed ? ["failover succeeded"] : []);
    if (!resumed) expect(abandoned(events)).toEqual([expect.stringContaining("--seize")]);
  });
});
