import { spawn } from "node:child_process";
import { open, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { PulumiCommand } from "@pulumi/pulumi/automation/index.js";
import { temporaryFolder } from "../files/temporary-folder.ts";

/** What `PulumiCommand` has at run time; the SDK (3.250) leaves `run` out of its types. */
interface CommandLine {
  readonly command: string;
  run(
    args: string[],
    cwd: string,
    environment: Record<string, string>,
    onOutput?: (text: string) => void,
    onError?: (text: string) => void,
    signal?: AbortSignal,
  ): Promise<CommandOutcome>;
}

interface CommandOutcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}

/**
 * The engine's command, but an `up` (and a `destroy`) writes to files instead of pipes. When a driver is killed, a pipe breaks, and the next line
 * kills the engine with it, in the middle of making something that no state knows of. With files it goes on to its end, and the
 * driver that resumes waits for its lock.
 */
export async function survivingCommand(): Promise<PulumiCommand> {
  const { PulumiCommand } = await import("@pulumi/pulumi/automation/index.js");
  const command = (await PulumiCommand.get()) as PulumiCommand & CommandLine;
  const run: CommandLine["run"] = (args, cwd, environment, onOutput, onError, signal) =>
    args[0] === "up" || args[0] === "destroy"
      ? runToFiles(command.command, args, { cwd, environment, signal })
      : command.run(args, cwd, environment, onOutput, onError, signal);
  return Object.create(command, { run: { value: run } }) as PulumiCommand;
}

async function runToFiles(
  command: string,
  args: readonly string[],
  options: {
    readonly cwd: string;
    readonly environment: Readonly<Record<string, string>>;
    readonly signal: AbortSignal | undefined;
  },
): Promise<CommandOutcome> {
  const directory = await temporaryFolder("pilotlight-up-");
  try {
    const [stdout, stderr] = [join(directory, "stdout"), join(directory, "stderr")];
    await using output = await open(stdout, "wx", 0o600);
    await using errors = await open(stderr, "wx", 0o600);
    // Told to stop before there was anybody to tell it to.
    options.signal?.throwIfAborted();
    const child = spawn(command, [...args, "--non-interactive"], {
      // In a group of its own: a Ctrl-C in the terminal reaches the driver alone, which passes on one. Two would end it in mid-effect.
      detached: true,
      cwd: options.cwd,
      env: { ...process.env, ...options.environment, PULUMI_AUTOMATION_API: "true" },
      stdio: ["ignore", output.fd, errors.fd],
    });
    const interrupt = () => child.kill("SIGINT");
    options.signal?.addEventListener("abort", interrupt);
    const code = await new Promise<number>((resolve, reject) => {
      child.on("error", reject);
      child.on("exit", (exit) => resolve(exit ?? -2));
    }).finally(() => options.signal?.removeEventListener("abort", interrupt));
    const result = { stdout: await readFile(stdout, "utf8"), stderr: await readFile(stderr, "utf8"), code };
    // In the words of the Automation API's own errors, which are read further up.
    if (code !== 0) throw new Error(`code: ${code}\n stdout: ${result.stdout}\n stderr: ${result.stderr}\n err?: \n`);
    return result;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
