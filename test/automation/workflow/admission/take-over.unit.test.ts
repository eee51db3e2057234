import { describe, expect, it } from "vitest";
import { DriverError } from "../../../../automation/domain/errors.ts";
import { isEnded, type Mode, type OperationRecord } from "../../../../automation/domain/operation.ts";
import type { Driver } from "../../../../automation/workflow/driver.ts";
import { fakeDriver, protectedWorld } from "../../../support/fake-driver.ts";
import type { FakeWorld } from "../../../support/fake-world.ts";

type Start = (driver: Driver) => Promise<OperationRecord>;

const auxiliary: readonly (readonly [string, Start])[] = [
  ["warm-up", (driver) => driver.warmUp()],
  ["stand-down", (driver) => driver.standDown()],
  ["drill", (driver) => driver.drill()],
  ["self-heal", (driver) => driver.selfHeal({ service: "a" })],
  ["zonal-recovery", (driver) => driver.zonalRecovery({ zone: "eu-west-1a" })],
];

/** A failover begins at every other step of an auxiliary operation; `check` looks at what came of both. */
async function atEveryStep(
  [name, start]: readonly [string, Start],
  mode: Mode,
  check: (world: FakeWorld, record: OperationRecord, when: string) => Promise<void>,
): Promise<number> {
  // The two modes share the steps between them.
  for (let at = mode === "planned" ? 1 : 2; ; at += 2) {
    const world = await protectedWorld();
    if (name === "stand-down") await fakeDriver(world).driver.warmUp();
    if (name === "self-heal") world.sick.add("a");
    if (name === "zonal-recovery") world.nodes = world.nodes.map((node, index) => ({ ...node, ready: index > 0 }));
    const first = fakeDriver(world);
    const other = fakeDriver(world).driver;
    let moving: Promise<OperationRecord> | undefined;
    first.process.onStep = (step) => {
      if (step === at) moving = other.failover({ mode });
    };
    // It may not get to begin: the failover was first.
    const ended = await start(first.driver).catch((error: unknown) => error);
    if (moving === undefined) return at;
    const when = `${name}, failover at step ${at}`;
    const record = await moving;
    if (ended instanceof Error) expect(ended, when).toMatchObject({ code: expect.stringMatching(/refused|guard/) });
    const list = await other.operations();
    expect(
      list.filter((each) => !isEnded(each.state)),
      when,
    ).toEqual([]);
    expect(world.violations, when).toEqual([]);
    await check(world, record, when);
  }
}

describe.each(auxiliary)("a failover at any step of %s", (name, start) => {
  it.each(["planned", "forced"] as const)("succeeds, %s, and has its light", async (mode) => {
    const steps = await atEveryStep([name, start], mode, async (world, record, when) => {
      expect(record, when).toMatchObject({ state: "succeeded" });
      expect(await fakeDriver(world).driver.status(), when).toMatchObject({ protection: "failed-over" });
      expect(world.sites.standby, when).toMatchObject({ lit: true, workloads: true });
      expect(world.sites.primary.workloads, when).toBe(false);
    });
    expect(steps).toBeGreaterThan(10);
  });
});

describe("a failover that took over a light and is undone", () => {
  it("scales it down, whenever it began", async () => {
    for (const seconds of [0, 1, 5, 50, 150, 250]) {
      const world = await protectedWorld();
      world.latency.set("infrastructure.apply", 200_000);
      world.latency.set("database.fence", 400_000);
      const lighting = fakeDriver(world).driver.warmUp();
      await world.clock.sleep(seconds * 1000);
      const denied = new DriverError("denied", "no");
      world.faults.set("database.fence", [denied]);
      const record = await fakeDriver(world).driver.failover({ mode: "planned" });
      await lighting.catch(() => undefined);
      expect(record.state, `after ${seconds} s`).toBe("failed");
      if (record.lit === true) expect(world.sites.standby.lit, `after ${seconds} s`).toBe(false);
      expect((await fakeDriver(world).driver.status()).activeSite).toBe("primary");
    }
  });
});
