import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { type CacheKey, cacheDirectory, isComplete, makeOnce } from "../cache.ts";
import { capture, runLogged } from "../command.ts";
import { ToolchainError } from "../errors.ts";
import { isExecutable, writeExecutable } from "../files.ts";
import { overridden } from "../override.ts";
import type { MakeContext, Part, PartPlace } from "../part.ts";

/** The oldest that the pinned moto runs on. */
const minimumPython = [3, 10] as const;

/**
 * The scripts that pip writes hold the absolute path of the environment, which is built elsewhere and renamed. A launcher
 * that finds its own directory does not.
 */
const launcher = `#!/bin/sh
exec "$(dirname "$0")/venv/bin/python" -m moto.server "$@"
`;

/** moto's server in a Python environment of its own. */
export function motoPart(place: PartPlace): Part {
  const source = join(place.definitions, "moto");

  const plan = async (python: string): Promise<string> => {
    const files = await Promise.all(
      ["requirements.txt", "constraints.txt"].map((name) => readFile(join(source, name), "utf8")),
    );
    const version = /^moto\[server\]==(\S+)$/m.exec(files[0] ?? "")?.[1];
    if (version === undefined) throw new ToolchainError("moto/requirements.txt pins no moto[server].", 1);
    // The environment links to this very Python: another one needs another environment.
    const key: CacheKey = { part: "moto", version, inputs: [...files, python, launcher] };
    return cacheDirectory(place.cacheRoot, key);
  };

  const build = async (temporary: string, context: MakeContext): Promise<void> => {
    const logFile = join(place.cacheRoot, "logs", "moto.log");
    await rm(logFile, { force: true });
    const run = (command: string, ...args: string[]): Promise<void> =>
      runLogged({ command, args, logFile, timeoutMs: 20 * 60_000, signal: context.signal });
    context.report("making a Python environment");
    await run("python3", "-m", "venv", join(temporary, "venv"));
    const pip = [
      join(temporary, "venv", "bin", "python"),
      "-m",
      "pip",
      "install",
      "--disable-pip-version-check",
    ] as const;
    context.report("installing from the package index");
    await run(...pip, "-r", join(source, "requirements.txt"), "-c", join(source, "constraints.txt"));
    await writeExecutable(join(temporary, "moto-server"), launcher);
    await run(join(temporary, "moto-server"), "--help");
  };

  return {
    name: "moto",
    async locate() {
      const own = await overridden(place.environment, "PILOTLIGHT_MOTO");
      if (own !== undefined) return own;
      const python = await describePython();
      if (python === undefined) return undefined;
      const directory = await plan(python.identity);
      if (!(await isComplete(directory))) return undefined;
      // A Python that was upgraded in place leaves a dangling link.
      if (!(await isExecutable(join(directory, "venv", "bin", "python")))) {
        await rm(directory, { recursive: true, force: true });
        return undefined;
      }
      return join(directory, "moto-server");
    },
    async check() {
      const python = await describePython();
      const wanted = `${minimumPython.join(".")} or newer with its venv module`;
      if (python === undefined) throw new ToolchainError(`Python is missing. Install Python ${wanted} as python3.`, 2);
      const [major, minor] = python.version;
      if (major < minimumPython[0] || (major === minimumPython[0] && minor < minimumPython[1])) {
        throw new ToolchainError(`Python ${major}.${minor} is too old. Install Python ${wanted} as python3.`, 2);
      }
      if ((await capture("python3", ["-c", "import venv, ensurepip"])) === undefined) {
        throw new ToolchainError(
          "Python has no venv module. Install it (Debian and Ubuntu: the package python3-venv).",
          2,
        );
      }
    },
    async make(context) {
      const directory = await plan((await describePython())?.identity ?? "");
      const onWait = (owner: { readonly pid: number }): void =>
        context.report(`waiting for process ${owner.pid}, which installs it`);
      await makeOnce(directory, { signal: context.signal, onWait }, (temporary) => build(temporary, context));
      return join(directory, "moto-server");
    },
  };
}

async function describePython(): Promise<{ version: readonly [number, number]; identity: string } | undefined> {
  const script = "import sys; print(*sys.version_info[:2], sys.base_prefix)";
  const identity = await capture("python3", ["-c", script]);
  const [major, minor] = identity?.split(" ") ?? [];
  if (identity === undefined || major === undefined || minor === undefined) return undefined;
  return { version: [Number(major), Number(minor)], identity };
}
