import { describe, expect, it } from "vitest";
import { DriverError } from "../../../../automation/domain/errors.ts";
import { impairedZones, requireImpaired, type ZoneNode, zonesOf } from "../../../../automation/domain/zone-health.ts";
import type { DriverWatchEvent } from "../../../../automation/workflow/watch/watch-event.ts";
import { fakeDriver, protectedWorld } from "../../../support/fake-driver.ts";
import type { FakeWorld } from "../../../support/fake-world.ts";

const zone = "eu-west-1a";
const node = (name: string, of: string, ready: boolean): ZoneNode => ({
  ...{ name, zone: of, ready, schedulable: true, heldBy: undefined },
});
const breakZone = (world: FakeWorld, broken: readonly string[] = [zone]): void => {
  world.nodes = world.nodes.map((each) => ({ ...each, ready: !broken.includes(each.zone) }));
};
const held = (world: FakeWorld): readonly string[] =>
  world.nodes.flatMap(({ name, heldBy }) => (heldBy === undefined ? [] : [name]));

async function brokenZone(): Promise<FakeWorld> {
  const world = await protectedWorld();
  breakZone(world);
  world.pods.set("a-1", { node: "node-a", kept: false });
  world.pods.set("a-2", { node: "node-b", kept: false });
  return world;
}

describe("a zone", () => {
  it("is impaired where more than half of its nodes are not ready", () => {
    const nodes = [
      node("1", "a", false),
      node("2", "a", true),
      node("3", "b", false),
      node("4", "b", false),
      node("5", "c", true),
    ];
    expect(zonesOf(nodes)).toMatchObject([
      { zone: "a", nodes: 2, ready: 1, impaired: false },
      { zone: "b", nodes: 2, ready: 0, impaired: true },
      { zone: "c", nodes: 1, ready: 1, impaired: false },
    ]);
    expect(impairedZones(zonesOf(nodes)).map((each) => each.zone)).toEqual(["b"]);
  });

  it.each([
    ["that is well", [node("1", "a", true), node("2", "b", false)], "a is not impaired", "b"],
    ["where all are impaired", [node("1", "a", false), node("2", "b", false)], "fail over instead", "another zone"],
    ["that is not there", [node("1", "b", false), node("2", "c", true)], "no node is in a", "b, c"],
    ["of a primary without zones", [], "shows no node that says in which zone it is", "a cluster with nodes"],
  ] as const)("is not left: one %s", (_, nodes, why, expected) => {
    expect(() => requireImpaired(zonesOf(nodes), "a")).toThrow(
      expect.objectContaining({
        ...{ code: "refused", field: "zone", value: "a" },
        message: expect.stringContaining(why),
        expected: expect.stringContaining(expected),
      }),
    );
  });
});

describe("zonal recovery", () => {
  it("closes the zone's nodes, moves its pods and the database, and leaves where the application stands as it is", async () => {
    const world = await brokenZone();
    const { driver } = fakeDriver(world);
    const record = await driver.zonalRecovery({ zone });
    expect(record).toMatchObject({ state: "succeeded", zone });
    expect(held(world)).toEqual(["node-a"]);
    expect([...world.pods.values()].map((pod) => pod.node)).toEqual(["node-b", "node-b"]);
    expect(world.zonedDatabase).toMatchObject({ zone: "eu-west-1b" });
    expect(record.evidence).toMatchObject({
      "move-pods": { moved: ["a-1"], kept: [] },
      "move-database": { moved: true, from: zone, database: { zone: "eu-west-1b" } },
    });
    expect(await driver.status()).toMatchObject({ protection: "protected", activeSite: "primary" });
    expect(world.violations).toEqual([]);
  });

  it.each([
    ["is not Multi-AZ", { multiAz: false }, "not Multi-AZ"],
    ["is in another zone", { zone: "eu-west-1c" }, "is in eu-west-1c"],
    ["is nobody's that could move it", undefined, "no cloud that could move it"],
  ] as const)("leaves a database alone that %s", async (_, change, why) => {
    const world = await brokenZone();
    world.zonedDatabase = change && world.zonedDatabase && { ...world.zonedDatabase, ...change };
    const record = await fakeDriver(world).driver.zonalRecovery({ zone });
    expect(record.state).toBe("succeeded");
    expect(record.evidence["move-database"]).toMatchObject({ moved: false, reason: expect.stringContaining(why) });
    expect(world.calls).not.toContain("zones.failOverDatabase");
  });

  it("honours a disruption budget for as long as it was told, and says what stayed", async () => {
    const world = await brokenZone();
    world.pods.set("a-3", { node: "node-a", kept: true });
    const record = await fakeDriver(world, { settings: { evictionSeconds: 30 } }).driver.zonalRecovery({ zone });
    expect(record.state).toBe("succeeded");
    expect(record.evidence["move-pods"]).toMatchObject({
      moved: ["a-1"],
      kept: [{ pod: "a-3", node: "node-a", kept: "its disruption budget" }],
    });
    const stage = record.stages.find(({ name }) => name === "move-pods");
    const seconds = (Date.parse(stage?.endedAt ?? "") - Date.parse(stage?.startedAt ?? "")) / 1000;
    expect(seconds).toBeGreaterThanOrEqual(30);
    expect(seconds).toBeLessThan(40);
  });

  it.each([
    ["no zone is impaired", [], "not impaired"],
    ["all zones are", ["eu-west-1a", "eu-west-1b", "eu-west-1c"], "fail over instead"],
  ] as const)("is refused where %s, and closes nothing", async (_, broken, why) => {
    const world = await brokenZone();
    breakZone(world, broken);
    const record = await fakeDriver(world).driver.zonalRecovery({ zone });
    expect(record).toMatchObject({
      state: "failed",
      cause: { code: "refused", message: expect.stringContaining(why) },
    });
    expect(world.calls).not.toContain("zones.cordon primary");
  });

  it("is refused where the standby serves", async () => {
    const world = await brokenZone();
    const { driver } = fakeDriver(world);
    await driver.failover({ mode: "planned" });
    expect(await driver.zonalRecovery({ zone })).toMatchObject({
      state: "failed",
      cause: { message: expect.stringContaining("the standby serves") },
    });
  });

  it("opens again what it closed where it fails, and not what a person or an earlier one had closed", async () => {
    const world = await brokenZone();
    world.nodes = [
      ...world.nodes,
      { ...node("node-mine", zone, false), schedulable: false },
      { ...node("node-earlier", zone, false), schedulable: false, heldBy: "zonal-recovery-earlier" },
    ];
    world.faults.set("zones.evict", [new DriverError("denied", "no rights")]);
    const record = await fakeDriver(world).driver.zonalRecovery({ zone });
    expect(record.state).toBe("failed");
    expect(record.stages.find(({ name }) => name === "cordon-zone")?.state).toBe("compensated");
    expect(world.nodes.map(({ name, schedulable }) => [name, schedulable])).toEqual([
      ["node-a", true],
      ["node-b", true],
      ["node-c", true],
      ["node-mine", false],
      ["node-earlier", false],
    ]);
  });

  it("is undone once the zone is well, also after the application has moved on", async () => {
    const world = await brokenZone();
    const { driver } = fakeDriver(world);
    await driver.zonalRecovery({ zone });
    expect(await driver.zonalRecovery({ zone, reopen: true })).toMatchObject({
      state: "failed",
      cause: { message: expect.stringContaining("still impaired") },
    });
    await driver.failover({ mode: "planned" });
    breakZone(world, []);
    expect((await driver.zonalRecovery({ zone, reopen: true })).state).toBe("succeeded");
    expect(held(world)).toEqual([]);
    expect(await driver.zonalRecovery({ zone, reopen: true })).toMatchObject({
      cause: { message: expect.stringContaining("no zonal recovery keeps nodes") },
    });
  });

  it("comes to the same end wherever its driver dies and is resumed", async () => {
    for (let dieAt = 1; ; dieAt += 1) {
      const world = await brokenZone();
      const dying = fakeDriver(world, { dieAt });
      const record = await dying.driver.zonalRecovery({ zone }).catch(() => undefined);
      const { driver } = fakeDriver(world);
      if (record === undefined && (await driver.operations())[0]?.plan === "zonal-recovery") {
        const resumed = await driver.resume();
        expect(resumed.state, `died at ${dieAt}`).toBe("succeeded");
        expect(held(world)).toEqual(["node-a"]);
        expect(world.calls.filter((call) => call === "zones.failOverDatabase")).toHaveLength(1);
      }
      expect((await driver.status()).protection).toBe("protected");
      if (!dying.process.dead) return;
    }
  });
});

describe("the watch and a broken zone", () => {
  /** Level 2: the pods of both services are in the broken zone, and serve nobody. */
  const level2 = (world: FakeWorld): void => {
    for (const name of ["a", "b"]) {
      world.sick.add(name);
      world.pods.set(`${name}-1`, { node: "node-a", kept: false });
    }
  };
  async function watched(world: FakeWorld, mode: "observe" | "approve" | "auto", during: () => Promise<void>) {
    const { driver, ports } = fakeDriver(world, { settings: { mode } });
    const stop = new AbortController();
    const events: DriverWatchEvent[] = [];
    const watching = (async () => {
      for await (const event of driver.watch(stop.signal)) events.push(event);
    })();
    await during();
    stop.abort();
    await watching;
    const operations = events.flatMap((event) =>
      event.type === "operation" && event.record.plan === "zonal-recovery"
        ? [`${event.record.zone} ${event.record.reopen === true ? "opened" : "left"} ${event.record.state}`]
        : [],
    );
    return {
      operations,
      notices: ports.notices.map(({ title }) => title).filter((each) => each.includes("zonal-recovery")),
    };
  }

  it("leaves it in mode auto at level 2, once, and opens it when it is well again", async () => {
    const world = await brokenZone();
    level2(world);
    const { operations } = await watched(world, "auto", async () => {
      await world.clock.sleep(50_000);
      expect(held(world)).toEqual([]);
      await world.clock.sleep(200_000);
      expect(held(world)).toEqual(["node-a"]);
      expect(world.sick.size).toBe(0);
      await world.clock.sleep(300_000);
      expect(held(world)).toEqual(["node-a"]);
      breakZone(world, []);
      await world.clock.sleep(400_000);
    });
    expect(operations).toEqual([`${zone} left succeeded`, `${zone} opened succeeded`]);
    // Neither a restart nor a warm-up came in its way.
    expect(world.calls.filter((call) => call === "workloads.stop primary" || call === "infrastructure.apply")).toEqual(
      [],
    );
    expect(held(world)).toEqual([]);
  });

  it("only tells people in mode approve, once each", async () => {
    const world = await brokenZone();
    level2(world);
    const { operations, notices } = await watched(world, "approve", async () => {
      await world.clock.sleep(400_000);
    });
    expect(operations).toEqual([]);
    expect(notices).toEqual([`app: \`pilotlight zonal-recovery --zone ${zone}\` moves out of it`]);
    expect(held(world)).toEqual([]);
  });

  it.each(["observe", "auto"] as const)(
    "does nothing in mode %s where no zone is broken, or nobody wants it",
    async (mode) => {
      const world = await brokenZone();
      if (mode === "auto") breakZone(world, []);
      level2(world);
      expect(await watched(world, mode, () => world.clock.sleep(300_000))).toEqual({ operations: [], notices: [] });
      expect(held(world)).toEqual([]);
    },
  );
});
