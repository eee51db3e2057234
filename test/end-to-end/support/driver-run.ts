import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { codeRoot } from "../../../sandbox/contracts/world.ts";
import { machineText, patienceSignal } from "../../support/patience.ts";

/** A driver's command that is still running: a process of its own, to be frozen and woken. */
export class DriverRun {
  readonly #child: ChildProcess;
  /** Resolves with the exit code; a signal's death is undefined. */
  readonly exit: Promise<number | undefined>;
  #output = "";
  #errors = "";

  constructor(projectRoot: string, args: readonly string[], environment: NodeJS.ProcessEnv) {
    const program = join(codeRoot, "bin", "pilotlight.mjs");
    this.#child = spawn(process.execPath, [program, ...args], {
      cwd: projectRoot,
      env: { ...process.env, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      this.#output += text;
    });
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#errors += text;
    });
    this.exit = new Promise((resolve, reject) => {
      this.#child.on("error", reject);
      this.#child.on("close", (code) => resolve(code ?? undefined));
    });
  }

  get output(): string {
    return this.#output;
  }

  get errors(): string {
    return this.#errors;
  }

  get ended(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** Resolves when a line of its standard output matches, from now on. */
  async until(wanted: RegExp, seconds = 120): Promise<void> {
    const from = this.#output.length;
    const deadline = patienceSignal(seconds * 1000);
    while (
      !this.#output
        .slice(from)
        .split("\n")
        .some((line) => wanted.test(line))
    ) {
      if (this.ended) throw new Error(`the driver ended before it said ${wanted}: ${this.#errors.slice(-1000)}`);
      if (deadline.aborted)
        throw new Error(`not within ${seconds} s (${machineText()}): ${wanted}; ${this.#output.slice(-1000)}`);
      await sleep(100);
    }
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** Ends it, frozen or not; resolves when it is gone. */
  async end(): Promise<void> {
    if (this.ended) return;
    this.signal("SIGKILL");
    this.signal("SIGCONT");
    await this.exit;
  }
}
