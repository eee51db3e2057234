import { describe, expect, it } from "vitest";
import { fakeDriver } from "../../../support/fake-driver.ts";
import { FakeWorld } from "../../../support/fake-world.ts";

/** Protected, with a transaction pending at the primary. */
async function pendingWorld(): Promise<FakeWorld> {
  const world = new FakeWorld();
  await fakeDriver(world).driver.reprotect();
  world.prepared.primary.push("payment-4711");
  return world;
}

describe("a prepared transaction in a move", () => {
  it("stops a planned move by its name, before users are drained", async () => {
    const world = await pendingWorld();
    const result = await fakeDriver(world).driver.failover({ mode: "planned" });
    expect(result.state).not.toBe("succeeded");
    const fence = result.stages.find(({ name }) => name === "fence-primary");
    expect(fence?.error).toMatchObject({ code: "refused", message: expect.stringContaining("payment-4711") });
    expect(world.calls.filter((call) => call.startsWith("traffic.drain"))).toEqual([]);
    expect(world.sites.primary.open).toBe(true);
    expect(world.prepared.primary).toEqual(["payment-4711"]);
    expect(world.violations).toEqual([]);
  });

  it("is ended in a forced one, and the evidence says so", async () => {
    const world = await pendingWorld();
    const result = await fakeDriver(world).driver.failover({ mode: "forced" });
    expect(result.state).toBe("succeeded");
    expect(result.evidence["fence-primary"]).toMatchObject({
      confirmed: true,
      notes: expect.arrayContaining([expect.stringContaining('"payment-4711" was rolled back')]),
    });
    expect(world.prepared.primary).toEqual([]);
    expect(world.violations).toEqual([]);
  });
});
