import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import process from "node:process";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { readOutputs } from "../../../../automation/adapters/pulumi/read-outputs.ts";
import { openStack } from "../../../../automation/adapters/pulumi/stacks.ts";
import { exportState } from "../../../../automation/adapters/pulumi/state.ts";
import { runCommand } from "../../../../automation/adapters/run-command.ts";
import { findPulumi } from "../../../support/pulumi-project.ts";

const soon = (): AbortSignal => AbortSignal.timeout(20_000);
const real = await findPulumi();
/** What the engine says first where the backend's layout is an old one. */
const DEPRECATED = `warning: \\n================\\nLegacy DIY state is deprecated, please upgrade your state to project mode using:\\n'pulumi state upgrade'\\n================`;

let project: string;
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), "pilotlight-engine-"));
  mkdirSync(join(project, "bin"));
  writeFileSync(join(project, "Pulumi.yaml"), "name: p\nruntime: yaml\n");
  vi.stubEnv("PATH", `${join(project, "bin")}${delimiter}${process.env["PATH"]}`);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(project, { recursive: true });
});

/** An engine that fails, and says this on its standard error. */
function failing(said: string): void {
  const script = `#!/bin/sh\n[ "$1" = version ] && { echo v3.250.0; exit 0; }\nprintf '%b\\n' "${said}" >&2\nexit 255\n`;
  writeFileSync(join(project, "bin", "pulumi"), script);
  chmodSync(join(project, "bin", "pulumi"), 0o755);
}

const outputs = () => readOutputs({ projectRoot: project, stack: "shop-standby", timeoutMs: 20_000 });

describe("a command that fails", () => {
  it("is quoted by its error, not by the warnings before it", async () => {
    failing("warning: a newer version is there\\n\\nerror: token=abc123 has expired\\n  details");
    await expect(runCommand("pulumi", ["whoami"], { signal: soon() })).rejects.toMatchObject({
      code: "fatal",
      message: "pulumi whoami: error: token=*** has expired",
    });
    failing("first words\\nmore words");
    await expect(runCommand("pulumi", ["whoami"], { signal: soon() })).rejects.toMatchObject({
      message: "pulumi whoami: first words",
    });
  });
});

describe("a stack that is not there", () => {
  it.each([
    `${DEPRECATED}\\nerror: no stack named 'shop-standby' found`,
    "error: no stack named 'shop-standby' found",
    "error: stack 'shop-standby' not found",
    "error: [404] Not found: Stack 'ada/p/shop-standby' not found",
    "error: failed to load checkpoint: blob (code=NotFound): stat /s/.pulumi/stacks/shop-standby.json: no such file or directory",
  ])("has no outputs, no state, and is not opened: %s", async (said) => {
    failing(said);
    expect(await outputs()).toBeUndefined();
    await expect(exportState(project, "shop-standby", soon())).rejects.toMatchObject({ code: "not-found" });
    expect(await openStack(project, "shop-standby", false)).toBeUndefined();
  });

  it("is told from what else goes wrong, with a warning or without", async () => {
    failing(`${DEPRECATED}\\nerror: incorrect passphrase`);
    await expect(outputs()).rejects.toMatchObject({ code: "invalid-input", field: "PULUMI_CONFIG_PASSPHRASE" });
    failing(`${DEPRECATED}\\nerror: unable to open bucket: dial tcp 192.0.2.1:443: i/o timeout`);
    await expect(outputs()).rejects.toMatchObject({ code: "unreachable" });
    await expect(exportState(project, "shop-standby", soon())).rejects.toMatchObject({ code: "unreachable" });
  });

  it.skipIf(real === undefined)("has no outputs by the real engine in a backend of the old layout", async () => {
    rmSync(join(project, "bin"), { recursive: true });
    mkdirSync(join(project, "state", ".pulumi", "stacks"), { recursive: true });
    writeFileSync(join(project, "state", ".pulumi", "stacks", "other.json"), "{}");
    vi.stubEnv("PATH", `${join(real ?? "", "..")}${delimiter}${process.env["PATH"]}`);
    vi.stubEnv("PULUMI_HOME", join(project, "home"));
    vi.stubEnv("PULUMI_BACKEND_URL", `file://${join(project, "state")}`);
    vi.stubEnv("PULUMI_CONFIG_PASSPHRASE", "a passphrase");
    expect(await outputs()).toBeUndefined();
    expect(await openStack(project, "shop-standby", false)).toBeUndefined();
    await expect(exportState(project, "shop-standby", soon())).rejects.toMatchObject({ code: "not-found" });
    const made = await openStack(project, "shop-standby", true);
    expect(made?.name).toBe("shop-standby");
    expect(await outputs()).toEqual({});
  });
});
