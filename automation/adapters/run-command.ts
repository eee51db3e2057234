import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { DriverError, redact } from "../domain/errors.ts";

export interface RunCommandOptions {
  readonly signal: AbortSignal;
  readonly cwd?: string;
  /** Beside that of this process. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** What a command of the PATH prints. Errors: `not-found` where there is none, `fatal` with its error, or its first words, where it fails; all of them are in `cause.stderr`. */
export async function runCommand(
  name: string,
  args: readonly string[],
  { environment, ...options }: RunCommandOptions,
): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(name, [...args], {
      ...options,
      ...(environment === undefined ? {} : { env: { ...process.env, ...environment } }),
      encoding: "utf8",
    });
    return stdout.trim();
  } catch (error) {
    if (options.signal.aborted) throw options.signal.reason;
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT") throw new DriverError("not-found", `there is no ${name} command on PATH`, { field: "PATH" });
    const said = error instanceof Error && "stderr" in error ? String(error.stderr) : "";
    throw new DriverError("fatal", `${name} ${args.join(" ")}: ${redact(mainLine(said))}`, {
      cause: error,
    });
  }
}

/** What a command says first of what went wrong: a warning before it is not it. */
function mainLine(stderr: string): string {
  const lines = stderr
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  const isNews = (line: string): boolean => !/^warning:/i.test(line);
  return lines.find((line) => /^(?:error|fatal|panic)\b[^:]*:/i.test(line)) ?? lines.find(isNews) ?? lines[0] ?? "";
}
