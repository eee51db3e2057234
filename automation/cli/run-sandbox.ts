import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { exitCodes } from "./exit-codes.ts";

const installation = dirname(dirname(import.meta.dirname));

/**
 * `pilotlight sandbox …`: runs the sandbox's own program with these arguments, as a child process, because production rooms do not
 * import it. Resolves with its exit code; with 2, and a sentence on standard error, where only the driver is installed.
 */
export function runSandbox(args: readonly string[]): Promise<number> {
  const missing = missingPackage(installation);
  if (missing !== undefined) {
    const why = `The sandbox is a package of its own that is not installed here (${missing} is missing)`;
    process.stderr.write(`pilotlight: ${why}; \`npm ci\` in ${installation} installs it.\n`);
    return Promise.resolve(exitCodes.refused);
  }
  return exitOf(spawn(process.execPath, [join(installation, "sandbox", "main.ts"), ...args], { stdio: "inherit" }));
}

/** First package of the sandbox that is not installed, or the sandbox itself; undefined when all are there. */
function missingPackage(root: string): string | undefined {
  const manifest = join(root, "sandbox", "package.json");
  if (!existsSync(manifest)) return "the folder sandbox";
  const { dependencies }: { readonly dependencies: object } = JSON.parse(readFileSync(manifest, "utf8"));
  const folders = [join(root, "node_modules"), join(root, "sandbox", "node_modules")];
  return Object.keys(dependencies).find((name) => !folders.some((folder) => existsSync(join(folder, name))));
}

function exitOf(child: ChildProcess): Promise<number> {
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
