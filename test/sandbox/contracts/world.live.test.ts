import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  findProjectRoot,
  openWorld,
  parseInstance,
  prepareWorld,
  saveWorld,
} from "../../../sandbox/contracts/world.ts";
import { environmentVariables, writeEnvironmentFile } from "../../../sandbox/supervise/environment-file.ts";
import { resetSwitches } from "../../../sandbox/supervise/switches.ts";

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "pilotlight-world-"));
  writeFileSync(join(root, "Pulumi.yaml"), "name: pilotlight\n");
});

afterEach(() => rm(root, { recursive: true, force: true }));

test("finds the project from below, or where it is told", () => {
  mkdirSync(join(root, "a", "b"), { recursive: true });
  expect(findProjectRoot(join(root, "a", "b"), undefined)).toBe(root);
  expect(findProjectRoot("/", root)).toBe(root);
  expect(() => findProjectRoot("/", undefined)).toThrow(/no Pulumi\.yaml/);
  expect(() => findProjectRoot(root, join(root, "a"))).toThrow(/holds no Pulumi\.yaml/);
});

test("an instance is one digit, and stays that of the sandbox", () => {
  expect([parseInstance(undefined), parseInstance(""), parseInstance("7")]).toEqual([undefined, undefined, 7]);
  for (const wrong of ["10", "-1", "x"]) expect(() => parseInstance(wrong)).toThrow(/one digit, 0 to 9/);
  const world = openWorld(root, 7);
  prepareWorld(world);
  saveWorld(world, "sandbox");
  expect(openWorld(root, undefined).instance).toBe(7);
  expect(() => openWorld(root, 3)).toThrow(/was made as instance 7/);
  expect(statSync(world.directory).mode & 0o077).toBe(0);
});

test("the environment file means the same to a shell and to Node, and only its owner reads it", () => {
  const variables = environmentVariables({
    world: { directory: join(root, ".sandbox"), projectRoot: root, instance: 4 },
    environment: "sandbox",
    dns: { host: "127.34.0.53", port: 10053 },
    identityHeader: "abc",
    toolFolders: ["/some where/bin"],
    path: "/usr/bin:/bin",
  });
  expect(variables).toMatchObject({
    AWS_ENDPOINT_URL: "http://127.14.0.2:4566",
    IDENTITY_ENDPOINT: "http://127.24.0.2:8443/msi/token",
    PILOTLIGHT_DNS_SERVERS: "127.34.0.53:10053",
    PULUMI_BACKEND_URL: `file://${join(root, ".sandbox", "pulumi-state")}`,
  });
  const file = join(root, ".env.sandbox");
  writeEnvironmentFile(file, variables);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(parseEnv(readFileSync(file, "utf8"))).toEqual(variables);
  const shell = execFileSync("/bin/sh", ["-c", `set -a; . ${file}; /usr/bin/env`], { encoding: "utf8", env: {} });
  for (const [name, value] of Object.entries(variables)) expect(shell).toContain(`${name}=${value}\n`);
});

test("turns the switches back and leaves comments and everything else alone", () => {
  const folder = join(root, "stacks");
  mkdirSync(folder);
  const standby = join(folder, "Pulumi.sandbox-standby.yaml");
  const text =
    '# the standby\nconfig:\n  pilotlight:drActive: "true" # lit\n  pilotlight:activeSite: standby\n  pilotlight:tier: warm\n  pilotlight:epoch: "3"\n  pilotlight:movedBy: failover-1\n';
  writeFileSync(standby, text);
  writeFileSync(join(folder, "Pulumi.other-standby.yaml"), text);
  writeFileSync(join(folder, "Pulumi.sandbox-primary.yaml"), "config:\n  pilotlight:activeSite: primary\n");
  expect(resetSwitches(root, "sandbox")).toEqual([standby]);
  expect(readFileSync(standby, "utf8")).toBe(
    '# the standby\nconfig:\n  pilotlight:drActive: "false" # lit\n  pilotlight:activeSite: primary\n  pilotlight:tier: warm\n',
  );
  expect(readFileSync(join(folder, "Pulumi.other-standby.yaml"), "utf8")).toBe(text);
  expect(resetSwitches(root, "sandbox")).toEqual([]);
});

test("a provisioning scale is kept with the sandbox", () => {
  const world = openWorld(root, 7);
  prepareWorld(world);
  saveWorld(world, "sandbox");
  expect(openWorld(root, undefined).provisioningScale).toBeUndefined();
  saveWorld({ ...world, provisioningScale: 60 }, "sandbox");
  expect(openWorld(root, undefined)).toMatchObject({ instance: 7, provisioningScale: 60 });
});
