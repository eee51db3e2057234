import { describe, expect, it } from "vitest";
import { ArmClient } from "../../../../automation/adapters/azure/arm-client.ts";
import { ObjectStores } from "../../../../automation/adapters/objects/object-stores.ts";
import { SiteWorkloads } from "../../../../automation/adapters/site-workloads.ts";
import { fenceEvidenceSchema } from "../../../../automation/workflow/stages/evidence.ts";
import type { PrimaryOutputs, StandbyOutputs } from "../../../../stacks/outputs.ts";
import { fakeDriver, protectedWorld } from "../../../support/fake-driver.ts";
import { FakeWorld } from "../../../support/fake-world.ts";

const never = new AbortController().signal;

describe("an external primary", () => {
  it("is failed over and back: its workloads are stopped and started by nobody, and the evidence says so", async () => {
    const world = await protectedWorld();
    world.compute.primary = { kind: "elsewhere" };
    const { driver, events } = fakeDriver(world);
    const moved = await driver.failover({ mode: "planned" });
    expect(moved.state).toBe("succeeded");
    const fenced = fenceEvidenceSchema.parse(moved.evidence["fence-primary"]);
    expect(fenced).toMatchObject({ confirmed: true, database: "done", workloads: "skipped" });
    expect(fenced.notes.join()).toContain("only the database's fence holds");
    expect(world.calls).not.toContain("workloads.stop primary");
    expect((await driver.reprotect()).state).toBe("succeeded");
    const home = await driver.failback();
    expect(home.state).toBe("succeeded");
    expect(home.evidence["start-workloads"]).toMatchObject({ compute: { kind: "elsewhere" }, workloads: [] });
    expect(JSON.stringify(events)).toContain("only verified");
    expect(world.violations).toEqual([]);
  });

  it("says so in a forced move too", async () => {
    const world = await protectedWorld();
    world.compute.primary = { kind: "elsewhere" };
    const moved = await fakeDriver(world).driver.failover({ mode: "forced" });
    const fenced = fenceEvidenceSchema.parse(moved.evidence["fence-primary"]);
    expect(fenced).toMatchObject({ confirmed: true, workloads: "skipped" });
    expect(fenced.notes).toHaveLength(1);
  });
});

describe("other ways to serve", () => {
  it("fails over to a container group, whose standby never has a cluster", async () => {
    const world = await protectedWorld();
    world.compute.standby = { kind: "container-group", name: "shop" };
    const { driver } = fakeDriver(world);
    const moved = await driver.failover({ mode: "planned" });
    expect(moved.evidence["provision-standby"]).toMatchObject({ compute: { kind: "container-group", name: "shop" } });
    expect((await driver.status()).compute.standby).toEqual({ kind: "dark" });
  });

  it("tells that Front Door keeps the fenced site's origin until users are rerouted", async () => {
    const world = await protectedWorld();
    world.keepsOneOrigin = true;
    const moved = await fakeDriver(world).driver.failover({ mode: "planned" });
    expect(moved.state).toBe("succeeded");
    const fenced = fenceEvidenceSchema.parse(moved.evidence["fence-primary"]);
    expect(fenced.drained).toBe("skipped");
    expect(fenced.notes.join()).toContain("only enabled origin");
    expect(world.traffic).toEqual({ primary: false, standby: true });
  });
});

describe("what the driver does not move", () => {
  it("refuses SQL Server before anything is done, by key, value and remedy", async () => {
    const world = new FakeWorld();
    world.database.engine = "sqlserver";
    const { driver } = fakeDriver(world);
    const refused = {
      code: "refused",
      retryable: false,
      field: "database.engine",
      value: "sqlserver",
      expected: "postgres",
    };
    await expect(driver.reprotect()).rejects.toMatchObject(refused);
    await expect(driver.dryRun("reprotect", "planned")).rejects.toMatchObject(refused);
    await expect(driver.watch(never).next()).rejects.toMatchObject(refused);
    expect(world.calls.filter((call) => !call.startsWith("database.lag"))).toEqual([]);
    const status = await driver.status();
    expect(status.plans).toEqual(["self-heal", "zonal-recovery"]);
    expect(status.unsupported.join()).toContain("the driver moves PostgreSQL only");
    expect(await driver.operations()).toEqual([]);
  });

  it("refuses a move that it could not reroute, but still protects", async () => {
    const world = await protectedWorld();
    world.trafficKind = "route53-failover";
    const { driver } = fakeDriver(world);
    const before = world.calls.length;
    for (const mode of ["planned", "forced"] as const)
      await expect(driver.failover({ mode })).rejects.toMatchObject({ code: "refused", field: "traffic.kind" });
    expect(world.calls).toHaveLength(before);
    expect((await driver.status()).plans).toEqual(["reprotect", "self-heal", "zonal-recovery"]);
    expect((await driver.reprotect()).state).toBe("succeeded");
  });
});

describe("adapters by what the stacks declare", () => {
  const workloads = { namespace: "shop", deployments: [{ name: "api", replicas: 2 }] };
  const primary = { site: "primary", provider: "external", workloads } as unknown as PrimaryOutputs;
  const standby = (more: Partial<StandbyOutputs>) =>
    ({ site: "standby", subscriptionId: "s", resourceGroup: "r", workloads, ...more }) as StandbyOutputs;
  const arm = new ArmClient({ endpoint: "http://127.0.0.1:1", attempts: 1 });

  it("does nothing at a site without a cluster of ours", async () => {
    const sites = new SiteWorkloads({
      arm,
      outputs: { primary: async () => primary, standby: async () => standby({}) },
    });
    expect(await sites.compute("primary", never)).toEqual({ kind: "elsewhere" });
    expect(await sites.start("primary", never)).toEqual([]);
    expect(await sites.stop("primary", never)).toEqual([]);
    expect(await sites.status("primary", never)).toEqual([]);
    expect(await sites.compute("standby", never)).toEqual({ kind: "dark" });
    expect(await sites.stop("standby", never)).toEqual([]);
  });

  it("knows the container group, dark or lit", async () => {
    const containerGroup = { name: "shop-aci", resourceGroup: "r" };
    const sites = new SiteWorkloads({
      arm,
      outputs: { primary: async () => primary, standby: async () => standby({ containerGroup }) },
    });
    expect(await sites.compute("standby", never)).toEqual({ kind: "container-group", name: "shop-aci" });
  });

  it("syncs no objects where a site has no store", async () => {
    const blob = {
      kind: "blob",
      account: "a",
      endpoint: "http://127.0.0.1:1/",
      container: "c",
      accountKey: "a2V5",
    } as const;
    const stores = new ObjectStores({ endpoints: { primary: async () => undefined, standby: async () => blob } });
    const skipped = "the primary site has no object store";
    expect(await stores.sync("primary", "standby", never)).toMatchObject({ copied: 0, skipped });
    expect(await stores.sync("standby", "primary", never)).toMatchObject({ copied: 0, skipped });
  });
});
