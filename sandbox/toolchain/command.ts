import { type SpawnOptions, spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { finished } from "node:stream/promises";
import { ToolchainError } from "./errors.ts";
import { isExecutable } from "./files.ts";

export interface LoggedCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Output is appended here. */
  readonly logFile: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Runs to the end; throws a ToolchainError with the log's last lines and its path when the command fails. */
export async function runLogged(wanted: LoggedCommand): Promise<void> {
  await mkdir(dirname(wanted.logFile), { recursive: true });
  const log = createWriteStream(wanted.logFile, { flags: "a" });
  log.write(`$ ${wanted.command} ${wanted.args.join(" ")}\n`);
  const signal = AbortSignal.any([wanted.signal, AbortSignal.timeout(wanted.timeoutMs)]);
  const options: SpawnOptions = { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...wanted.env }, signal };
  if (wanted.cwd !== undefined) options.cwd = wanted.cwd;
  const outcome = await new Promise<string | undefined>((resolve) => {
    const child = spawn(wanted.command, wanted.args, options);
    child.stdout?.on("data", (chunk: Buffer) => log.write(chunk));
    child.stderr?.on("data", (chunk: Buffer) => log.write(chunk));
    child.once("error", (error) => resolve(error.message));
    child.once("close", (code, signalName) => resolve(code === 0 ? undefined : `ended with ${code ?? signalName}`));
  });
  log.end();
  await finished(log);
  if (outcome === undefined) return;
  wanted.signal.throwIfAborted();
  const reason = signal.aborted ? `took longer than ${Math.round(wanted.timeoutMs / 60_000)} minutes` : outcome;
  throw new ToolchainError(
    `\`${wanted.command} ${wanted.args[0] ?? ""}\` ${reason}. The end of its log, ${wanted.logFile}:\n${await tail(wanted.logFile)}`,
    1,
  );
}

/** Standard output of a quick command; undefined when it cannot be run or fails. */
export async function capture(
  command: string,
  args: readonly string[],
  timeoutMs = 10_000,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    // Not spawn's own timeout: its timer keeps us alive when the command cannot even be started.
    const signal = AbortSignal.timeout(timeoutMs);
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "ignore"], signal });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString("utf8");
    });
    child.once("error", () => resolve(undefined));
    child.once("close", (code) => resolve(code === 0 ? output.trim() : undefined));
  });
}

/** Absolute path of an executable on PATH. */
export async function findOnPath(name: string, path = process.env.PATH ?? ""): Promise<string | undefined> {
  for (const directory of path.split(delimiter)) {
    if (directory !== "" && (await isExecutable(join(directory, name)))) return join(directory, name);
  }
  return undefined;
}

async function tail(file: string, lines = 15): Promise<string> {
  const text = await readFile(file, "utf8");
  return text.trimEnd().split("\n").slice(-lines).join("\n");
}
