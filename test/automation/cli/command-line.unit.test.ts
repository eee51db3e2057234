import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const program = resolve(import.meta.dirname, "../../../automation/cli/main.ts");
/** Each case starts the program anew; compiled once, it starts in half the time. */
const compiled = resolve(import.meta.dirname, "../../../node_modules/.cache/pilotlight/command-line-test");

describe("the command line, before it reaches any cloud", () => {
  let project: string;

  beforeEach(() => {
    project = mkdtempSync(join(tmpdir(), "pilotlight-cli-"));
    writeFileSync(join(project, "Pulumi.yaml"), "name: pilotlight\nruntime: nodejs\n");
    mkdirSync(join(project, "stacks"));
  });
  afterEach(() => rmSync(project, { recursive: true }));

  const run = async (args: readonly string[], variables: Record<string, string> = {}) => {
    const env = { PATH: process.env.PATH ?? "", HOME: project, NODE_COMPILE_CACHE: compiled, ...variables };
    try {
      const { stdout, stderr } = await promisify(execFile)(process.execPath, [program, ...args], { cwd: project, env });
      return { code: 0, stdout, stderr };
    } catch (error) {
      const failed = error as { code: number; stdout: string; stderr: string };
      return { code: failed.code, stdout: failed.stdout, stderr: failed.stderr };
    }
  };

  it("says how to set an environment up where there is none", async () => {
    const { code, stderr } = await run(["status"]);
    expect(code).toBe(2);
    expect(stderr).toContain("pilotlight sandbox up");
    expect(stderr).toContain(".env.<environment>");
  });

  it("names the environment that is not known, and those that are", async () => {
    writeFileSync(join(project, ".env.alpha"), "");
    const { code, stderr } = await run(["-e", "beta", "status"]);
    expect(code).toBe(2);
    expect(stderr).toContain('"beta"');
    expect(stderr).toContain("alpha");
  });

  it("asks which environment when there are several", async () => {
    writeFileSync(join(project, ".env.alpha"), "");
    writeFileSync(join(project, ".env.beta"), "");
    const { code, stderr } = await run(["status"]);
    expect(code).toBe(2);
    expect(stderr).toContain("alpha, beta");
  });

  it("names a setting that is wrong, its value and what would be right", async () => {
    writeFileSync(join(project, ".env.alpha"), "PILOTLIGHT_MODE=sometimes\nPILOTLIGHT_RPO_SECONDS=soon\n");
    const { code, stderr } = await run(["status"]);
    expect(code).toBe(2);
    expect(stderr).toContain('PILOTLIGHT_MODE is "sometimes"');
    expect(stderr).toContain("auto");
    expect(stderr).toContain('PILOTLIGHT_RPO_SECONDS is "soon"');
  });

  it("lets the environment's file win over what the shell was set to before", async () => {
    writeFileSync(join(project, ".env.alpha"), "PILOTLIGHT_MODE=nonsense\n");
    const { stderr } = await run(["status"], { PILOTLIGHT_MODE: "observe" });
    expect(stderr).toContain('PILOTLIGHT_MODE is "nonsense"');
  });

  it("does not serve webhooks without a token", async () => {
    writeFileSync(join(project, ".env.alpha"), "");
    const { code, stderr } = await run(["serve"]);
    expect(code).toBe(2);
    expect(stderr).toContain("PILOTLIGHT_WEBHOOK_TOKEN_FILE");
  });

  it("wants exactly one kind of failover", async () => {
    writeFileSync(join(project, ".env.alpha"), "");
    for (const args of [["failover"], ["failover", "--planned", "--forced"]]) {
      const { code, stderr } = await run(args);
      expect(code).toBe(2);
      expect(stderr).toContain("--planned");
    }
  });

  it("gives an error as JSON with --json, before or after the verb", async () => {
    for (const args of [
      ["--json", "status"],
      ["status", "--json"],
    ]) {
      const { code, stdout } = await run(args);
      expect(code).toBe(2);
      expect(JSON.parse(stdout)).toMatchObject({ error: { code: "invalid-input", field: "--environment" } });
    }
  });

  it("ends with 2 for unknown commands and options, with 0 for help", async () => {
    expect((await run(["fail-over"])).code).toBe(2);
    expect((await run(["status", "--quick"])).code).toBe(2);
    expect((await run(["--help"])).code).toBe(0);
    expect((await run(["failover", "--help"])).stdout).toContain("--dry-run");
  });

  it("is of no use outside a project, and says so", async () => {
    rmSync(join(project, "Pulumi.yaml"));
    const { code, stderr } = await run(["status"]);
    expect(code).toBe(2);
    expect(stderr).toContain("Pulumi.yaml");
  });
});
