import { describe, expect, it } from "vitest";
import { DriverError } from "../../../../automation/domain/errors.ts";
import { fakeDriver, protectedWorld } from "../../../support/fake-driver.ts";
import type { FakeWorld } from "../../../support/fake-world.ts";

/** What a rehearsal must leave as it was. */
const replica = ({ sites, traffic }: FakeWorld) => ({
  open: sites.standby.open,
  following: sites.standby.following,
  lit: sites.standby.lit,
  workloads: sites.standby.workloads,
  traffic: { ...traffic },
  rows: sites.standby.rows.length >= sites.primary.rows.length,
});

describe("a drill's rehearsal", () => {
  it("lights, starts, looks, stops and scales down; users and replica notice nothing", async () => {
    const world = await protectedWorld();
    const { driver } = fakeDriver(world);
    const before = replica(world);
    const record = await driver.drill();
    expect(record.state).toBe("succeeded");
    expect(replica(world)).toEqual(before);
    expect(world.violations).toEqual([]);
    expect(world.calls.filter((call) => /promote|fence|openWrites|traffic.route|replicate/.test(call))).toEqual(
      world.calls.filter((call) => call.startsWith("database.replicate")),
    );
    expect((await driver.status()).protection).toBe("protected");
    expect(record.stages.every(({ startedAt, endedAt }) => startedAt !== undefined && endedAt !== undefined)).toBe(
      true,
    );
    expect(record.evidence["rehearse-workloads"]).toMatchObject({ ready: true, unproven: [] });
    expect(record.evidence["rehearse-database"]).toMatchObject({ copies: [{ database: "app", copy: "app_drill" }] });
    expect(record.evidence["end-rehearsal"]).toMatchObject({ dropped: ["app_drill"], streaming: true });
    expect(world.drillCopies.size).toBe(0);
    expect(await driver.controls.state()).toMatchObject({ lastDrill: { kind: "rehearsal", operationId: record.id } });
  });

  it("says what it could not prove where pods do not become ready beside a fenced database", async () => {
    const world = await protectedWorld();
    const { driver } = fakeDriver(world, { settings: { drillReadySeconds: 5 } });
    world.latency.set("workloads.start", 300_000);
    world.neverReady = true;
    const record = await driver.drill();
    expect(record.state).toBe("succeeded");
    expect(record.evidence["rehearse-workloads"]).toMatchObject({ ready: false, unproven: [expect.any(String)] });
    expect(world.sites.standby.lit).toBe(false);
  });

  it("leaves a standby lit that was lit before", async () => {
    const world = await protectedWorld();
    world.declared.standby.drActive = true;
    world.sites.standby.lit = true;
    const record = await fakeDriver(world).driver.drill();
    expect(record.evidence["stand-down"]).toMatchObject({ scaledDown: false });
    expect(world.sites.standby).toMatchObject({ lit: true, workloads: false });
  });

  it("is refused where the replica could be written, users could come, or nothing streams; nothing is lit", async () => {
    for (const spoil of [
      (world: FakeWorld) => {
        world.link = false;
      },
      (world: FakeWorld) => {
        world.traffic.standby = true;
        world.sites.standby.following = false;
      },
    ]) {
      const world = await protectedWorld();
      spoil(world);
      const { driver } = fakeDriver(world);
      expect(await driver.drill()).toMatchObject({ state: "failed", cause: { code: "refused" } });
      expect(world.sites.standby.lit).toBe(false);
      expect((await driver.controls.state()).lastDrill).toBeUndefined();
    }
  });

  it("is undone when it fails: nothing runs, nothing is lit", async () => {
    const world = await protectedWorld();
    world.faults.set("probe.services", [new DriverError("denied", "no")]);
    const { driver } = fakeDriver(world);
    expect((await driver.drill()).state).toBe("failed");
    expect(world.sites.standby).toMatchObject({ lit: false, workloads: false });
    expect((await driver.status()).protection).toBe("protected");
  });

  it.each(["database.makeDrillCopies", "database.dropDrillCopies"])(
    "leaves no copy where %s fails for a while",
    async (name) => {
      const world = await protectedWorld();
      world.faults.set(name, [new DriverError("unreachable", "no answer")]);
      const { driver } = fakeDriver(world);
      expect((await driver.drill()).state).toBe("succeeded");
      expect(world.drillCopies.size).toBe(0);
    },
  );

  it("drops the copy where the drill fails", async () => {
    const world = await protectedWorld();
    world.latency.set("probe.services", 60_000);
    world.faults.set("probe.services", [new DriverError("denied", "no")]);
    const { driver } = fakeDriver(world);
    const record = await driver.drill();
    expect(record.state).toBe("failed");
    expect(record.stages.find(({ name }) => name === "rehearse-database")?.state).toBe("compensated");
    expect(world.drillCopies.size).toBe(0);
  });

  it("needs an operator where the copy cannot be dropped, and is undone by resume", async () => {
    const world = await protectedWorld();
    const away = () => new DriverError("unreachable", "no answer");
    world.faults.set("database.dropDrillCopies", Array.from({ length: 8 }, away));
    const { driver } = fakeDriver(world);
    expect((await driver.drill()).state).toBe("needs-operator");
    expect(world.drillCopies.size).toBe(1);
    expect((await driver.resume()).state).toBe("failed");
    expect(world.drillCopies.size).toBe(0);
    expect((await driver.status()).protection).toBe("protected");
  });

  it("leaves its copy to the failover that takes it over, which drops it once users are served", async () => {
    const world = await protectedWorld();
    world.latency.set("workloads.start", 30_000);
    const drilling = fakeDriver(world).driver.drill();
    await world.clock.sleep(15_000);
    expect(world.drillCopies.size).toBe(1);
    const record = await fakeDriver(world).driver.failover({ mode: "planned" });
    expect(record.state).toBe("succeeded");
    await drilling;
    expect(world.drillCopies.size).toBe(0);
    const dropped = world.calls.lastIndexOf("database.dropDrillCopies standby");
    expect(dropped).toBeGreaterThan(world.calls.lastIndexOf("traffic.route"));
  });

  it("stands in no failover's way", async () => {
    const world = await protectedWorld();
    world.latency.set("infrastructure.apply", 100_000);
    const first = fakeDriver(world);
    const drilling = first.driver.drill();
    await world.clock.sleep(5_000);
    const record = await fakeDriver(world).driver.failover({ mode: "forced" });
    expect(record.state).toBe("succeeded");
    expect(await drilling).toMatchObject({ state: "aborted", cause: { code: "stale-epoch" } });
    expect(world.sites.standby).toMatchObject({ lit: true, workloads: true });
    expect(world.violations).toEqual([]);
    expect((await first.driver.controls.state()).lastDrill).toBeUndefined();
  });

  it("comes to the same end wherever its driver dies and is resumed", async () => {
    for (let dieAt = 1; ; dieAt += 2) {
      const world = await protectedWorld();
      const dying = fakeDriver(world, { dieAt });
      const record = await dying.driver.drill().catch(() => undefined);
      const { driver } = fakeDriver(world);
      const begun = (await driver.operations())[0];
      if (record === undefined && begun?.plan === "drill") await driver.resume();
      expect((await driver.status()).protection, `died at ${dieAt}`).toBe("protected");
      expect(world.sites.standby, `died at ${dieAt}`).toMatchObject({ lit: false, workloads: false });
      expect(world.drillCopies.size, `died at ${dieAt}`).toBe(0);
      expect(world.violations).toEqual([]);
      if (!dying.process.dead) return;
    }
  });
});

describe("a live drill", () => {
  it("moves users to the standby and home, verified both ways, and is the last drill", async () => {
    const world = await protectedWorld();
    const { driver } = fakeDriver(world);
    const records = await driver.drillLive();
    expect(records.map(({ plan, mode, state }) => [plan, mode, state])).toEqual([
      ["failover", "planned", "succeeded"],
      ["reprotect", "planned", "succeeded"],
      ["failback", "planned", "succeeded"],
    ]);
    expect(await driver.status()).toMatchObject({ protection: "protected", activeSite: "primary" });
    expect(await driver.controls.state()).toMatchObject({ lastDrill: { kind: "live", operationId: records[0]?.id } });
    expect(world.violations).toEqual([]);
    expect(world.acknowledged.every((key) => world.sites.primary.rows.some((row) => row.key === key))).toBe(true);
  });

  it("stops where one does not succeed, and is no drill then", async () => {
    const world = await protectedWorld();
    world.faults.set("database.fence", [new DriverError("denied", "no")]);
    const { driver } = fakeDriver(world);
    expect((await driver.drillLive()).map(({ plan, state }) => [plan, state])).toEqual([["failover", "failed"]]);
    expect((await driver.status()).activeSite).toBe("primary");
    expect((await driver.controls.state()).lastDrill).toBeUndefined();
  });
});
