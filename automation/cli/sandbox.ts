import { spawn } from "node:child_process";
import { constants } from "node:os";
import { join } from "node:path";

/**
 * `pilotlight sandbox …`: runs the sandbox's own program with these arguments, as a child process, because production rooms do not
 * import it. Resolves with its exit code.
 */
export function runSandbox(args: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "..", "..", "sandbox", "main.ts"), ...args], {
    stdio: "inherit",
  });
  // The terminal sends Ctrl-C to both; staying alive lets the sandbox finish and tell us its exit code.
  const stay = () => {};
  process.on("SIGINT", stay);
  const forward = () => child.kill("SIGTERM");
  process.on("SIGTERM", forward);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code, signal) => {
      process.off("SIGINT", stay);
      process.off("SIGTERM", forward);
      resolve(code ?? 128 + (signal === null ? 1 : constants.signals[signal]));
    });
  });
}
