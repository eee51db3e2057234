import { describe, expect, it } from "vitest";
import { DriverError } from "../../../../automation/domain/errors.ts";
import type { DriverSettingsInput } from "../../../../automation/workflow/settings.ts";
import type { DriverWatchEvent } from "../../../../automation/workflow/watch/watch-event.ts";
import { fakeDriver, protectedWorld } from "../../../support/fake-driver.ts";
import type { FakeWorld } from "../../../support/fake-world.ts";

const auto: DriverSettingsInput = { mode: "auto" };
const applies = (world: FakeWorld): number =>
  world.calls.filter((call) => call.startsWith("infrastructure.apply") && !call.includes("primary")).length;

/** Runs the watch until `during` is over. */
async function watching(
  driver: ReturnType<typeof fakeDriver>["driver"],
  during: () => Promise<void>,
): Promise<readonly DriverWatchEvent[]> {
  const stop = new AbortController();
  const events: DriverWatchEvent[] = [];
  const running = (async () => {
    for await (const event of driver.watch(stop.signal)) events.push(event);
  })();
  await during();
  stop.abort();
  await running;
  return events;
}

const ended = (events: readonly DriverWatchEvent[]) =>
  events.flatMap((event) => (event.type === "operation" ? [`${event.record.plan} ${event.record.state}`] : []));

describe("warm-up", () => {
  it("lights the standby and moves nothing; stand-down scales it down", async () => {
    const world = await protectedWorld();
    const { driver } = fakeDriver(world);
    expect((await driver.warmUp()).state).toBe("succeeded");
    expect(world.sites.standby.lit).toBe(true);
    expect(world.traffic).toEqual({ primary: true, standby: false });
    expect(await driver.status()).toMatchObject({
      protection: "warm",
      activeSite: "primary",
      plans: ["failover", "stand-down", "self-heal", "zonal-recovery"],
    });
    await expect(driver.warmUp()).rejects.toThrow("lit already");
    await expect(driver.reprotect()).rejects.toThrow("lit ahead");
    expect((await driver.standDown()).state).toBe("succeeded");
    expect(world.sites.standby.lit).toBe(false);
    expect((await driver.status()).protection).toBe("protected");
    expect(world.violations).toEqual([]);
  });

  it("leaves alone what a person had lit", async () => {
    const world = await protectedWorld();
    world.declared.standby.drActive = true;
    world.sites.standby.lit = true;
    const { driver } = fakeDriver(world);
    expect(await driver.warmUp()).toMatchObject({ state: "failed", cause: { code: "refused" } });
    expect(world.sites.standby.lit).toBe(true);
    expect((await driver.status()).protection).toBe("protected");
  });

  it("scales down what it began to light when it fails, or is aborted", async () => {
    const world = await protectedWorld();
    world.faults.set("infrastructure.apply", [new DriverError("capacity", "no room"), new DriverError("denied", "no")]);
    const { driver } = fakeDriver(world);
    const lighting = driver.warmUp();
    await world.clock.sleep(3_000);
    const [newest] = await driver.operations();
    expect(newest?.state).toBe("waiting");
    expect((await lighting).state).toBe("failed");
    expect(world.declared.standby.drActive).toBe(false);

    world.latency.set("infrastructure.apply", 300_000);
    const again = driver.warmUp();
    await world.clock.sleep(10_000);
    await driver.abort({ reason: "not now", by: "ann" });
    expect((await again).state).toBe("aborted");
    expect(world.sites.standby.lit).toBe(false);
    expect((await driver.status()).protection).toBe("protected");
  });

  it("lets heartbeats and the following of new tables go on meanwhile", async () => {
    const world = await protectedWorld();
    const { driver } = fakeDriver(world);
    world.latency.set("infrastructure.apply", 200_000);
    const lighting = driver.warmUp();
    await world.clock.sleep(1_000);
    world.sites.primary.tables.add("public.new");
    const before = world.calls.filter((call) => call === "database.heartbeat primary").length;
    const events = await watching(fakeDriver(world).driver, () => world.clock.sleep(60_000));
    expect(events.filter((event) => event.type === "evaluation").length).toBeGreaterThan(1);
    expect(world.calls.filter((call) => call === "database.heartbeat primary").length - before).toBeGreaterThan(50);
    expect(world.sites.standby.tables).toContain("public.new");
    expect((await lighting).state).toBe("succeeded");
  });

  it.each(["planned", "forced"] as const)("is taken over by a %s failover that starts in the middle", async (mode) => {
    const world = await protectedWorld();
    world.latency.set("infrastructure.apply", 200_000);
    const first = fakeDriver(world);
    const lighting = first.driver.warmUp();
    await world.clock.sleep(5_000);
    const record = await fakeDriver(world).driver.failover({ mode });
    expect(record).toMatchObject({ state: "succeeded", lit: true });
    expect(await lighting).toMatchObject({ state: "aborted", cause: { code: "stale-epoch" } });
    expect(await first.driver.status()).toMatchObject({ protection: "failed-over", activeSite: "standby" });
    expect(world.sites.standby.lit).toBe(true);
    expect(world.violations).toEqual([]);
  });

  it("has its light scaled down by the failover that took it over and is undone", async () => {
    const world = await protectedWorld();
    const { driver } = fakeDriver(world);
    await driver.warmUp();
    world.faults.set("database.promote", [new DriverError("denied", "no")]);
    world.faults.set("database.fence", [new DriverError("denied", "no")]);
    expect((await driver.failover({ mode: "planned" })).state).toBe("failed");
    expect(world.sites.standby.lit).toBe(false);
    expect((await driver.status()).protection).toBe("protected");
    expect(world.writable("primary")).toBe(true);
  });

  it("lets a failover wait for the update that it took over", async () => {
    const world = await protectedWorld();
    const { driver } = fakeDriver(world);
    await driver.warmUp();
    world.faults.set("infrastructure.apply", [
      new DriverError("locked", "by the warm-up"),
      new DriverError("locked", "by the warm-up"),
    ]);
    expect((await driver.failover({ mode: "forced" })).state).toBe("succeeded");
  });

  it("is not held up by a warm-up whose driver died, and the next one can begin", async () => {
    const world = await protectedWorld();
    const dying = fakeDriver(world, { dieAt: 14 });
    await expect(dying.driver.warmUp()).rejects.toThrow();
    const { driver } = fakeDriver(world);
    expect((await driver.status()).protection).toBe("warming");
    await expect(driver.warmUp()).rejects.toThrow("resume it");
    expect((await driver.failover({ mode: "planned" })).state).toBe("succeeded");
    expect((await driver.reprotect()).state).toBe("succeeded");
    expect((await driver.failback()).state).toBe("succeeded");
    expect(world.sites.standby.lit).toBe(false);
    expect((await driver.warmUp()).state).toBe("succeeded");
    const open = (await driver.operations()).filter((each) => each.state === "running" || each.state === "waiting");
    expect(open).toEqual([]);
  });

  it("comes to the same end wherever its driver dies and is resumed", async () => {
    for (let dieAt = 1; ; dieAt += 1) {
      const world = await protectedWorld();
      const dying = fakeDriver(world, { dieAt });
      const record = await dying.driver.warmUp().catch(() => undefined);
      const { driver } = fakeDriver(world);
      if (record === undefined) {
        const begun = (await driver.operations())[0];
        if (begun?.plan === "warm-up") await driver.resume();
        else await driver.warmUp();
      }
      expect(await driver.status(), `died at ${dieAt}`).toMatchObject({ protection: "warm" });
      expect(world.sites.standby.lit).toBe(true);
      if (!dying.process.dead) return;
    }
  });
});

describe("the watch, in mode auto", () => {
  it("lights the standby at level 2 and scales it down when health returns", async () => {
    const world = await protectedWorld();
    const { driver } = fakeDriver(world, { settings: { ...auto, watch: { failureThreshold: 99 } } });
    const events = await watching(driver, async () => {
      world.sites.primary.workloads = false;
      await world.clock.sleep(65_000);
      expect(world.sites.standby.lit).toBe(true);
      expect((await driver.status()).protection).toBe("warm");
      world.sites.primary.workloads = true;
      await world.clock.sleep(160_000);
      // It comes and goes: not lit again within the rest.
      world.sites.primary.workloads = false;
      await world.clock.sleep(100_000);
      expect(world.sites.standby.lit).toBe(false);
    });
    expect(ended(events)).toEqual(["warm-up succeeded", "stand-down succeeded"]);
    expect((await driver.status()).protection).toBe("protected");
  });

  it("undoes a warm-up under way when health returns", async () => {
    const world = await protectedWorld();
    const { driver } = fakeDriver(world, { settings: { ...auto, watch: { failureThreshold: 99 } } });
    world.latency.set("infrastructure.apply", 900_000);
    const events = await watching(driver, async () => {
      world.sites.primary.workloads = false;
      await world.clock.sleep(35_000);
      world.sites.primary.workloads = true;
      await world.clock.sleep(150_000);
      world.latency.clear();
      await world.clock.sleep(900_000);
    });
    expect(ended(events)).toEqual(["warm-up aborted"]);
    expect(world.declared.standby.drActive).toBe(false);
    expect((await driver.status()).protection).toBe("protected");
  });

  it("moves onto the light: the failover does not provision anew", async () => {
    const world = await protectedWorld();
    const { driver } = fakeDriver(world, { settings: auto });
    world.sites.primary.workloads = false;
    const events = await watching(driver, () => world.clock.sleep(400_000));
    expect(ended(events)).toEqual(["warm-up succeeded", "failover succeeded"]);
    const { stages } = await driver.report((await driver.operations())[0]?.id);
    expect(stages.find((stage) => stage.name === "provision-standby")?.attempts).toBe(1);
  });

  it("leaves a person's warm-up to the person", async () => {
    const world = await protectedWorld();
    const { driver } = fakeDriver(world, { settings: auto });
    await driver.warmUp();
    const before = applies(world);
    expect(ended(await watching(driver, () => world.clock.sleep(300_000)))).toEqual([]);
    expect(applies(world)).toBe(before);
    expect((await driver.status()).protection).toBe("warm");
  });

  it("goes on with a warm-up whose driver died", async () => {
    const world = await protectedWorld();
    const settings = { ...auto, watch: { failureThreshold: 99 } };
    const dying = fakeDriver(world, { dieAt: 14, settings });
    await dying.driver.warmUp({ trigger: { kind: "auto", by: "t" } }).catch(() => undefined);
    const { driver } = fakeDriver(world, { settings });
    expect((await driver.status()).protection).toBe("warming");
    world.sites.primary.workloads = false;
    expect(ended(await watching(driver, () => world.clock.sleep(40_000)))).toEqual(["warm-up succeeded"]);
  });

  it.each(["observe", "approve"] as const)("lights nothing in mode %s", async (mode) => {
    const world = await protectedWorld();
    const { driver, ports } = fakeDriver(world, { settings: { mode, watch: { failureThreshold: 99 } } });
    world.sites.primary.workloads = false;
    expect(ended(await watching(driver, () => world.clock.sleep(300_000)))).toEqual([]);
    expect(world.sites.standby.lit).toBe(false);
    const advised = ports.notices.filter((notice) => notice.title.includes("warm-up"));
    expect(advised).toHaveLength(mode === "approve" ? 1 : 0);
  });
});
