import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { SandboxContext } from "../../contracts/contracts.ts";
import { azureApiUrl } from "../../contracts/world.ts";
import { azureAccount } from "../account.ts";
import { azureAddresses } from "../addresses.ts";
import { stableGuid } from "../types/stable-guid.ts";

export interface ScriptRun {
  /** Name of the deployment script, for the process. */
  readonly name: string;
  readonly content: string;
  /** As written: a shell splits them. */
  readonly arguments: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

export interface ScriptResult {
  /** What went wrong, in a sentence; undefined: it succeeded. */
  readonly error: string | undefined;
  /** What it wrote to $AZ_SCRIPTS_OUTPUT_PATH. */
  readonly outputs: Readonly<Record<string, unknown>>;
  /** Its standard output and error. */
  readonly log: string;
}

const cliProgram = resolve(import.meta.dirname, "../cli/main.ts");
const shownLogBytes = 64 * 1024;

/** Runs deployment scripts with bash, as processes of the Azure site, with the sandbox's own `az` first on PATH. */
export class ScriptRunner {
  readonly #context: SandboxContext;
  readonly #running = new Set<string>();

  constructor(context: SandboxContext) {
    this.#context = context;
  }

  /** Runs to the end, in a folder of its own that is gone afterwards. Never throws for what the script does. */
  async run(key: string, run: ScriptRun): Promise<ScriptResult> {
    const folder = join(this.#context.world.directory, "azure", "scripts", stableGuid(key));
    await rm(folder, { recursive: true, force: true });
    await mkdir(join(folder, "bin"), { recursive: true, mode: 0o700 });
    const file = (name: string) => join(folder, name);
    await writeFile(file("script.sh"), run.content, { mode: 0o600 });
    const az = `#!/bin/sh\nexec '${process.execPath}' --disable-warning=ExperimentalWarning '${cliProgram}' "$@"\n`;
    await writeFile(file("bin/az"), az, { mode: 0o700 });
    try {
      const error = await this.#execute(key, folder, run);
      const log = await readFile(file("log.txt"), "utf8").catch(() => "");
      const outputs = error === undefined ? await readOutputs(file("outputs.json")) : {};
      return {
        error: error === undefined ? undefined : `${error}: ${lastLines(log)}`,
        outputs,
        log: log.slice(-shownLogBytes),
      };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** Ends what runs; a script that is ended so has failed. */
  async stopAll(): Promise<void> {
    await Promise.all([...this.#running].map((name) => this.#context.processes.stop(name)));
  }

  async #execute(key: string, folder: string, run: ScriptRun): Promise<string | undefined> {
    const name = `script-${run.name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")}-${stableGuid(key).slice(0, 4)}`;
    const ended = Promise.withResolvers<string | undefined>();
    const { registry } = azureAddresses(this.#context.world.instance);
    let late = false;
    this.#running.add(name);
    const timer = setTimeout(() => {
      late = true;
      void this.#context.processes.kill(name).catch(() => undefined);
    }, run.timeoutMs);
    try {
      await this.#context.processes.start({
        name,
        cloud: "azure",
        command: "bash",
        args: ["-c", `exec bash ./script.sh ${run.arguments} >./log.txt 2>&1`],
        cwd: folder,
        env: {
          ...run.environment,
          PATH: [join(folder, "bin"), dirname(process.execPath), process.env.PATH ?? ""].join(":"),
          HOME: folder,
          AZ_SCRIPTS_PATH_OUTPUT_DIRECTORY: folder,
          AZ_SCRIPTS_OUTPUT_PATH: join(folder, "outputs.json"),
          ARM_SUBSCRIPTION_ID: azureAccount.subscriptionId,
          PILOTLIGHT_AZURE_REGISTRY_ADDRESS: `${registry.host}:${registry.port}`,
          PILOTLIGHT_AZURE_RESOURCE_MANAGER_ENDPOINT: azureApiUrl(this.#context.world),
        },
        onExit: (code, signal) => ended.resolve(code === 0 ? undefined : (signal ?? `exit code ${code}`)),
      });
      const how = await ended.promise;
      if (late) return `the script did not end within ${run.timeoutMs / 1000} s`;
      return how === undefined ? undefined : `the script ended with ${how}`;
    } finally {
      clearTimeout(timer);
      this.#running.delete(name);
      await this.#context.processes.stop(name);
    }
  }
}

async function readOutputs(file: string): Promise<Readonly<Record<string, unknown>>> {
  const text = await readFile(file, "utf8").catch(() => "");
  if (text.trim() === "") return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : { result: value };
  } catch {
    // A script may write text; Azure hands that on as it is.
    return { text };
  }
}

function lastLines(log: string): string {
  return log.trim().split("\n").slice(-5).join(" | ").slice(-1000);
}
