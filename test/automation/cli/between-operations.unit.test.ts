import { beforeEach, describe, expect, it } from "vitest";
import { registerAbort, registerOverride } from "../../../automation/cli/answer.ts";
import { registerHistory } from "../../../automation/cli/history.ts";
import { registerApprove, registerPause, registerUnpause } from "../../../automation/cli/pause.ts";
import { registerStatus } from "../../../automation/cli/status.ts";
import type { StateBackups } from "../../../automation/ports/state-backups.ts";
import { fakeDriver, protectedWorld } from "../../support/fake-driver.ts";
import type { FakeWorld } from "../../support/fake-world.ts";
import { runCommand } from "./support/run-command.ts";

let world: FakeWorld;
let driver: ReturnType<typeof fakeDriver>["driver"];
beforeEach(async () => {
  world = await protectedWorld();
  driver = fakeDriver(world).driver;
});
const stateBackups: StateBackups = {
  changed: () => {},
  settled: async () => {},
  last: async () => ({
    primary: { kind: "kept", at: "2026-01-01", where: "blob://a/c/k" },
    standby: { kind: "failed", at: "2026-01-02", error: "s3 does not answer" },
  }),
  look: async () => [],
};
const app = () => ({ driver: async () => ({ driver, application: "app" }), stateBackups });

describe("pause, unpause, approve", () => {
  it("lets no operation begin until it is ended", async () => {
    const { code, value, text } = await runCommand(registerPause, app(), ["pause", "--reason", "schema change"]);
    expect(code).toBe(0);
    expect(value).toMatchObject({ application: "app", pause: { by: "ada@desk", reason: "schema change" } });
    expect(text).toContain("is paused by ada@desk until `pilotlight unpause`");
    await expect(driver.failover({ mode: "planned" })).rejects.toMatchObject({ code: "guard" });
    const ended = await runCommand(registerUnpause, app(), ["unpause", "--reason", "done"]);
    expect(ended.text).toBe("app is not paused: operations may begin");
    expect((await driver.failover({ mode: "planned" })).state).toBe("succeeded");
  });

  it("ends by itself at a time to come, and takes no other", async () => {
    const until = new Date(world.clock.now().getTime() + 3_600_000).toISOString();
    const { text } = await runCommand(registerPause, app(), ["pause", "--reason", "night", "--until", until]);
    expect(text).toContain(`until ${until}`);
    const past = await runCommand(registerPause, app(), ["pause", "--reason", "night", "--until", "yesterday"]);
    expect(past.error).toMatchObject({ code: "invalid-input", field: "--until", value: "yesterday" });
  });

  it("says what one failover may be started on", async () => {
    const { value, text } = await runCommand(registerApprove, app(), ["approve", "--reason", "the region is down"]);
    expect(value).toMatchObject({ approval: { by: "ada@desk", reason: "the region is down" } });
    expect(text).toContain("one failover may be started by the watch until");
  });

  it("is shown by status, with how to answer what the watch asks for", async () => {
    await driver.controls.propose("watch@host", "score 13 at primary", "2026-01-01T00:00:00.000Z");
    const asked = await runCommand(registerStatus, app(), ["status"]);
    expect(asked.text).toContain("asked for     a failover, since 2026-01-01T00:00:00.000Z: score 13 at primary");
    expect(asked.text).toContain('pilotlight approve --reason "<why>"');
    // What is as it should be goes without saying.
    expect(asked.text).toMatch(/state copy +of the standby stack: none .*s3 does not answer/);
    expect(asked.text).not.toContain("of the primary stack");
    expect(asked.value).toMatchObject({ stateBackups: { primary: { kind: "kept" } } });
    await driver.controls.approve({ by: "ada@desk", reason: "go" });
    expect((await runCommand(registerStatus, app(), ["status"])).text).toMatch(
      /approved +by ada@desk until .+: one failover/,
    );
    await driver.controls.pause({ by: "ada@desk", reason: "schema change" });
    const { text, value } = await runCommand(registerStatus, app(), ["status"]);
    expect(text).toContain("paused        by ada@desk: schema change");
    // A pause takes back what was approved.
    expect(text).not.toContain("approved");
    expect(value).toMatchObject({ controls: { pause: { reason: "schema change" } } });
  });

  it("wants a reason, always", async () => {
    for (const [register, verb] of [
      [registerPause, "pause"],
      [registerUnpause, "unpause"],
      [registerApprove, "approve"],
      [registerAbort, "abort"],
    ] as const) {
      for (const args of [[], ["--reason", " "]]) {
        const { error } = await runCommand(register, app(), [verb, ...args]);
        expect(error).toMatchObject({ code: "invalid-input", field: "--reason" });
      }
    }
  });
});

describe("status of an operation", () => {
  it("names who runs it", async () => {
    world.latency.set("infrastructure.apply", 100_000);
    const running = fakeDriver(world).driver.failover({ mode: "planned" });
    await world.clock.sleep(1_000);
    const { text, value } = await runCommand(registerStatus, app(), ["status"]);
    expect(text).toMatch(/under way {5}failover-\S+, run by process 1 on driver since 2026-/);
    expect(value).toMatchObject({ runner: { kind: "process", owner: { pid: 1, host: "driver" } } });
    await running;
    expect((await runCommand(registerStatus, app(), ["status"])).text).not.toContain("under way");
  });

  it("says that nobody does, and the command", async () => {
    await expect(fakeDriver(world, { dieAt: 30 }).driver.failover({ mode: "planned" })).rejects.toThrow();
    const { text, value } = await runCommand(registerStatus, app(), ["status"]);
    expect(text).toMatch(
      /under way {5}(\S+), run by nobody \(process 1 on driver is gone\); go on with: pilotlight resume \1\n/,
    );
    expect(value).toMatchObject({ runner: { kind: "nobody" } });
  });
});

describe("override and abort", () => {
  it("answer a waiting operation, and say who goes on with it", async () => {
    world.sites.primary.up = false;
    const running = fakeDriver(world).driver.failover({ mode: "forced" });
    await world.clock.sleep(200_000);
    expect((await driver.status()).operation?.state).toBe("waiting");
    const args = ["override", "fence-unconfirmed", "--reason", "the provider confirms it"];
    const { value, text, error } = await runCommand(registerOverride, app(), args);
    expect(error).toBeUndefined();
    expect(value).toMatchObject({ answered: true });
    expect(text).toContain("answered");
    expect((await running).state).toBe("succeeded");
  });

  it("name a guard that nothing breaks, and an operation that has ended", async () => {
    const wrong = await runCommand(registerOverride, app(), ["override", "cooldown", "--reason", "now"]);
    expect(wrong.error).toMatchObject({ code: "invalid-input", field: "override.guard", value: "cooldown" });
    const ended = await runCommand(registerAbort, app(), ["abort", "--reason", "now"]);
    expect(ended.error).toMatchObject({ code: "refused" });
  });
});

describe("history", () => {
  it("shows operations newest first, how long each took, and who asked", async () => {
    const moved = await driver.failover({
      mode: "planned",
      trigger: { kind: "manual", by: "ada@desk", reason: "test" },
    });
    const { value, text } = await runCommand(registerHistory, app(), ["history"]);
    expect(value).toMatchObject([
      {
        operation: moved.id,
        plan: "failover",
        mode: "planned",
        state: "succeeded",
        seconds: expect.any(Number),
        rtoSeconds: expect.any(Number),
        by: "ada@desk",
        reason: "test",
        overrides: [],
      },
      { plan: "reprotect", state: "succeeded", by: "tester", reason: null },
    ]);
    expect(text?.split("\n")).toHaveLength(2);
    expect(text).toMatch(/planned failover +succeeded +[\d.]+ s/);
    const one = await runCommand(registerHistory, app(), ["history", "--limit", "1"]);
    expect(one.value).toHaveLength(1);
    const none = await runCommand(registerHistory, app(), ["history", "--limit", "none"]);
    expect(none.error).toMatchObject({ code: "invalid-input", field: "--limit" });
  });
});
