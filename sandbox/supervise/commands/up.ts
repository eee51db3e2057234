import { spawn } from "node:child_process";
import { closeSync } from "node:fs";
import { join } from "node:path";
import { ensureIdentityHeader } from "../../azure/identity-header.ts";
import type { World } from "../../contracts/contracts.ts";
import { ControlClient } from "../../contracts/control-client.ts";
import type { Status } from "../../contracts/status.ts";
import { codeRoot, compileCache, prepareWorld, readSavedWorld, saveWorld, UsageError } from "../../contracts/world.ts";
import { requireNamedUser } from "../../postgres/operating-user.ts";
import { ensureToolchain, type Toolchain } from "../../toolchain/toolchain.ts";
import { environmentFilePath, environmentVariables, writeEnvironmentFile } from "../environment-file.ts";
import { lastLines, openLog } from "../log-tail.ts";
import { pause } from "../run-files.ts";
import { JsonStore } from "../store.ts";
import { installPluginLaunchers, installTools } from "../tools.ts";
import { down } from "./down.ts";
import { say, supervisorPid, worldHere } from "./shared.ts";
import { summary } from "./summary.ts";

export interface UpOptions {
  readonly environment: string;
  readonly foreground: boolean;
  /** Undefined: as it was; "off": resources take no time of their own. */
  readonly provisioningScale?: number | "off";
}

/** From the start of the supervisor to the last module; first starts make clusters' certificates and databases. */
const readyDeadlineMs = 5 * 60_000;

/** Starts the sandbox, or says that it is up. Returns the exit code. */
export async function up(options: UpOptions): Promise<number> {
  const known = worldHere();
  const world = scaled(known, options.provisioningScale);
  const began = performance.now();
  const saved = readSavedWorld(world.directory);
  if (saved !== undefined && saved.environment !== options.environment) {
    throw new UsageError(
      `--environment is "${options.environment}", but this sandbox serves "${saved.environment}"; run "down --wipe" first to change it`,
    );
  }
  if (supervisorPid(world) !== undefined) {
    if (world.provisioningScale !== known.provisioningScale) {
      throw new UsageError(
        `--provisioning-scale is "${options.provisioningScale}", but the sandbox is up with "${known.provisioningScale ?? "off"}"; run "down" first to change it`,
      );
    }
    const status = await untilReady(world, undefined);
    if (status === undefined) return 1;
    say("The sandbox is already up; nothing to do.");
    say(await summary(world, options.environment, status));
    return 0;
  }
  if (process.geteuid?.() !== 0) requireNamedUser();
  const toolchain = await ensureToolchain();
  prepareWorld(world);
  saveWorld(world, options.environment);
  installPluginLaunchers(world);
  await installTools(world, toolchain.pulumi);

  if (options.foreground) {
    const { supervise } = await import("../supervise.ts");
    await supervise(world, {
      ...toolchain,
      echo: say,
      onReady: async () => {
        const status = await new ControlClient(world).status();
        await describeEnvironment(world, options.environment, status, toolchain);
        say(await summary(world, options.environment, status));
        say("Ctrl-C stops it.");
      },
    });
    say("The sandbox is down; its state is kept.");
    return 0;
  }

  const exited = startDetached(world, toolchain);
  const interrupted = Promise.withResolvers<"interrupted">();
  process.once("SIGINT", () => interrupted.resolve("interrupted"));
  process.once("SIGTERM", () => interrupted.resolve("interrupted"));
  const status = await Promise.race([untilReady(world, exited), interrupted.promise]);
  if (status === "interrupted" || status === undefined) {
    say(status === undefined ? "Stopping what has started." : "Interrupted; stopping what has started.");
    await down({ wipe: false, quiet: true });
    return status === undefined ? 1 : 130;
  }
  await describeEnvironment(world, options.environment, status, toolchain);
  say(`The sandbox is up after ${seconds(began)} s.`);
  say(await summary(world, options.environment, status));
  return 0;
}

function scaled(world: World, scale: UpOptions["provisioningScale"]): World {
  if (scale === undefined) return world;
  const { provisioningScale: _, ...rest } = world;
  return scale === "off" ? rest : { ...rest, provisioningScale: scale };
}

async function describeEnvironment(
  world: World,
  environment: string,
  status: Status,
  toolchain: Toolchain,
): Promise<void> {
  const identityHeader = await ensureIdentityHeader(new JsonStore(join(world.directory, "state")));
  const variables = environmentVariables({
    world,
    environment,
    dns: status.dns,
    identityHeader,
    toolFolders: [toolchain.languageHostDir],
    path: process.env.PATH ?? "",
  });
  writeEnvironmentFile(environmentFilePath(world, environment), variables);
}

/** The supervisor as a process of its own session, so that it outlives this command and its terminal. */
function startDetached(world: World, toolchain: Toolchain): { readonly code: () => number | undefined } {
  const log = openLog(join(world.directory, "logs", "supervisor.log"));
  const main = join(codeRoot, "sandbox", "main.ts");
  const args = [main, "serve", "--kubernetes", toolchain.kubernetes, "--moto-server", toolchain.motoServer];
  const child = spawn(process.execPath, args, {
    cwd: world.projectRoot,
    detached: true,
    stdio: ["ignore", log, log],
    env: {
      ...process.env,
      NODE_COMPILE_CACHE: compileCache,
      PILOTLIGHT_PROJECT_ROOT: world.projectRoot,
      PILOTLIGHT_SANDBOX_INSTANCE: String(world.instance),
    },
  });
  closeSync(log);
  let code: number | undefined;
  child.once("exit", (exitCode) => {
    code = exitCode ?? 1;
  });
  child.once("error", () => {
    code = 1;
  });
  child.unref();
  return { code: () => code };
}

/** Says what changes while modules start. undefined: it failed, and why has been said. */
async function untilReady(
  world: World,
  supervisor: { readonly code: () => number | undefined } | undefined,
): Promise<Status | undefined> {
  const client = new ControlClient(world);
  const said = new Set<string>();
  const until = Date.now() + readyDeadlineMs;
  while (Date.now() < until) {
    const status = await client.status().catch(() => undefined);
    // One that was up before has nothing to tell.
    const isNews = supervisor !== undefined || status?.state !== "ready" || said.size > 0;
    for (const line of isNews && status !== undefined ? moduleLines(status) : []) {
      if (!said.has(line)) say(`  ${line}`);
      said.add(line);
    }
    if (status?.state === "ready") return status;
    if (status?.state === "failed") return undefined;
    if (supervisor?.code() !== undefined || (supervisor === undefined && supervisorPid(world) === undefined)) {
      const log = join(world.directory, "logs", "supervisor.log");
      say(`The supervisor ended before it was ready; the end of ${log}:\n${lastLines(log, 15).join("\n")}`);
      return undefined;
    }
    await pause(200);
  }
  say(`The sandbox was not ready after ${readyDeadlineMs / 60_000} minutes; see: pilotlight sandbox logs`);
  return undefined;
}

function moduleLines(status: Status): readonly string[] {
  if (status.state === "stopping") return [];
  return status.modules
    .filter(({ state }) => state !== "waiting")
    .map(({ name, state, seconds: took, error }) => {
      const time = took === undefined ? "" : ` (${took} s)`;
      return `${name}: ${state}${time}${error === undefined ? "" : `: ${error}`}`;
    });
}

function seconds(began: number): string {
  return ((performance.now() - began) / 1000).toFixed(1);
}
