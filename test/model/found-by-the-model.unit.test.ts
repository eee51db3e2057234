import { describe, expect, it } from "vitest";
import { DriverError } from "../../automation/domain/errors.ts";
import { fakeDriver, protectedWorld } from "../support/fake-driver.ts";

const away = (): DriverError => new DriverError("unreachable", "no answer");

/** What random histories (test/model) have found, as plain examples. */
describe("an operation that was given up", () => {
  it("is undone where a person said so while no driver ran", async () => {
    const world = await protectedWorld();
    await expect(fakeDriver(world, { dieAt: 40 }).driver.failover({ mode: "planned" })).rejects.toThrow();
    await world.clock.sleep(60_000);
    const { driver } = fakeDriver(world);
    await driver.abort({ reason: "not today", by: "ann" });
    expect((await driver.resume()).state).toBe("aborted");
    expect(world.writable("primary")).toBe(true);
    expect((await driver.status()).protection).toBe("protected");
  });

  it("leaves what it had begun to the next one, which undoes it should it fail", async () => {
    const world = await protectedWorld();
    for (const call of ["database.fence", "database.openWrites"])
      world.faults.set(call, Array.from({ length: 99 }, away));
    const { driver } = fakeDriver(world);
    const running = driver.failover({ mode: "forced" });
    await world.clock.sleep(100_000);
    await driver.abort({ reason: "it is only the database", by: "ann" });
    expect((await running).state).toBe("needs-operator");
    expect(world.sites.primary.workloads).toBe(false);
    world.faults.clear();
    world.faults.set(
      "database.lag",
      Array.from({ length: 9 }, () => new DriverError("denied", "no rights")),
    );
    expect((await driver.failover({ mode: "planned" })).state).toBe("failed");
    expect(world.traffic.primary).toBe(true);
    expect(world.sites.primary).toMatchObject({ open: true, workloads: true });
    expect(world.sites.standby.lit).toBe(false);
  });

  it("is not replaced once it is past its point of no return", async () => {
    const world = await protectedWorld();
    world.faults.set("database.promote", [new DriverError("denied", "no rights")]);
    const { driver } = fakeDriver(world);
    const stuck = await driver.failover({ mode: "planned" });
    expect(stuck.state).toBe("needs-operator");
    await expect(driver.failover({ mode: "forced" })).rejects.toThrow("is past its point of no return: resume it");
    expect((await driver.resume()).state).toBe("succeeded");
    expect(world.violations).toEqual([]);
  });
});

describe("a move", () => {
  it("home without proof does not let the standby follow without a copy", async () => {
    const world = await protectedWorld();
    const { driver } = fakeDriver(world);
    await driver.failover({ mode: "planned" });
    await driver.reprotect();
    world.link = false;
    world.write();
    const lost = world.acknowledged.at(-1);
    const overrides = [{ guard: "proof-missing" as const, reason: "home, now", by: "ann" }];
    const home = await driver.failback({ mode: "forced", overrides });
    expect(home.overrides).toMatchObject([{ guard: "proof-missing", usedBy: "promote-database" }]);
    expect((await driver.status()).protection).toBe("unprotected");
    world.link = true;
    expect((await driver.reprotect()).state).toBe("succeeded");
    expect((await driver.report(home.id)).claimed.lostWrites).toContainEqual(
      expect.objectContaining({ table: "public.t", key: { id: lost } }),
    );
    expect(world.violations).toEqual([]);
  });

  it("takes a table along that was made after it had begun", async () => {
    const world = await protectedWorld();
    world.latency.set("traffic.drain", 5_000);
    const running = fakeDriver(world).driver.failover({ mode: "planned" });
    await world.clock.sleep(2_000);
    world.sites.primary.tables.add("public.new");
    expect((await running).state).toBe("succeeded");
    expect(world.sites.standby.tables).toContain("public.new");
  });

  it("lights the standby without sending it users, whatever its stack said before", async () => {
    const world = await protectedWorld();
    world.declared.standby.activeSite = "standby";
    world.faults.set("database.fence", Array.from({ length: 9 }, away));
    const record = await fakeDriver(world).driver.failover({ mode: "planned" });
    expect(record.state).toBe("failed");
    expect(world.declared.standby).toEqual({ drActive: false, activeSite: "primary" });
    expect(world.traffic).toEqual({ primary: true, standby: false });
  });
});
