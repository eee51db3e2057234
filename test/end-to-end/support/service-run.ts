import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { codeRoot } from "../../../sandbox/contracts/world.ts";
import { familyOf, isAlive, killFamily, processEntry, signalProcess } from "../../../sandbox/lib/process-table.ts";
import { machineText, patienceSignal } from "../../support/patience.ts";

/** How the docs say that `serve` may be started (docs/operations). */
export type ServiceStart = "node" | "npx" | "unit";
/** `reboot`: the service and everything that it started are gone at one stroke. */
export type ServiceEnd = "SIGTERM" | "SIGKILL" | "reboot";

/** `pilotlight serve` in mode auto, started as a team would. */
export class ServiceRun {
  readonly #child: ChildProcess;
  #output = "";

  private constructor(child: ChildProcess) {
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.#output += text;
      });
    }
  }

  static async start(how: ServiceStart, projectRoot: string, address: string): Promise<ServiceRun> {
    const tokenFile = join(projectRoot, ".webhook-token");
    await writeFile(tokenFile, randomBytes(24).toString("hex"), { mode: 0o600 });
    const [command, ...args] = commandOf(how);
    const run = new ServiceRun(
      spawn(command, args, {
        cwd: codeRoot,
        stdio: ["ignore", "pipe", "pipe"],
        env: {
          ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("npm_"))),
          npm_config_update_notifier: "false",
          PILOTLIGHT_PROJECT_ROOT: projectRoot,
          PILOTLIGHT_MODE: "auto",
          PILOTLIGHT_SERVE_ADDRESS: address,
          PILOTLIGHT_WEBHOOK_TOKEN_FILE: tokenFile,
        },
      }),
    );
    await run.until(/listening on /);
    return run;
  }

  get output(): string {
    return this.#output;
  }

  async until(wanted: RegExp): Promise<void> {
    const deadline = patienceSignal(60_000);
    while (!wanted.test(this.#output)) {
      if (deadline.aborted || this.#child.exitCode !== null)
        throw new Error(`the service has not said ${wanted} (${machineText()}): ${this.#output.slice(-1000)}`);
      await sleep(50);
    }
  }

  /** Resolves when the driver is gone; after a reboot, when nothing is left of what it started. */
  async end(how: ServiceEnd): Promise<void> {
    const launcher = processEntry(this.#child.pid ?? 0);
    if (launcher === undefined) throw new Error(`the service has ended by itself: ${this.#output.slice(-1000)}`);
    const family = familyOf(launcher).flatMap((pid) => processEntry(pid) ?? []);
    const drivers = family.filter(({ pid }) => commandLine(pid).endsWith(" serve"));
    if (how === "reboot") killFamily(launcher);
    else if (how === "SIGTERM") signalProcess(launcher.pid, how);
    else for (const { pid } of drivers) signalProcess(pid, how);
    const awaited = how === "reboot" ? family : drivers;
    const deadline = patienceSignal(60_000);
    while (awaited.some(isAlive)) {
      if (deadline.aborted) throw new Error(`the service outlives ${how} (${machineText()})`);
      await sleep(50);
    }
  }
}

function commandOf(how: ServiceStart): readonly [string, ...string[]] {
  if (how === "node") return [process.execPath, "bin/pilotlight.mjs", "serve"];
  if (how === "npx") return ["npx", "--offline", "pilotlight", "serve"];
  const unit = readFileSync(join(codeRoot, "docs", "operations", "pilotlight.service"), "utf8");
  const [command, ...args] = (/^ExecStart=(.+)$/m.exec(unit)?.[1] ?? "").split(" ");
  if (command === undefined) throw new Error("the unit has no ExecStart");
  return [command, ...args.map((word) => (word === "production" ? "sandbox" : word))];
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").filter(Boolean).join(" ");
  } catch {
    return "";
  }
}
