import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rootCertificates } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createApp } from "../../automation/app.ts";
import { driverSettings } from "../../automation/driver-settings.ts";
import { readSettings } from "../../automation/settings.ts";
import { driverSettingsSchema } from "../../automation/workflow/settings.ts";

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
      watchCalm: driver.watch.calmEvaluations,
      warmUpRestSeconds: driver.watch.warmUpRestSeconds,
      selfHealCooldownSeconds: driver.selfHealCooldownSeconds,
      drillReadySeconds: driver.drillReadySeconds,
    });
  });

  it("reaches the driver", () => {
    const app = createApp(
      {
        PILOTLIGHT_ENVIRONMENT: "alpha",
        PILOTLIGHT_WATCH_CALM: "5",
        PILOTLIGHT_WARM_UP_REST_SECONDS: "0",
        PILOTLIGHT_SELF_HEAL_COOLDOWN_SECONDS: "90.5",
        PILOTLIGHT_DRILL_READY_SECONDS: "120",
      },
      directory,
    );
    expect(app.settings).toMatchObject({
      watchCalm: 5,
      warmUpRestSeconds: 0,
      selfHealCooldownSeconds: 90.5,
      drillReadySeconds: 120,
    });
    expect(driverSettings(app.settings)).toMatchObject({
      watch: { calmEvaluations: 5, warmUpRestSeconds: 0 },
      selfHealCooldownSeconds: 90.5,
      drillReadySeconds: 120,
    });
  });

  it("reads the authorities of the databases' certificates once, and refuses a file without any", () => {
    const file = join(directory, "authority.pem");
    const app = () => createApp({ PILOTLIGHT_ENVIRONMENT: "alpha", PILOTLIGHT_DATABASE_CA_FILE: file }, directory);
    expect(app).toThrow(`PILOTLIGHT_DATABASE_CA_FILE is "${file}"; expected a file that this process can read`);
    writeFileSync(file, "-----BEGIN CERTIFICATE-----\nbm8=\n-----END CERTIFICATE-----\n");
    expect(app).toThrow("certificates of one or more authorities in PEM form");
    writeFileSync(file, rootCertificates.slice(0, 2).join("\n"));
    expect(app).not.toThrow();
  });

  it.each([
    ["PILOTLIGHT_WATCH_CALM", "0", "1 or more"],
    ["PILOTLIGHT_WATCH_CALM", "2.5", "a whole number"],
    ["PILOTLIGHT_WARM_UP_REST_SECONDS", "-1", "0 seconds or more"],
    ["PILOTLIGHT_SELF_HEAL_COOLDOWN_SECONDS", "soon", "expected number"],
    ["PILOTLIGHT_DRILL_READY_SECONDS", "0", "expected number to be >0"],
  ])("refuses %s=%s, with its name, the value and what would be right", (name, value, right) => {
    expect(() => read({ [name]: value })).toThrow(`${name} is "${value}": `);
    expect(() => read({ [name]: value })).toThrow(right);
  });
});
