import { execFile } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

// The command itself, without starting anything.
const main = join(import.meta.dirname, "../../../sandbox/main.ts");
let root: string;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "pilotlight-command-"));
  writeFileSync(join(root, "Pulumi.yaml"), "name: pilotlight\n");
});

afterAll(() => rm(root, { recursive: true, force: true }));

function sandbox(args: readonly string[], more: Record<string, string> = {}): Promise<{ code: number; text: string }> {
  const env = { ...process.env, PILOTLIGHT_PROJECT_ROOT: root, PILOTLIGHT_SANDBOX_INSTANCE: "6", ...more };
  return new Promise((resolve) => {
    execFile(process.execPath, [main, ...args], { env, timeout: 20_000 }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === "number" ? error.code : error === null ? 0 : -1, text: stdout + stderr });
    });
  });
}

test.each([
  { args: ["status"], code: 1, text: /not up; start it with: pilotlight sandbox up/ },
  { args: ["status", "--json"], code: 1, text: /^\{"state":"down"\}$/m },
  { args: ["fault", "region", "aws", "down"], code: 1, text: /not up/ },
  { args: ["down"], code: 0, text: /was not up/ },
  { args: ["explode"], code: 2, text: /unknown command 'explode'/ },
  { args: ["fault", "region", "gcp", "down"], code: 2, text: /Allowed choices are aws, azure/ },
  { args: ["fault", "link", "aws", "azure", "slow"], code: 2, text: /needs a delay in milliseconds/ },
  { args: ["fault", "capacity", "azure", "huge", "refuse"], code: 2, text: /vmSize: must be a VM size such as/ },
  { args: ["fault", "capacity", "azure", "all", "refuse"], code: 1, text: /not up/ },
  { args: ["fault", "api", "aws", "rds;", "throttle"], code: 2, text: /service: must be a service such as rds/ },
  { args: ["fault", "api", "aws", "all", "throttle", "--share", "2"], code: 2, text: /share/ },
  { args: ["fault", "api", "aws", "all", "heal", "--share", "1"], code: 2, text: /takes no --share/ },
  { args: ["fault", "api", "azure", "Microsoft.Network/trafficManagerProfiles", "fail"], code: 1, text: /not up/ },
  { args: ["fault", "link", "driver", "aws", "cut"], code: 1, text: /not up/ },
  { args: ["up", "--environment", "No-Good"], code: 2, text: /lower-case letters, digits and single hyphens/ },
])("$args ends with $code", async ({ args, code, text }) => {
  const result = await sandbox(args);
  expect(result.text).toMatch(text);
  expect(result.code).toBe(code);
});

test("wrong surroundings are wrong use", async () => {
  expect(await sandbox(["status"], { PILOTLIGHT_SANDBOX_INSTANCE: "12" })).toMatchObject({
    code: 2,
    text: expect.stringContaining("one digit"),
  });
  expect(await sandbox(["status"], { PILOTLIGHT_PROJECT_ROOT: tmpdir() })).toMatchObject({
    code: 2,
    text: expect.stringContaining("Pulumi.yaml"),
  });
});
