import { rmSync } from "node:fs";
import type { World } from "../../contracts/contracts.ts";
import { ControlClient } from "../../contracts/control-client.ts";
import { readSavedWorld } from "../../contracts/world.ts";
import { environmentFilePath } from "../environment-file.ts";
import { isAlive, signalProcess } from "../proc.ts";
import { pause, RunFiles } from "../run-files.ts";
import { supervisorRunName } from "../supervisor-name.ts";
import { resetSwitches } from "../switches.ts";
import { say, worldHere } from "./shared.ts";

export interface DownOptions {
  /** Also removes the sandbox's folder and environment file, and turns the stacks' switches back. */
  readonly wipe: boolean;
  readonly quiet?: boolean;
}

/** The supervisor has this long to stop everything by itself. */
const gracefulMs = 60_000;

/** Stops the sandbox and checks that nothing of it runs. Returns the exit code. */
export async function down(options: DownOptions): Promise<number> {
  const world = worldHere();
  const environment = readSavedWorld(world.directory)?.environment ?? "sandbox";
  const runFiles = new RunFiles(world.directory);
  const wasUp = await stopSupervisor(world, runFiles);
  const ended = await runFiles.endLeftovers(5000);
  const left = runFiles.leftovers();
  if (left.length > 0) {
    say(`Still running, and it could not be ended: ${left.map(({ name, pid }) => `${name} (pid ${pid})`).join(", ")}`);
    return 1;
  }
  if (options.wipe) {
    rmSync(world.directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    rmSync(environmentFilePath(world, environment), { force: true });
    for (const file of resetSwitches(world.projectRoot, environment)) say(`Switches turned back in ${file}.`);
  }
  if (options.quiet === true) return 0;
  if (ended.length > 0) say(`Ended what had been left running: ${ended.join(", ")}.`);
  const kept = options.wipe ? "its state is removed" : "its state is kept";
  say(
    wasUp || ended.length > 0
      ? `The sandbox is down; ${kept}.`
      : `The sandbox was not up${options.wipe ? `; ${kept}` : ""}.`,
  );
  return 0;
}

async function stopSupervisor(world: World, runFiles: RunFiles): Promise<boolean> {
  const supervisor = runFiles.read(supervisorRunName);
  if (supervisor === undefined) return false;
  try {
    await new ControlClient(world).down();
  } catch {
    signalProcess(supervisor.pid, "SIGCONT");
    signalProcess(supervisor.pid, "SIGTERM");
  }
  const until = Date.now() + gracefulMs;
  while (isAlive(supervisor) && Date.now() < until) await pause(50);
  if (isAlive(supervisor)) {
    say(`The supervisor has not ended within ${gracefulMs / 1000} s; killing it and what it leaves.`);
    signalProcess(supervisor.pid, "SIGKILL");
    while (isAlive(supervisor)) await pause(20);
  }
  runFiles.forget(supervisorRunName);
  return true;
}
