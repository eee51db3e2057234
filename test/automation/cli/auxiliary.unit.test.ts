import { describe, expect, it } from "vitest";
import { registerDrill } from "../../../automation/cli/drill.ts";
import { registerSelfHeal } from "../../../automation/cli/self-heal.ts";
import { registerStatus } from "../../../automation/cli/status.ts";
import { registerWarmUp } from "../../../automation/cli/warm-up.ts";
import { registerZonalRecovery } from "../../../automation/cli/zonal-recovery.ts";
import { DriverError } from "../../../automation/domain/errors.ts";
import { fakeDriver, protectedWorld } from "../../support/fake-driver.ts";
import { runCommand } from "./support/run-command.ts";

async function estate() {
  const world = await protectedWorld();
  const { driver } = fakeDriver(world);
  return { world, driver, app: { driver: async () => ({ driver, application: "app" }) } };
}

describe("pilotlight warm-up", () => {
  it("lights, and with --undo scales down", async () => {
    const { world, app } = await estate();
    const lit = await runCommand(registerWarmUp, app, ["warm-up", "--yes"]);
    expect(lit).toMatchObject({ code: 0, value: { plan: "warm-up", state: "succeeded" } });
    expect(world.sites.standby.lit).toBe(true);
    const out = await runCommand(registerWarmUp, app, ["warm-up", "--undo", "--yes"]);
    expect(out).toMatchObject({ code: 0, value: { plan: "stand-down", state: "succeeded" } });
    expect(world.sites.standby.lit).toBe(false);
  });

  it("shows its graph and changes nothing with --dry-run", async () => {
    const { world, app } = await estate();
    const { value, code } = await runCommand(registerWarmUp, app, ["warm-up", "--dry-run"]);
    expect(code).toBe(0);
    expect((value as { stages: { name: string }[] }).stages.map(({ name }) => name)).toEqual([
      "confirm",
      "provision-standby",
      "report",
    ]);
    expect(world.sites.standby.lit).toBe(false);
  });

  it("says why it does not fit", async () => {
    const { app } = await estate();
    const { error } = await runCommand(registerWarmUp, app, ["warm-up", "--undo", "--yes"]);
    expect(error).toMatchObject({ code: "refused", message: expect.stringContaining("nothing to scale down") });
  });
});

describe("pilotlight drill", () => {
  it("rehearses and is back as before", async () => {
    const { world, app } = await estate();
    const drilled = await runCommand(registerDrill, app, ["drill", "--yes"]);
    expect(drilled).toMatchObject({ code: 0, value: { plan: "drill", state: "succeeded" } });
    expect(world.traffic).toEqual({ primary: true, standby: false });
  });

  it("is shown by status: never, and when it last succeeded", async () => {
    const { app } = await estate();
    const stateBackups = { changed: () => {}, settled: async () => {}, last: async () => ({}), look: async () => [] };
    const status = () => runCommand(registerStatus, { ...app, stateBackups }, ["status"]);
    expect(await status()).toMatchObject({
      value: { lastDrill: null },
      text: expect.stringContaining("last drill    none ever succeeded"),
    });
    const drilled = (await runCommand(registerDrill, app, ["drill", "--yes"])).value as { id: string; endedAt: string };
    expect(await status()).toMatchObject({
      value: { lastDrill: { kind: "rehearsal", operationId: drilled.id, at: drilled.endedAt } },
      text: expect.stringContaining(`last drill    ${drilled.endedAt}, rehearsed at the standby (${drilled.id})`),
    });
  });

  it("goes there and home with --live, and tells every move", async () => {
    const { world, app } = await estate();
    const { code, value, text } = await runCommand(registerDrill, app, ["drill", "--live", "--yes"]);
    expect(code).toBe(0);
    expect(value).toMatchObject({ live: true, succeeded: true });
    expect((value as { operations: { plan: string }[] }).operations.map(({ plan }) => plan)).toEqual([
      "failover",
      "reprotect",
      "failback",
    ]);
    expect(text).toContain("are home");
    expect(world.traffic).toEqual({ primary: true, standby: false });
  });

  it("says where it stopped", async () => {
    const { world, app } = await estate();
    world.faults.set("database.fence", [new DriverError("denied", "no rights")]);
    const { code, value, text } = await runCommand(registerDrill, app, ["drill", "--live", "--yes"]);
    expect(code).toBe(1);
    expect(value).toMatchObject({ succeeded: false, operations: [{ plan: "failover", state: "failed" }] });
    expect(text).toContain("stopped there");
  });

  it("needs --yes without a terminal", async () => {
    const { app } = await estate();
    expect((await runCommand(registerDrill, app, ["drill", "--live"])).error).toMatchObject({ field: "--yes" });
  });
});

describe("pilotlight zonal-recovery", () => {
  const broken = async () => {
    const made = await estate();
    made.world.nodes = made.world.nodes.map((node, index) => ({ ...node, ready: index > 0 }));
    return made;
  };
  const command = (app: Parameters<typeof runCommand>[1], ...args: string[]) =>
    runCommand(registerZonalRecovery, app, ["zonal-recovery", "--zone", "eu-west-1a", ...args]);

  it("leaves the zone, and opens it with --undo once it is well", async () => {
    const { world, app } = await broken();
    expect(await command(app, "--yes")).toMatchObject({ code: 0, value: { zone: "eu-west-1a", state: "succeeded" } });
    expect(world.nodes.map(({ schedulable }) => schedulable)).toEqual([false, true, true]);
    expect((await command(app, "--undo", "--yes")).text).toContain("still impaired");
    world.nodes = world.nodes.map((node) => ({ ...node, ready: true }));
    expect(await command(app, "--undo", "--yes")).toMatchObject({
      code: 0,
      value: { reopen: true, state: "succeeded" },
    });
    expect(world.nodes.map(({ schedulable }) => schedulable)).toEqual([true, true, true]);
  });

  it("shows its graph and changes nothing with --dry-run", async () => {
    const { world, app } = await broken();
    const { value, code } = await command(app, "--dry-run");
    expect(code).toBe(0);
    expect((value as { stages: { name: string }[] }).stages.map(({ name }) => name)).toEqual([
      "confirm",
      "cordon-zone",
      "move-pods",
      "move-database",
      "verify-primary",
      "report",
    ]);
    expect(world.calls).not.toContain("zones.cordon primary");
  });

  it("says why not where no zone is impaired", async () => {
    const { app } = await estate();
    const { code, text } = await command(app, "--yes");
    expect(code).not.toBe(0);
    expect(text).toContain("eu-west-1a is not impaired (eu-west-1a 1 of 1 nodes ready");
  });
});

describe("pilotlight self-heal", () => {
  it("restarts the service that is named", async () => {
    const { world, app } = await estate();
    world.sick.add("a");
    const healed = await runCommand(registerSelfHeal, app, ["self-heal", "a", "--yes"]);
    expect(healed).toMatchObject({ code: 0, value: { plan: "self-heal", service: "a", state: "succeeded" } });
    expect(world.sick.size).toBe(0);
  });

  it("leaves a service alone that has pods ready, and says why", async () => {
    const { app } = await estate();
    const { code, text } = await runCommand(registerSelfHeal, app, ["self-heal", "b", "--yes"]);
    expect(code).toBe(1);
    expect(text).toContain("2 of 2 pods are ready");
  });
});
