import { describe, expect, it } from "vitest";
import { DriverError } from "../../../../automation/domain/errors.ts";
import type { DriverWatchEvent } from "../../../../automation/workflow/watch/watch-event.ts";
import { fakeDriver, protectedWorld } from "../../../support/fake-driver.ts";
import type { FakeWorld } from "../../../support/fake-world.ts";

const restarts = (world: FakeWorld): number => world.calls.filter((call) => call === "workloads.stop primary").length;

async function watched(driver: ReturnType<typeof fakeDriver>["driver"], during: () => Promise<void>) {
  const stop = new AbortController();
  const events: DriverWatchEvent[] = [];
  const watching = (async () => {
    for await (const event of driver.watch(stop.signal)) events.push(event);
  })();
  await during();
  stop.abort();
  await watching;
  return events.flatMap((event) =>
    event.type === "operation" ? [`${event.record.plan} ${event.record.service} ${event.record.state}`] : [],
  );
}

describe("self-heal", () => {
  it("restarts one service, and leaves where the application stands as it is", async () => {
    const world = await protectedWorld();
    world.sick.add("a");
    const { driver } = fakeDriver(world);
    const record = await driver.selfHeal({ service: "a" });
    expect(record).toMatchObject({ state: "succeeded", service: "a" });
    expect(world.sick.size).toBe(0);
    expect(await driver.status()).toMatchObject({ protection: "protected", activeSite: "primary" });
    expect(world.violations).toEqual([]);
  });

  it.each([
    ["a service of which pods are ready", "a", () => {}],
    ["one that is not there", "c", () => {}],
    [
      "what runs outside the driver's reach",
      "a",
      (world: FakeWorld) => {
        world.compute.primary = { kind: "elsewhere" };
      },
    ],
    [
      "a container group",
      "a",
      (world: FakeWorld) => {
        world.compute.primary = { kind: "container-group", name: "g" };
      },
    ],
  ] as const)("is refused for %s, and stops nothing", async (_, service, change) => {
    const world = await protectedWorld();
    change(world);
    const { driver } = fakeDriver(world);
    expect(await driver.selfHeal({ service })).toMatchObject({ state: "failed", cause: { code: "refused" } });
    expect(restarts(world)).toBe(0);
    expect((await driver.status()).protection).toBe("protected");
  });

  it("starts the service again where it fails", async () => {
    const world = await protectedWorld();
    world.sick.add("a");
    world.faults.set("workloads.start", [new DriverError("denied", "no")]);
    const { driver } = fakeDriver(world);
    const record = await driver.selfHeal({ service: "a" });
    expect(record.state).toBe("failed");
    expect(record.stages.find((stage) => stage.name === "stop-service")?.state).toBe("compensated");
    expect((await driver.status()).protection).toBe("protected");
  });

  it("starts nothing at a site that a failover has begun to leave", async () => {
    const world = await protectedWorld();
    world.sick.add("a");
    world.latency.set("workloads.stop", 60_000);
    const first = fakeDriver(world);
    const healing = first.driver.selfHeal({ service: "a" });
    await world.clock.sleep(1_000);
    const record = await fakeDriver(world).driver.failover({ mode: "planned" });
    expect(record.state).toBe("succeeded");
    expect(await healing).toMatchObject({ state: "aborted", cause: { code: "stale-epoch" } });
    expect(world.calls).not.toContain("workloads.start primary");
  });

  it("lets no reprotect take it over: that would leave the service stopped", async () => {
    const world = await protectedWorld();
    world.sick.add("a");
    world.latency.set("workloads.stop", 60_000);
    const healing = fakeDriver(world).driver.selfHeal({ service: "a" });
    await world.clock.sleep(1_000);
    await expect(fakeDriver(world).driver.reprotect()).rejects.toMatchObject({ code: "guard" });
    expect((await healing).state).toBe("succeeded");
  });

  it("keeps the light of a warm-up known", async () => {
    const world = await protectedWorld();
    const { driver } = fakeDriver(world);
    await driver.warmUp();
    world.sick.add("a");
    expect((await driver.selfHeal({ service: "a" })).state).toBe("succeeded");
    expect((await driver.status()).protection).toBe("warm");
    world.faults.set("database.fence", [new DriverError("denied", "no")]);
    expect((await driver.failover({ mode: "planned" })).state).toBe("failed");
    expect(world.sites.standby.lit).toBe(false);
  });

  it("comes to the same end wherever its driver dies and is resumed", async () => {
    for (let dieAt = 1; ; dieAt += 1) {
      const world = await protectedWorld();
      world.sick.add("a");
      const dying = fakeDriver(world, { dieAt });
      const record = await dying.driver.selfHeal({ service: "a" }).catch(() => undefined);
      const { driver } = fakeDriver(world);
      if (record === undefined && (await driver.operations())[0]?.plan === "self-heal") {
        expect((await driver.resume()).state, `died at ${dieAt}`).toMatch(/succeeded|failed/);
      }
      expect((await driver.status()).protection).toBe("protected");
      if (!dying.process.dead) return;
    }
  });
});

describe("the watch and a sick service", () => {
  it("restarts it in mode auto after N evaluations, once in a cooldown", async () => {
    const world = await protectedWorld();
    const { driver } = fakeDriver(world, { settings: { mode: "auto", selfHealCooldownSeconds: 400 } });
    world.sick.add("a");
    const ended = await watched(driver, async () => {
      await world.clock.sleep(50_000);
      expect(restarts(world)).toBe(0);
      await world.clock.sleep(70_000);
      expect(restarts(world)).toBe(1);
      world.sick.add("a");
      await world.clock.sleep(150_000);
      expect(restarts(world)).toBe(1);
      world.sick.delete("a");
      await world.clock.sleep(200_000);
      world.sick.add("a");
      await world.clock.sleep(130_000);
    });
    expect(ended).toEqual(["self-heal a succeeded", "self-heal a succeeded"]);
  });

  it.each(["observe", "approve"] as const)("leaves it alone in mode %s", async (mode) => {
    const world = await protectedWorld();
    const { driver } = fakeDriver(world, { settings: { mode } });
    world.sick.add("a");
    expect(await watched(driver, () => world.clock.sleep(300_000))).toEqual([]);
    expect(restarts(world)).toBe(0);
  });
});
