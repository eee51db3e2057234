import fc from "fast-check";
import { expect, it } from "vitest";
import { fakeDriver } from "../../../support/fake-driver.ts";
import { FakeWorld } from "../../../support/fake-world.ts";

/** The shortest that may be declared. */
const seconds = 10;
/** Much shorter, so that the wait for the lease's end is what keeps the second site closed. */
const settings = { forcedFenceSeconds: 2 };

/** Protected, both sites under a lease, the witness where agents can ask it; the primary up, with users, and cut off from the driver. */
async function cutOffWorld(): Promise<FakeWorld> {
  const world = new FakeWorld();
  world.witness.placement = "third-site";
  for (const site of ["primary", "standby"] as const) world.leases[site] = { seconds, agent: true, endsAt: undefined };
  await fakeDriver(world).driver.reprotect();
  world.sites.primary.reachable = false;
  world.link = false;
  return world;
}

it("a clock that is set at random, at random moments of a forced move, opens no second site", async () => {
  const step = fc.record({
    after: fc.integer({ min: 0, max: 12_000 }),
    by: fc.oneof(fc.integer({ min: -7_200_000, max: 7_200_000 }), fc.integer({ min: -20_000, max: 20_000 })),
  });
  const property = fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
    const world = await cutOffWorld();
    const { driver } = fakeDriver(world, { settings });
    const began = world.clock.monotonic();
    const over = new AbortController();
    const stepping = (async () => {
      for (const { after, by } of steps) {
        await world.clock.sleep(after, over.signal);
        world.clock.step(by);
      }
    })().catch(() => undefined);
    const moved = await driver.failover({ mode: "forced" });
    over.abort();
    await stepping;
    expect(moved.state).toBe("succeeded");
    expect(world.violations).toEqual([]);
    const lasted = world.clock.monotonic().since(began);
    expect(lasted).toBeGreaterThan(seconds * 1000);
    expect(lasted).toBeLessThan(120_000);
  });
  await fc.assert(property, { numRuns: 150 });
});

it("a clock that is set on by 12 s during the fence does not end the wait for the lease", async () => {
  const world = await cutOffWorld();
  const began = world.clock.monotonic();
  const stepping = world.clock.sleep(4000).then(() => world.clock.step(12_000));
  const moved = await fakeDriver(world, { settings }).driver.failover({ mode: "forced" });
  await stepping;
  expect(moved.state).toBe("succeeded");
  expect(world.clock.monotonic().since(began)).toBeGreaterThan(seconds * 1000);
  expect(world.violations).toEqual([]);
});
