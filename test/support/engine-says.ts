import { execFile } from "node:child_process";
import { patience } from "./patience.ts";

/** The engine's command as a person types it in a project's folder, to its end: its exit code, and all that it said in one line. */
export function engineSays(
  root: string,
  args: readonly string[],
): Promise<{ readonly code: number; readonly said: string }> {
  const options = { cwd: root, timeout: patience(240_000), maxBuffer: 64 * 1024 * 1024 };
  return new Promise((resolve) => {
    execFile("pulumi", [...args, "--non-interactive"], options, (error, out, err) =>
      resolve({ code: error === null ? 0 : Number(error.code), said: `${out}\n${err}`.replaceAll(/\s+/g, " ") }),
    );
  });
}
