import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { rootCertificates } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createApp } from "../../../automation/composition/app.ts";
import { variableName } from "../../../automation/composition/environment-variables.ts";
import { readSettings } from "../../../automation/composition/settings.ts";
import { settingsVariables } from "../../../automation/composition/settings-schema.ts";
import { witnessVariables } from "../../../automation/composition/witness-settings.ts";
import { driverSettingsSchema } from "../../../automation/workflow/settings.ts";
import { settingsPage } from "../../../scripts/settings-docs/render.ts";

const root = resolve(import.meta.dirname, "../../..");
let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "pilotlight-settings-"));
});
afterAll(() => rmSync(directory, { recursive: true }));

const read = (variables: Readonly<Record<string, string>> = {}) => readSettings(variables, directory);

describe("how the driver watches and acts, from the environment", () => {
  it("has the driver's own defaults where no variable is set", () => {
    expect(read().driver).toEqual(driverSettingsSchema.parse({}));
  });

  it("reaches the driver", () => {
    const app = createApp(
      {
        PILOTLIGHT_ENVIRONMENT: "alpha",
        PILOTLIGHT_WATCH_SUCCESS_THRESHOLD: "5",
        PILOTLIGHT_WATCH_WARM_UP_REST_SECONDS: "0",
        PILOTLIGHT_SELF_HEAL_COOLDOWN_SECONDS: "90.5",
        PILOTLIGHT_DRILL_READY_SECONDS: "120",
        PILOTLIGHT_RETRY_SECONDS: "1, 3",
        PILOTLIGHT_DEADLINE_SECONDS_FENCE: "90",
      },
      directory,
    );
    expect(app.settings.driver).toMatchObject({
      watch: { successThreshold: 5, warmUpRestSeconds: 0, intervalSeconds: 30 },
      selfHealCooldownSeconds: 90.5,
      drillReadySeconds: 120,
      retrySeconds: [1, 3],
      deadlineSeconds: { fence: 90, promote: 300 },
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
    ["PILOTLIGHT_WATCH_SUCCESS_THRESHOLD", "0", "1 or more"],
    ["PILOTLIGHT_WATCH_SUCCESS_THRESHOLD", "2.5", "a whole number"],
    ["PILOTLIGHT_WATCH_WARM_UP_REST_SECONDS", "-1", "0 seconds or more"],
    ["PILOTLIGHT_SELF_HEAL_COOLDOWN_SECONDS", "soon", "expected number"],
    ["PILOTLIGHT_DRILL_READY_SECONDS", "0", "expected number to be >0"],
    ["PILOTLIGHT_RETRY_SECONDS", "1,often", "expected number"],
    ["PILOTLIGHT_DEADLINE_SECONDS_FENCE", "", "expected number"],
    ["PILOTLIGHT_SNS_TOPICS", "arn:aws:sns:eu-west-1:1:x", "must match pattern"],
  ])("refuses %s=%s, with its name, the value and what would be right", (name, value, right) => {
    expect(() => read({ [name]: value })).toThrow(`${name} is "${value}": `);
    expect(() => read({ [name]: value })).toThrow(right);
  });
});

describe("the variables", () => {
  it("are named by one rule, each once, and each says what it means", () => {
    expect(variableName(["watch", "intervalSeconds"])).toBe("PILOTLIGHT_WATCH_INTERVAL_SECONDS");
    const all = [...settingsVariables, ...Object.values(witnessVariables).flat()];
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
    expect(all.filter(({ meaning }) => meaning === "").map(({ name }) => name)).toEqual([]);
  });

  it("are what docs/settings.md lists (else: npm run docs:settings)", () => {
    expect(readFileSync(join(root, "docs/settings.md"), "utf8")).toBe(settingsPage());
  });
});
