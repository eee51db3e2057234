import { describe, expect, it } from "vitest";
import { DriverError } from "../../../../automation/domain/errors.ts";
import { fakeDriver, protectedWorld } from "../../../support/fake-driver.ts";

const refused = (): DriverError => new DriverError("denied", "no rights");
const away = (): DriverError => new DriverError("unreachable", "no answer");

describe("errors", () => {
  it("retries what may pass, with growing waits", async () => {
    const world = await protectedWorld();
    world.faults.set("workloads.start", [away(), away(), away()]);
    const { driver } = fakeDriver(world);
    const record = await driver.failover({ mode: "planned" });
    expect(record.state).toBe("succeeded");
    expect(record.stages.find((stage) => stage.name === "start-workloads")?.attempts).toBe(4);
    const failed = world.journal
      .all()
      .flatMap(({ body }) => (body.type === "stage-failed" ? [Date.parse(body.at)] : []));
    const started = world.journal
      .all()
      .flatMap(({ body }) =>
        body.type === "stage-started" && body.stage === "start-workloads" ? [Date.parse(body.at)] : [],
      );
    expect(failed.map((at, index) => (started[index + 1] ?? 0) - at)).toEqual([1000, 2000, 4000]);
  });

  it("tries once what repeating cannot mend", async () => {
    const world = await protectedWorld();
    world.faults.set("infrastructure.apply", [refused()]);
    const record = await fakeDriver(world).driver.failover({ mode: "planned" });
    expect(record).toMatchObject({ state: "failed", cause: { code: "denied" } });
    expect(record.stages.find((stage) => stage.name === "provision-standby")?.attempts).toBe(1);
  });

  it("writes no secret of a foreign error down", async () => {
    const world = await protectedWorld();
    world.faults.set("infrastructure.apply", [
      new Error("cannot connect to postgres://admin:hunter2@10.0.0.1/db password=hunter2"),
    ]);
    await fakeDriver(world).driver.failover({ mode: "planned" });
    expect(JSON.stringify(world.journal.all())).not.toContain("hunter2");
  });
});

describe("before the point of no return", () => {
  it("opens the primary again and scales down the standby, last first", async () => {
    const world = await protectedWorld();
    world.faults.set("database.awaitToken", Array.from({ length: 4 }, away));
    const { driver } = fakeDriver(world);
    const record = await driver.failover({ mode: "planned" });
    expect(record.state).toBe("failed");
    expect(record.stages.find((stage) => stage.name === "fence-primary")?.state).toBe("compensated");
    expect(world.sites.primary).toMatchObject({ open: true, workloads: true, following: false });
    expect(world.sites.standby).toMatchObject({ open: false, lit: false, following: true });
    expect(world.traffic).toEqual({ primary: true, standby: false });
    expect(world.calls.lastIndexOf("traffic.route")).toBeLessThan(world.calls.lastIndexOf("infrastructure.apply"));
    expect(world.violations).toEqual([]);
    expect((await driver.status()).protection).toBe("protected");
    expect((await driver.failover({ mode: "planned" })).state).toBe("succeeded");
  });

  it("stops the other branches: a failed provisioning undoes the fence", async () => {
    const world = await protectedWorld();
    world.latency.set("database.fence", 60_000);
    world.faults.set("infrastructure.apply", [refused()]);
    const record = await fakeDriver(world).driver.failover({ mode: "forced" });
    expect(record.state).toBe("failed");
    expect(record.stages.find((stage) => stage.name === "fence-primary")?.state).toBe("compensated");
    expect(world.writable("primary")).toBe(true);
    expect(world.calls).not.toContain("database.promote standby");
  });

  it("fences nobody in a planned move whose provisioning fails", async () => {
    const world = await protectedWorld();
    world.faults.set("infrastructure.apply", [refused()]);
    const record = await fakeDriver(world).driver.failover({ mode: "planned" });
    expect(record.state).toBe("failed");
    expect(world.calls).not.toContain("database.fence primary");
    expect(world.writable("primary")).toBe(true);
  });

  it("fences nobody in a planned move whose replication breaks off while it provisions", async () => {
    const world = await protectedWorld();
    world.latency.set("infrastructure.apply", 300_000);
    const moving = fakeDriver(world).driver.failover({ mode: "planned" });
    await world.clock.sleep(100_000);
    world.link = false;
    expect(await moving).toMatchObject({ state: "failed", cause: { code: "guard", guard: "standby-unready" } });
    expect(world.calls).not.toContain("database.fence primary");
    expect(world.sites.standby.lit).toBe(false);
  });

  it("ends with a person where it cannot be undone, and resume undoes it later", async () => {
    const world = await protectedWorld();
    world.faults.set("database.awaitToken", Array.from({ length: 4 }, away));
    world.faults.set("database.openWrites", Array.from({ length: 4 }, away));
    const { driver } = fakeDriver(world);
    const stuck = await driver.failover({ mode: "planned" });
    expect(stuck).toMatchObject({ state: "needs-operator", cause: { code: "unreachable" } });
    expect(stuck.stages.find((stage) => stage.name === "fence-primary")?.state).toBe("compensation-failed");
    expect((await driver.resume()).state).toBe("failed");
    expect(world.writable("primary")).toBe(true);
    expect(world.sites.standby.lit).toBe(false);
  });

  it("leaves a standby lit that was lit before", async () => {
    const world = await protectedWorld();
    world.sites.standby.lit = true;
    world.declared.standby.drActive = true;
    world.faults.set("database.awaitToken", Array.from({ length: 4 }, away));
    expect((await fakeDriver(world).driver.failover({ mode: "planned" })).state).toBe("failed");
    expect(world.sites.standby.lit).toBe(true);
  });

  it("is undone on request", async () => {
    const world = await protectedWorld();
    world.latency.set("database.fence", 60_000);
    const { driver } = fakeDriver(world);
    const running = driver.failover({ mode: "planned" });
    await world.clock.sleep(20_000);
    await driver.abort({ reason: "wrong application", by: "ann" });
    expect((await running).state).toBe("aborted");
    expect(world.writable("primary")).toBe(true);
  });
});

describe("past the point of no return", () => {
  it("goes forward only: what failed is for a person, then for resume", async () => {
    const world = await protectedWorld();
    world.faults.set("workloads.start", [refused()]);
    const { driver } = fakeDriver(world);
    const stuck = await driver.failover({ mode: "planned" });
    expect(stuck.state).toBe("needs-operator");
    expect(world.calls).not.toContain("database.openWrites primary");
    await expect(driver.failover({ mode: "planned" })).rejects.toThrow("resume it");
    expect((await driver.resume()).state).toBe("succeeded");
    expect(world.violations).toEqual([]);
  });

  it("ignores an abort", async () => {
    const world = await protectedWorld();
    world.latency.set("workloads.start", 60_000);
    const { driver } = fakeDriver(world);
    const running = driver.failover({ mode: "planned" });
    await world.clock.sleep(20_000);
    await driver.abort({ reason: "too late", by: "ann" });
    expect((await running).state).toBe("succeeded");
  });

  it("goes home unprotected rather than stay down where the standby cannot follow", async () => {
    const world = await protectedWorld();
    const { driver } = fakeDriver(world);
    await driver.failover({ mode: "planned" });
    await driver.reprotect();
    world.faults.set("database.replicate", [refused()]);
    expect((await driver.failback()).state).toBe("succeeded");
    expect((await driver.status()).protection).toBe("unprotected");
    expect((await driver.reprotect()).state).toBe("succeeded");
    expect((await driver.status()).protection).toBe("protected");
    expect(world.violations).toEqual([]);
  });
});

describe("a driver that must stop", () => {
  it("stops at once on SIGTERM and can be resumed", async () => {
    const world = await protectedWorld();
    world.latency.set("infrastructure.apply", 300_000);
    const { driver } = fakeDriver(world);
    const stop = new AbortController();
    const running = driver.failover({ mode: "planned", signal: stop.signal });
    const seen = running.catch((error: unknown) => error);
    await world.clock.sleep(100_000);
    stop.abort();
    expect(await seen).toMatchObject({ code: "interrupted" });
    expect(world.journal.locks.size).toBe(0);
    await expect(driver.failover({ mode: "forced" })).rejects.toMatchObject({ guard: { name: "operation-running" } });
    expect((await driver.resume()).state).toBe("succeeded");
    expect(world.violations).toEqual([]);
  });

  it("touches nothing once another driver has taken over", async () => {
    const world = await protectedWorld();
    world.latency.set("infrastructure.apply", 300_000);
    const { driver } = fakeDriver(world);
    const seen = driver.failover({ mode: "planned" }).catch((error: unknown) => error);
    await world.clock.sleep(100_000);
    const [record] = [...world.witness.records.values()];
    if (record !== undefined) world.witness.records.set("app", { ...record, epoch: record.epoch + 1 });
    const calls = world.calls.length;
    expect(await seen).toMatchObject({ code: "stale-epoch" });
    expect(world.calls.length - calls).toBeLessThanOrEqual(1);
  });
});
