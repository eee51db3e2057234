import { describe, expect, it } from "vitest";
import type { Site } from "../../../../stacks/outputs.ts";
import { fakeDriver } from "../../../support/fake-driver.ts";
import { FakeWorld } from "../../../support/fake-world.ts";

const seconds = 30;

/** Protected, both sites under a lease, the witness where agents can ask it. */
async function leasedWorld(placement: "local" | "third-site" = "third-site"): Promise<FakeWorld> {
  const world = new FakeWorld();
  world.witness.placement = placement;
  for (const site of ["primary", "standby"] as const) world.leases[site] = { seconds, agent: true, endsAt: undefined };
  await fakeDriver(world).driver.reprotect();
  return world;
}

const record = (world: FakeWorld) => world.witness.records.get("app");
const lease = (world: FakeWorld) => record(world)?.writeLease;
const asked = (world: FakeWorld) => world.journal.all().filter(({ body }) => body.type === "question");

/** Up and well, with users, and nobody from outside can tell it anything. */
function cutOff(world: FakeWorld, site: Site): void {
  world.sites[site].reachable = false;
  world.link = false;
}

describe("a write lease in the moves", () => {
  it("is noted where the active site's database enforces it, and nowhere else", async () => {
    const world = await leasedWorld();
    expect(lease(world)).toEqual({ site: "primary", seconds, withheld: false });
    const { driver } = fakeDriver(world);
    expect((await driver.failover({ mode: "planned" })).state).toBe("succeeded");
    expect(lease(world)).toEqual({ site: "standby", seconds, withheld: false });
    expect((await driver.reprotect()).state).toBe("succeeded");
    expect(lease(world)).toEqual({ site: "standby", seconds, withheld: false });
    expect((await driver.failback()).state).toBe("succeeded");
    expect(lease(world)).toEqual({ site: "primary", seconds, withheld: false });
    expect(world.violations).toEqual([]);

    const bare = new FakeWorld();
    bare.witness.placement = "third-site";
    await fakeDriver(bare).driver.reprotect();
    expect(record(bare)).not.toHaveProperty("writeLease");
  });

  it("is not noted before an agent has renewed it", async () => {
    const world = new FakeWorld();
    world.witness.placement = "third-site";
    world.leases.primary = { seconds, agent: false, endsAt: undefined };
    const { driver } = fakeDriver(world);
    const result = await driver.reprotect();
    expect(result.state).toBe("succeeded");
    expect(lease(world)).toBeUndefined();
  });

  it("lets a forced move go on without a person: the old region is up, unreachable, and writes to its lease's end", async () => {
    const world = await leasedWorld();
    cutOff(world, "primary");
    const { driver } = fakeDriver(world);
    const began = world.clock.now().getTime();
    const moved = await driver.failover({ mode: "forced" });
    expect(moved.state).toBe("succeeded");
    expect(asked(world)).toEqual([]);
    expect(moved.overrides).toEqual([]);
    expect(moved.evidence["fence-primary"]).toMatchObject({ confirmed: true, database: "failed" });
    expect(moved.evidence["fence-primary"]).not.toHaveProperty("token");
    expect(moved.evidence["fence-primary"]).toHaveProperty("leaseExpiredAt");
    const promoted = Date.parse(moved.stages.find(({ name }) => name === "promote-database")?.startedAt ?? "");
    expect(promoted - began).toBeGreaterThan(seconds * 1000);
    expect(promoted - began).toBeLessThan(seconds * 1000 + 15_000);
    expect(world.writable("primary")).toBe(false);
    expect(world.violations).toEqual([]);
  });

  it("fences the region that returns by default", async () => {
    const world = await leasedWorld();
    world.sites.primary.up = false;
    world.renew();
    const { driver } = fakeDriver(world);
    expect((await driver.failover({ mode: "forced" })).state).toBe("succeeded");
    expect(asked(world)).toEqual([]);
    world.sites.primary.up = true;
    world.renew();
    // Nobody fenced it: its role may still log in, by name.
    expect(world.sites.primary.open).toBe(true);
    expect(world.writable("primary")).toBe(false);
    world.check("its return");
    expect(world.violations).toEqual([]);
    expect((await driver.reprotect()).state).toBe("succeeded");
    expect((await driver.failback()).state).toBe("succeeded");
    expect(world.violations).toEqual([]);
  });

  it("asks a person where the witness is one that no agent reaches", async () => {
    const world = await leasedWorld("local");
    world.sites.primary.up = false;
    const { driver } = fakeDriver(world);
    const running = driver.failover({ mode: "forced" });
    await world.clock.sleep(200_000);
    expect((await driver.status()).operation?.state).toBe("waiting");
    expect(asked(world)).toHaveLength(1);
    await driver.answer({ guard: "fence-unconfirmed", reason: "dark", by: "ann" });
    expect((await running).state).toBe("succeeded");
  });

  it("is not waited for where somebody has said that the old site is down", async () => {
    const world = await leasedWorld();
    world.sites.primary.up = false;
    const { driver } = fakeDriver(world);
    const began = world.clock.now().getTime();
    const overrides = [{ guard: "fence-unconfirmed" as const, reason: "dark", by: "ann" }];
    const moved = await driver.failover({ mode: "forced", overrides });
    const promoted = Date.parse(moved.stages.find(({ name }) => name === "promote-database")?.startedAt ?? "");
    expect(promoted - began).toBeLessThan(seconds * 1000);
  });

  it("is handed back where the move is undone, before the site can be reached again", async () => {
    const world = await leasedWorld();
    cutOff(world, "primary");
    const { driver } = fakeDriver(world);
    const running = driver.failover({ mode: "forced" });
    await world.clock.sleep(5000);
    expect(lease(world)).toMatchObject({ withheld: true });
    await driver.abort({ reason: "it is only our own line", by: "ann" });
    // The site could not be opened from here, so a person is asked to look; it goes on by itself meanwhile.
    expect((await running).state).toBe("needs-operator");
    expect(lease(world)).toEqual({ site: "primary", seconds, withheld: false });
    world.renew();
    expect(world.writable("primary")).toBe(true);
    expect(world.violations).toEqual([]);
  });

  it("waits anew in a process that takes over: it cannot know since when", async () => {
    const world = await leasedWorld();
    cutOff(world, "primary");
    const first = fakeDriver(world);
    const running = first.driver.failover({ mode: "forced" }).catch(() => undefined);
    await world.clock.sleep(25_000);
    first.process.dead = true;
    await running;
    const resumed = world.clock.now().getTime();
    const moved = await fakeDriver(world).driver.resume();
    expect(moved.state).toBe("succeeded");
    const promoted = Date.parse(moved.stages.find(({ name }) => name === "promote-database")?.startedAt ?? "");
    expect(promoted - resumed).toBeGreaterThan(seconds * 1000);
    expect(world.violations).toEqual([]);
  });

  it("refuses mode auto with a witness that no agent reaches", async () => {
    for (const [placement, refused] of [
      ["local", true],
      ["third-site", false],
    ] as const) {
      const world = await leasedWorld(placement);
      const { driver } = fakeDriver(world, { settings: { mode: "auto" } });
      const stop = new AbortController();
      const watching = (async () => {
        for await (const _ of driver.watch(stop.signal)) stop.abort();
      })();
      if (refused) await expect(watching).rejects.toMatchObject({ code: "refused", field: "PILOTLIGHT_WITNESS" });
      else await watching;
    }
  });

  it("outlives a dead driver: nobody but a forced move stops a healthy primary", async () => {
    const world = await leasedWorld();
    await world.clock.sleep(3_600_000);
    world.renew();
    expect(world.writable("primary")).toBe(true);
  });

  it("keeps the fence honest: with the wait left out, both sites write", async () => {
    const world = await leasedWorld();
    cutOff(world, "primary");
    const { driver } = fakeDriver(world);
    const overrides = [{ guard: "fence-unconfirmed" as const, reason: "a wrong one", by: "ann" }];
    await driver.failover({ mode: "forced", overrides });
    expect(world.violations.some((text) => text.startsWith("both sites are writable"))).toBe(true);
  });
});
