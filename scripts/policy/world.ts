import { spawn } from "node:child_process";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { parseEnv } from "node:util";
import { copyProject } from "../project-copy.ts";

/** Where previews run: a project folder and the variables that say which backend and which clouds. */
export interface World {
  readonly root: string;
  readonly variables: NodeJS.ProcessEnv;
  /** Nothing is deployed there, so that a standby finds no primary unless one is written down. */
  readonly empty: boolean;
  readonly close: () => Promise<void>;
}

/** The project as it stands here, with the backend and the clouds of this process's environment. */
export function thisWorld(projectRoot: string): World {
  return { root: projectRoot, variables: process.env, empty: false, close: async () => {} };
}

/** A copy of the project with a sandbox of its own, where nothing is deployed. Both go when it is closed. */
export async function scratchWorld(projectRoot: string, instance: number): Promise<World> {
  const root = await copyProject(projectRoot);
  const own = { ...process.env, PILOTLIGHT_PROJECT_ROOT: root, PILOTLIGHT_SANDBOX_INSTANCE: String(instance) };
  const sandbox = (...args: string[]) => pilotlight(projectRoot, ["sandbox", ...args], own);
  const close = async (): Promise<void> => {
    await sandbox("down", "--wipe").catch(() => {});
    await rm(root, { recursive: true, force: true });
  };
  try {
    await sandbox("up");
    const variables = { ...own, ...parseEnv(await readFile(join(root, ".env.sandbox"), "utf8")) };
    return { root, variables, empty: true, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function pilotlight(projectRoot: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const program = join(projectRoot, "bin", "pilotlight.mjs");
  const child = spawn(process.execPath, [program, ...args], { env, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  // The sandbox says on standard output how its parts start, and which of them does not.
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
  }
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0) resolve();
      else reject(new Error(`pilotlight ${args.join(" ")} ended with ${code}: ${said.trim().slice(-2000)}`));
    });
  });
}
