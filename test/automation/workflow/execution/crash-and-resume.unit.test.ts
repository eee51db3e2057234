import { describe, expect, it } from "vitest";
import type { OperationRecord } from "../../../../automation/domain/operation.ts";
import type { Driver } from "../../../../automation/workflow/driver.ts";
import { fakeDriver, protectedWorld } from "../../../support/fake-driver.ts";
import type { FakeWorld } from "../../../support/fake-world.ts";

type Act = (driver: Driver) => Promise<OperationRecord>;

const lostRegion: Act = (driver) =>
  driver.failover({ mode: "forced", overrides: [{ guard: "fence-unconfirmed", reason: "region is dark", by: "ann" }] });

interface Case {
  readonly name: string;
  readonly act: Act;
  readonly world: () => Promise<FakeWorld>;
  readonly keepsEverything: boolean;
}

const movedWorld = async (): Promise<FakeWorld> => {
  const world = await protectedWorld();
  await fakeDriver(world).driver.failover({ mode: "planned" });
  return world;
};

const cases: readonly Case[] = [
  {
    name: "planned failover",
    act: (driver) => driver.failover({ mode: "planned" }),
    world: protectedWorld,
    keepsEverything: true,
  },
  {
    name: "forced failover of a living primary",
    act: (driver) => driver.failover({ mode: "forced" }),
    world: protectedWorld,
    keepsEverything: true,
  },
  {
    name: "forced failover of a lost region",
    act: lostRegion,
    world: async () => {
      const world = await protectedWorld();
      world.sites.primary.up = false;
      return world;
    },
    keepsEverything: false,
  },
  { name: "reprotect", act: (driver) => driver.reprotect(), world: movedWorld, keepsEverything: true },
  {
    name: "failback",
    act: (driver) => driver.failback(),
    world: async () => {
      const world = await movedWorld();
      await fakeDriver(world).driver.reprotect();
      return world;
    },
    keepsEverything: true,
  },
];

/** Everything about a world that an operation is to bring about; not the times and not how often users wrote. */
function endState(world: FakeWorld) {
  const [record] = [...world.witness.records.values()];
  const site = ({ open, following, workloads, lit }: FakeWorld["sites"]["primary"]) => ({
    open,
    following,
    workloads,
    lit,
  });
  return {
    primary: site(world.sites.primary),
    standby: site(world.sites.standby),
    traffic: world.traffic,
    declared: world.declared,
    activeSite: record?.activeSite,
    protection: record?.protection,
    operation: record?.lastOperation?.state,
    locks: [...world.journal.locks.keys()],
  };
}

describe("a driver that dies at any instant", () => {
  it.each(cases)(
    "comes to the same end after resume: $name",
    async ({ act, world: make, keepsEverything }) => {
      const calm = await make();
      const undisturbed = fakeDriver(calm);
      expect((await act(undisturbed.driver)).state).toBe("succeeded");
      const wanted = endState(calm);
      const steps = undisturbed.process.steps;
      expect(steps).toBeGreaterThan(50);
      for (let dieAt = 1; dieAt <= steps; dieAt += 1) {
        const world = await make();
        const first = fakeDriver(world, { dieAt });
        await expect(act(first.driver), `step ${dieAt}`).rejects.toThrow();
        // Whatever it had under way dies with it.
        await world.clock.sleep(60_000);
        const second = fakeDriver(world);
        // Died before its operation was written down: there is nothing to resume, and nothing in the way of a new one.
        const begun = (await second.driver.operations())[0]?.id === world.journal.locks.get("app")?.operationId;
        const record = begun ? await second.driver.resume() : await act(second.driver);
        expect(record.state, `step ${dieAt}`).toBe("succeeded");
        expect(endState(world), `step ${dieAt}`).toEqual(wanted);
        expect(world.violations, `step ${dieAt}`).toEqual([]);
        if (keepsEverything) {
          const active = endState(world).activeSite ?? "primary";
          const kept = new Set(world.sites[active].rows.map((row) => row.key));
          expect(
            world.acknowledged.filter((key) => !kept.has(key)),
            `step ${dieAt}`,
          ).toEqual([]);
        }
      }
    },
    60_000,
  );

  it("may die again and again", async () => {
    const world = await protectedWorld();
    await expect(fakeDriver(world, { dieAt: 12 }).driver.failover({ mode: "planned" })).rejects.toThrow();
    for (let dieAt = 3; ; dieAt += 1) {
      await world.clock.sleep(60_000);
      const { driver } = fakeDriver(world, { dieAt });
      const record = await driver.resume().catch(() => undefined);
      if (record?.state === "succeeded") break;
      expect(dieAt).toBeLessThan(60);
    }
    expect(world.violations).toEqual([]);
    expect(world.traffic).toEqual({ primary: false, standby: true });
  });

  it("leaves its lock to resume alone", async () => {
    const world = await protectedWorld();
    await expect(fakeDriver(world, { dieAt: 30 }).driver.failover({ mode: "planned" })).rejects.toThrow();
    const { driver } = fakeDriver(world);
    await expect(driver.failover({ mode: "forced" })).rejects.toMatchObject({ guard: { name: "operation-running" } });
    await expect(driver.failover({ mode: "forced" })).rejects.toThrow("resume it");
  });
});
