import { describe, expect, it } from "vitest";
import { DriverError } from "../../../../automation/domain/errors.ts";
import type { OperationRecord } from "../../../../automation/domain/operation.ts";
import { fakeDriver, protectedWorld } from "../../../support/fake-driver.ts";
import { FakeWorld } from "../../../support/fake-world.ts";

/** When a stage began and ended, in milliseconds. */
function times({ stages }: OperationRecord) {
  return (name: string) => {
    const { startedAt = "", endedAt = "" } = stages.find((each) => each.name === name) ?? {};
    return { started: Date.parse(startedAt), ended: Date.parse(endedAt) };
  };
}

describe("operations, one after the other", () => {
  it("protects, fails over, reprotects and fails back without losing a write", async () => {
    const world = new FakeWorld();
    const { driver } = fakeDriver(world);
    expect((await driver.reprotect()).state).toBe("succeeded");
    expect((await driver.status()).protection).toBe("protected");

    const moved = await driver.failover({ mode: "planned" });
    expect(moved.state).toBe("succeeded");
    expect(moved.stages.map((stage) => stage.name)).toEqual([
      "confirm",
      "provision-standby",
      "fence-primary",
      "final-object-sync",
      "promote-database",
      "start-workloads",
      "verify-standby",
      "reroute",
      "verify-public",
      "reconcile",
      "report",
    ]);
    expect(await driver.status()).toMatchObject({ protection: "failed-over", activeSite: "standby" });
    expect(world.declared).toEqual({
      primary: { drActive: false, activeSite: "standby" },
      standby: { drActive: true, activeSite: "standby" },
    });

    expect((await driver.reprotect()).state).toBe("succeeded");
    expect((await driver.status()).protection).toBe("reprotected");

    expect((await driver.failback()).state).toBe("succeeded");
    expect(await driver.status()).toMatchObject({ protection: "protected", activeSite: "primary" });
    expect(world.sites.standby).toMatchObject({ following: true, open: false, lit: false });
    expect(world.traffic).toEqual({ primary: true, standby: false });

    expect(world.sites.primary.rows.map((row) => row.key)).toEqual(world.acknowledged);
    expect(world.acknowledged.length).toBeGreaterThan(20);
    expect(world.violations).toEqual([]);
  });

  it("refuses plans that do not fit, in words", async () => {
    const fresh = fakeDriver(new FakeWorld()).driver;
    await expect(fresh.failover({ mode: "forced" })).rejects.toThrow("run reprotect first");
    await expect(fresh.failback()).rejects.toThrow("already home");

    const world = await protectedWorld();
    const { driver } = fakeDriver(world);
    await expect(driver.failback()).rejects.toMatchObject({ code: "refused", field: "plan", value: "failback" });
    await driver.failover({ mode: "planned" });
    await expect(driver.failover({ mode: "planned" })).rejects.toThrow("already failed over");
    await expect(driver.failback()).rejects.toMatchObject({ code: "guard", guard: { name: "not-reprotected" } });
  });

  it("lets a planned move's users go on until the compute is there, and does not begin to move them where it is refused", async () => {
    const world = await protectedWorld();
    world.latency.set("infrastructure.apply", 300_000);
    world.faults.set(
      "infrastructure.apply",
      Array.from({ length: 99 }, () => new DriverError("capacity", "no room")),
    );
    const { driver } = fakeDriver(world);
    const running = driver.failover({ mode: "planned" });
    await world.clock.sleep(2_000_000);
    expect((await driver.status()).operation?.questions).toMatchObject([{ guard: "capacity-refused", closed: false }]);
    expect([world.writable("primary"), world.traffic.primary]).toEqual([true, true]);
    world.faults.clear();
    const { state, stages } = await running;
    const stage = (name: string) => stages.find((each) => each.name === name);
    expect(state).toBe("succeeded");
    expect(Date.parse(stage("fence-primary")?.startedAt ?? "")).toBeGreaterThanOrEqual(
      Date.parse(stage("provision-standby")?.endedAt ?? ""),
    );
  });

  it("lets provisioning and the fence run at the same time where the move is forced", async () => {
    const world = await protectedWorld();
    world.latency.set("infrastructure.apply", 300_000);
    const stages = times(await fakeDriver(world).driver.failover({ mode: "forced" }));
    expect(stages("promote-database").ended).toBeLessThan(stages("provision-standby").ended);
    expect(stages("start-workloads").started).toBeGreaterThanOrEqual(stages("provision-standby").ended);
  });

  it("serves users at the old site while a planned move provisions the new one", async () => {
    const world = await protectedWorld();
    world.latency.set("infrastructure.apply", 300_000);
    const moving = fakeDriver(world).driver.failover({ mode: "planned" });
    await world.clock.sleep(250_000);
    expect(world.writable("primary")).toBe(true);
    expect(world.traffic.primary).toBe(true);
    const record = await moving;
    const stages = times(record);
    expect(record.state).toBe("succeeded");
    expect(stages("fence-primary").started).toBeGreaterThanOrEqual(stages("provision-standby").ended);
    expect(stages("verify-public").ended - stages("fence-primary").started).toBeLessThan(60_000);
  });

  it("sums up what it claims, and links the loss that reprotect finds to the failover", async () => {
    const world = await protectedWorld();
    const { driver } = fakeDriver(world);
    world.write();
    world.link = false;
    world.write();
    world.write();
    const lost = world.acknowledged.slice(-2);
    world.sites.primary.up = false;
    const firstFailedAt = world.clock.now().toISOString();
    await world.clock.sleep(60_000);
    const record = await driver.failover({
      mode: "forced",
      trigger: { kind: "manual", by: "ann", firstFailedAt },
      overrides: [{ guard: "fence-unconfirmed", reason: "the region is dark", by: "ann" }],
    });
    expect(record.state).toBe("succeeded");
    const before = await driver.report();
    expect(before.claimed).toMatchObject({ lossKnown: false, lostWrites: [], proofToken: undefined });
    expect(before.claimed.rtoSeconds).toBeGreaterThan(80);

    world.link = true;
    world.sites.primary.up = true;
    world.sites.primary.open = false;
    world.sites.primary.stranded.push({
      schema: "public",
      table: "t",
      key: { id: "late" },
      kind: "insert",
      basis: "stream",
      committedAt: world.clock.now().toISOString(),
      lsn: "0/9999",
      after: { id: "late" },
    });
    expect((await driver.reprotect()).state).toBe("succeeded");
    expect((await driver.report(record.id)).claimed).toMatchObject({
      lossKnown: true,
      lostWrites: lost.map((id) => ({ table: "public.t", key: { id }, kind: "insert" })),
      splitBrainWrites: [{ table: "public.t", key: { id: "late" } }],
      losses: [{ table: "public.t", lost: { insert: 2 }, splitBrain: { insert: 1 } }],
    });
    expect(world.violations).toEqual([]);
  });

  it("shows a dry run without doing anything", async () => {
    const world = await protectedWorld();
    world.sites.primary.up = false;
    const { driver } = fakeDriver(world);
    await world.clock.sleep(600_000);
    const steps = world.journal.all().length;
    const shown = await driver.dryRun("failover", "forced");
    expect(shown.guards.map((guard) => guard.name)).toEqual(["fence-unconfirmed", "rpo-exceeded"]);
    expect(shown.stages.find((stage) => stage.name === "promote-database")).toMatchObject({ pointOfNoReturn: true });
    expect(world.journal.all().length).toBe(steps);
  });
});
