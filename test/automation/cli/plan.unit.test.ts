import { describe, expect, it } from "vitest";
import { registerPlan } from "../../../automation/cli/plan.ts";
import { registerReport } from "../../../automation/cli/report.ts";
import { fakeDriver, protectedWorld } from "../../support/fake-driver.ts";
import { runCommand } from "./support/run-command.ts";

describe("plan", () => {
  it("prints the graph in order and the guards, and does nothing", async () => {
    const world = await protectedWorld();
    const { driver } = fakeDriver(world);
    const app = { driver: async () => ({ driver, application: "app" }) };
    const before = world.journal.all().length;
    const { code, value, text } = await runCommand(registerPlan, app, ["plan", "failover", "--forced"]);
    expect(code).toBe(0);
    expect(value).toMatchObject({ plan: "failover", mode: "forced", direction: { from: "primary", to: "standby" } });
    const { stages } = value as { stages: { name: string; needs: string[] }[] };
    for (const [index, { needs }] of stages.entries()) {
      const earlier = stages.slice(0, index).map(({ name }) => name);
      for (const need of needs) expect(earlier).toContain(need);
    }
    expect(text).toMatch(/^forced failover, primary to standby/);
    for (const { name } of stages) expect(text).toContain(name);
    expect(text).toContain("no way back");
    expect(world.journal.all()).toHaveLength(before);
    expect((await runCommand(registerPlan, app, ["plan", "failover"])).value).toMatchObject({ mode: "planned" });
  });

  it("predicts from what ran before, and says what never did", async () => {
    const world = await protectedWorld();
    const { driver } = fakeDriver(world);
    const app = { driver: async () => ({ driver, application: "app" }) };
    const before = await runCommand(registerPlan, app, ["plan", "failover"]);
    expect(before.text).toContain("How long it takes is not known: ");
    expect(before.text).toMatch(/promote-database +\? {2}/);
    await driver.failover({ mode: "planned" });
    const reported = await runCommand(registerReport, app, ["report"]);
    expect(reported.text).toMatch(/work +[\d.]+ s, not predicted; decided by confirm → /);
    await driver.reprotect();
    await driver.failback();
    await driver.reprotect();
    const { text, value } = await runCommand(registerPlan, app, ["plan", "failover"]);
    expect(text).toMatch(
      /Judging by past operations it takes [\d.]+ s, users served after [\d.]+ s: decided by confirm → /,
    );
    const { predicted } = value as { predicted: { seconds: number; criticalPath: string[] } };
    expect(predicted.seconds).toBeGreaterThan(0);
    await driver.failover({ mode: "planned" });
    expect((await runCommand(registerReport, app, ["report"])).text).toMatch(/work +[\d.]+ s, predicted [\d.]+ s; /);
  });

  it("says which plans there are, and why one does not fit now", async () => {
    const { driver } = fakeDriver(await protectedWorld());
    const app = { driver: async () => ({ driver, application: "app" }) };
    const wrong = await runCommand(registerPlan, app, ["plan", "fail-over"]);
    expect(wrong.error).toMatchObject({ code: "invalid-input", field: "<operation>", value: "fail-over" });
    const both = await runCommand(registerPlan, app, ["plan", "failover", "--planned", "--forced"]);
    expect(both.error).toMatchObject({ code: "invalid-input" });
    const early = await runCommand(registerPlan, app, ["plan", "failback"]);
    expect(["refused", "guard"]).toContain(early.error?.code);
  });
});
