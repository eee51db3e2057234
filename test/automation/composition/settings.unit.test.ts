import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createApp } from "../../../automation/composition/app.ts";
import { driverSettings } from "../../../automation/composition/driver-settings.ts";
import { readSettings } from "../../../automation/composition/settings.ts";
import { driverSettingsSchema } from "../../../automation/workflow/settings.ts";

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "pilotlight-settings-"));
});
afterAll(() => rmSync(directory, { recursive: true }));

const read = (variables: Readonly<Record<string, string>> = {}) => readSettings(variables, directory);

describe("how the driver watches and acts, from the environment", () => {
  it("is as the driver's own defaults unless told otherwise", () => {
    const driver = driverSettingsSchema.parse({});
    expect(read()).toMatchObject({
      successThreshold: driver.watch.successThreshold,
      warmUpRestSeconds: driver.watch.warmUpRestSeconds,
      selfHealCooldownSeconds: driver.selfHealCooldownSeconds,
      drillReadySeconds: driver.drillReadySeconds,
    });
  });

  it("reaches the driver", () => {
    const app = createApp(
      {
        PILOTLIGHT_ENVIRONMENT: "alpha",
        PILOTLIGHT_SUCCESS_THRESHOLD: "5",
        PILOTLIGHT_WARM_UP_REST_SECONDS: "0",
        PILOTLIGHT_SELF_HEAL_COOLDOWN_SECONDS: "90.5",
        PILOTLIGHT_DRILL_READY_SECONDS: "120",
      },
      directory,
    );
    expect(app.settings).toMatchObject({
      successThreshold: 5,
      warmUpRestSeconds: 0,
      selfHealCooldownSeconds: 90.5,
      drillReadySeconds: 120,
    });
    expect(driverSettings(app.settings)).toMatchObject({
      watch: { successThreshold: 5, warmUpRestSeconds: 0 },
      selfHealCooldownSeconds: 90.5,
      drillReadySeconds: 120,
    });
  });

  it.each([
    ["PILOTLIGHT_SUCCESS_THRESHOLD", "0", "1 or more"],
    ["PILOTLIGHT_SUCCESS_THRESHOLD", "2.5", "a whole number"],
    ["PILOTLIGHT_WARM_UP_REST_SECONDS", "-1", "0 seconds or more"],
    ["PILOTLIGHT_SELF_HEAL_COOLDOWN_SECONDS", "soon", "expected number"],
    ["PILOTLIGHT_DRILL_READY_SECONDS", "0", "expected number to be >0"],
  ])("refuses %s=%s, with its name, the value and what would be right", (name, value, right) => {
    expect(() => read({ [name]: value })).toThrow(`${name} is "${value}": `);
    expect(() => read({ [name]: value })).toThrow(right);
  });
});
