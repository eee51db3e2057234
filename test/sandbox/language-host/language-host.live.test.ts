import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeLanguageHostLauncher } from "../../../sandbox/language-host/launcher.ts";
import { ensureToolchain } from "../../../sandbox/toolchain/toolchain.ts";

const projectRoot = resolve(import.meta.dirname, "../../..");

const program = `
import { readFileSync, writeFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
const config = new pulumi.Config();
writeFileSync(config.require("pidFile"), String(process.pid));
if (config.getBoolean("hang")) await new Promise((resolve) => setTimeout(resolve, 60_000));
if (config.getBoolean("exit")) process.exit(7);
export const argumentsHoldSecret: boolean = readFileSync("/proc/self/cmdline", "utf8").includes("hunter2");
export const secret: pulumi.Output<string> = config.requireSecret("secret");
export const node: string = process.version;
`;
const pack = `
import { PolicyPack } from "@pulumi/policy";
new PolicyPack("tiny", { policies: [{
  name: "seen", description: "Sees stacks.", enforcementLevel: "advisory",
  validateStack: (args, report) => report("resources: " + args.resources.length),
}] });
`;

describe("language host under the real engine", () => {
  let directory: string;
  let environment: Record<string, string | undefined>;
  let pidFile: string;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "pilotlight-language-host-"));
    pidFile = join(directory, "pid");
    const { pulumi } = await ensureToolchain();
    const launchers = join(directory, "bin");
    await writeLanguageHostLauncher(launchers, projectRoot);
    for (const name of ["home", "state", "src", "pack"]) await mkdir(join(directory, name));
    await symlink(join(projectRoot, "node_modules"), join(directory, "node_modules"));
    const files = {
      "package.json": '{ "name": "tiny", "type": "module" }',
      "Pulumi.yaml": "name: tiny\nmain: src/index.ts\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
      "src/index.ts": program,
      "pack/package.json": '{ "name": "pack", "version": "0.0.1", "type": "module" }',
      "pack/PulumiPolicy.yaml": "runtime: nodejs\nmain: index.js\n",
      "pack/index.js": pack,
    };
    for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text);
    environment = {
      HOME: directory,
      PATH: `${launchers}:${dirname(pulumi)}:/usr/bin:/bin`,
      PULUMI_HOME: join(directory, "home"),
      PULUMI_BACKEND_URL: `file://${join(directory, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: "test",
      PULUMI_SKIP_UPDATE_CHECK: "true",
    };
    await engine("stack", "init", "dev");
    await engine("config", "set", "pidFile", pidFile);
    await engine("config", "set", "--secret", "secret", "hunter2");
  });

  afterAll(() => rm(directory, { recursive: true, force: true }));

  function start(...args: string[]): { readonly child: ChildProcess; readonly ended: Promise<string> } {
    const all = [...args, "--non-interactive"];
    const child = spawn("pulumi", all, { cwd: directory, env: environment, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk: Buffer) => {
        output += chunk.toString("utf8");
      });
    }
    return { child, ended: new Promise((done) => child.once("close", (code) => done(`${output}\nexit code ${code}`))) };
  }
  const engine = (...args: string[]): Promise<string> => start(...args).ended;
  const alive = (pid: number): boolean => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };

  it("runs the program, with secrets kept out of its arguments, and without warnings", async () => {
    const output = await engine("up", "--yes", "--skip-preview");
    expect(output).toContain("exit code 0");
    expect(output).toMatch(/argumentsHoldSecret: false/);
    expect(output).toMatch(/secret\s*: \[secret\]/);
    expect(output).toMatch(/node\s*: "v24\./);
    expect(output).not.toMatch(/warning|hunter2/);
  });

  it("runs a policy pack", async () => {
    expect(await engine("preview", "--policy-pack", "pack")).toMatch(
      /tiny@v0\.0\.1[\s\S]*resources: 1[\s\S]*exit code 0/,
    );
  });

  it("reports the exit code of a program that fails", async () => {
    await engine("config", "set", "exit", "true");
    expect(await engine("preview")).toMatch(/The program exited with code 7\.[\s\S]*exit code [1-9]/);
    await engine("config", "rm", "exit");
  });

  it.each(["SIGINT", "SIGKILL"] as const)("leaves no program running when the engine ends by %s", async (signal) => {
    await rm(pidFile, { force: true });
    await engine("config", "set", "hang", "true");
    const { child, ended } = start("preview");
    const pid = await expect
      .poll(() => readFile(pidFile, "utf8").catch(() => ""), { timeout: 20_000 })
      .toMatch(/^\d+$/)
      .then(async () => Number(await readFile(pidFile, "utf8")));
    expect(alive(pid)).toBe(true);
    child.kill(signal);
    await Promise.race([ended, sleep(10_000)]);
    await expect.poll(() => alive(pid), { timeout: 10_000 }).toBe(false);
    await engine("config", "rm", "hang");
  });

  it("ends when its engine was gone before it looked", async () => {
    const node = join(projectRoot, "node_modules", ".bin", "node");
    const main = join(projectRoot, "sandbox", "language-host", "main.ts");
    // Nobody listens on the discard port of this address.
    const child = spawn(node, [main, "127.113.77.99:9"], { stdio: "ignore" });
    const code = await new Promise((done) => child.once("exit", done));
    expect(code).toBe(0);
  });
});
