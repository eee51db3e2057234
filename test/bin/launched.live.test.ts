import { type ChildProcess, execFile, spawn } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const bin = resolve(import.meta.dirname, "../../bin");

/** Stands for the driver: stops in order at the first SIGTERM, and says so. */
const driver = `
let told = 0;
process.on("SIGTERM", () => {
  told += 1;
  console.log("told " + told);
  if (told === 1) setTimeout(() => { console.log("stopped"); process.exit(0); }, 1500);
});
console.log("driver " + process.pid);
setInterval(() => {}, 1000);
`;

/** A project whose \`pilotlight\` is ours, with another driver behind it. */
describe("a signal reaches the driver", () => {
  let root: string;
  const started: ChildProcess[] = [];
  const drivers: number[] = [];

  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), "pilotlight-launched-"));
    for (const folder of ["automation/cli", "node_modules/.bin"]) mkdirSync(join(root, folder), { recursive: true });
    cpSync(bin, join(root, "bin"), { recursive: true });
    writeFileSync(join(root, "automation/cli/main.ts"), driver);
    chmodSync(join(root, "bin/pilotlight.mjs"), 0o755);
    symlinkSync("../../bin/pilotlight.mjs", join(root, "node_modules/.bin/pilotlight"));
    symlinkSync(process.execPath, join(root, "node_modules/.bin/node"));
    writeFileSync(
      join(root, "package.json"),
      JSON.stringify({
        ...{ name: "launched", private: true, type: "module", dependencies: {} },
        scripts: { pilotlight: "node bin/bootstrap.mjs pilotlight" },
      }),
    );
    // Installed, as far as bootstrap looks.
    writeFileSync(join(root, "package-lock.json"), "{}");
    writeFileSync(join(root, "node_modules/.package-lock.json"), "{}");
    // Starts itself again, as under a Node that is too old.
    writeFileSync(
      join(root, "bin/old.mjs"),
      `import { spawn } from "node:child_process";
       import { forwardSignals, launchedEnvironment } from "./launcher.mjs";
       const child = spawn(process.execPath, [${JSON.stringify(join(root, "bin/pilotlight.mjs"))}, "serve"],
         { stdio: "inherit", env: launchedEnvironment() });
       forwardSignals(child);
       child.once("close", () => process.exit(0));`,
    );
  });
  afterAll(() => {
    for (const child of started) child.kill("SIGKILL");
    for (const pid of drivers) if (isThere(pid)) process.kill(pid, "SIGKILL");
    rmSync(root, { recursive: true, force: true });
  });

  const ways = {
    node: ["node", "bin/pilotlight.mjs", "serve"],
    "a node that starts another": ["node", "bin/old.mjs"],
    "node bin/bootstrap.mjs": ["node", "bin/bootstrap.mjs", "pilotlight", "serve"],
    npx: ["npx", "--offline", "pilotlight", "serve"],
    "npm run": ["npm", "run", "-s", "pilotlight", "--", "serve"],
  } as const;
  const names = Object.keys(ways) as (keyof typeof ways)[];

  it.each(names)("SIGTERM to %s: it stops in order, told once", async (way) => {
    const { launcher, pid, output } = await start(ways[way]);
    launcher.kill("SIGTERM");
    await gone(pid);
    expect(output()).toContain("told 1\n");
    expect(output()).toContain("stopped\n");
    expect(output()).not.toContain("told 2");
  });

  it.each(names.filter((name) => name !== "node"))(
    "SIGKILL to what %s started for it: it stops in order",
    async (way) => {
      const { pid, parent, output } = await start(ways[way]);
      process.kill(parent, "SIGKILL");
      await gone(pid);
      expect(output()).toContain("stopped\n");
    },
  );

  async function start([command, ...args]: readonly [string, ...string[]]) {
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_|^PILOTLIGHT_/.test(name)));
    const launcher = spawn(command, args, {
      cwd: root,
      env: { ...env, npm_config_update_notifier: "false" },
      stdio: ["ignore", "pipe", "inherit"],
    });
    started.push(launcher);
    let output = "";
    launcher.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
    await until(() => /driver \d+\n/.test(output), "the driver runs");
    const pid = Number(/driver (\d+)/.exec(output)?.[1]);
    drivers.push(pid);
    return { launcher, pid, parent: await parentOf(pid), output: () => output };
  }
});

async function parentOf(pid: number): Promise<number> {
  return await new Promise((resolve, reject) => {
    execFile("ps", ["-o", "ppid=", "-p", String(pid)], (error, stdout) =>
      error === null ? resolve(Number(stdout)) : reject(error),
    );
  });
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function gone(pid: number): Promise<void> {
  await until(() => !isThere(pid), "the driver is gone");
  // What it said last is still on its way.
  await sleep(200);
}

async function until(holds: () => boolean, what: string): Promise<void> {
  const deadline = AbortSignal.timeout(15_000);
  while (!holds()) {
    if (deadline.aborted) throw new Error(`not within 15 s: ${what}`);
    await sleep(50);
  }
}
