import { describe, expect, it } from "vitest";
import { registerSwitch } from "../../../automation/cli/switch.ts";
import type { App } from "../../../automation/composition/app.ts";
import { runCommand } from "./support/run-command.ts";

function estate(activeSite: "primary" | "standby") {
  const applied: unknown[] = [];
  const deployed = { epoch: 7, activeSite, drActive: true, movedBy: "failover-1" };
  const app = {
    stackSwitches: {
      epochs: async () => ({ file: { epoch: 6 }, deployed }),
      bringUpToDate: async (site: string) => (site === "standby" ? ["pilotlight:epoch"] : []),
    },
    infrastructure: {
      apply: async (site: string, switches: unknown) => {
        applied.push([site, switches]);
        return { created: 1, updated: 0, deleted: 0, same: 0, replaced: 0 };
      },
    },
  };
  return { app: app as unknown as Partial<App>, applied };
}

describe("pilotlight switch", () => {
  it("brings this checkout's files up to what is deployed", async () => {
    const { text, code } = await runCommand(registerSwitch, estate("primary").app, ["switch"]);
    expect(code).toBe(0);
    expect(text).toBe("primary: as deployed already\nstandby: pilotlight:epoch");
  });

  it("lights the standby for a person who names the epoch that is deployed", async () => {
    const { app, applied } = estate("primary");
    expect((await runCommand(registerSwitch, app, ["switch", "--dr-active", "true", "--epoch", "7"])).code).toBe(0);
    expect(applied).toEqual([["standby", { drActive: true }]]);
  });

  it.each([
    [["--dr-active", "true"], "invalid-input", "not given"],
    [["--dr-active", "true", "--epoch", "6"], "conflict", "epoch 7 is deployed (failover-1)"],
    [["--dr-active", "yes", "--epoch", "7"], "invalid-input", "true or false"],
  ])("refuses %j and changes nothing", async (options, code, words) => {
    const { app, applied } = estate("primary");
    const { error } = await runCommand(registerSwitch, app, ["switch", ...options]);
    expect(error).toMatchObject({ code, message: expect.stringContaining(words) });
    expect(applied).toEqual([]);
  });

  it("does not scale down what serves users", async () => {
    const { app, applied } = estate("standby");
    const { error } = await runCommand(registerSwitch, app, ["switch", "--dr-active", "false", "--epoch", "7"]);
    expect(error).toMatchObject({ code: "refused", message: expect.stringContaining("failback") });
    expect(applied).toEqual([]);
  });
});
