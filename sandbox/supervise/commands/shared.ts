import type { World } from "../../contracts/contracts.ts";
import { findProjectRoot, openWorld, parseInstance } from "../../contracts/world.ts";
import { isAlive } from "../proc.ts";
import { RunFiles } from "../run-files.ts";
import { supervisorRunName } from "../supervisor-name.ts";

/** The sandbox that the caller's folder and environment mean. */
export function worldHere(): World {
  const root = findProjectRoot(process.cwd(), process.env.PILOTLIGHT_PROJECT_ROOT);
  return openWorld(root, parseInstance(process.env.PILOTLIGHT_SANDBOX_INSTANCE));
}

/** Pid of this sandbox's running supervisor. */
export function supervisorPid(world: World): number | undefined {
  const run = new RunFiles(world.directory).read(supervisorRunName);
  return run !== undefined && isAlive(run) ? run.pid : undefined;
}

export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
