import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { codeRoot } from "../contracts/world.ts";

export interface PilotlightResult {
  readonly code: number;
  readonly output: string;
}

/** The command line as a user has it: a child process, in this project. */
export class Pilotlight {
  readonly #projectRoot: string;
  readonly #environment: NodeJS.ProcessEnv;

  constructor(projectRoot: string, environment: NodeJS.ProcessEnv = {}) {
    this.#projectRoot = projectRoot;
    this.#environment = { ...process.env, ...environment, PILOTLIGHT_PROJECT_ROOT: projectRoot };
  }

  /** Runs a command to its end. `show`: standard error goes to this process's; standard output is always returned. */
  async run(args: readonly string[], options: { readonly show: boolean }): Promise<PilotlightResult> {
    const child = this.#spawn(args, ["ignore", "pipe", options.show ? "inherit" : "pipe"]);
    let output = "";
    let errors = "";
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      errors += text;
    });
    const code = await new Promise<number>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (exit) => resolve(exit ?? 1));
    });
    return { code, output: output === "" ? errors : output };
  }

  /** As `run`, and throws unless it succeeded. */
  async must(args: readonly string[], options: { readonly show: boolean }): Promise<string> {
    const { code, output } = await this.run(args, options);
    if (code !== 0) throw new Error(`pilotlight ${args.join(" ")} ended with ${code}: ${output.trim().slice(-1000)}`);
    return output;
  }

  /** A command that stays: `onLine` gets each line of its standard output. */
  stay(args: readonly string[], onLine: (line: string) => void): ChildProcess {
    const child = this.#spawn(args, ["ignore", "pipe", "inherit"]);
    let rest = "";
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      lines.forEach(onLine);
    });
    return child;
  }

  #spawn(args: readonly string[], stdio: ["ignore", "pipe", "inherit" | "pipe"]): ChildProcess {
    const program = join(codeRoot, "bin", "pilotlight.mjs");
    return spawn(process.execPath, [program, ...args], { cwd: this.#projectRoot, env: this.#environment, stdio });
  }
}
