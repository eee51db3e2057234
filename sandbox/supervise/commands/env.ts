import { readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import { SandboxNotUp } from "../../contracts/control-client.ts";
import { readSavedWorld } from "../../contracts/world.ts";
import { environmentFilePath, quote } from "../environment-file.ts";
import { say, worldHere } from "./shared.ts";

/** Prints `export NAME='value'` lines, for: eval "$(pilotlight sandbox env)". */
export function env(): number {
  const world = worldHere();
  const environment = readSavedWorld(world.directory)?.environment ?? "sandbox";
  let text: string;
  try {
    text = readFileSync(environmentFilePath(world, environment), "utf8");
  } catch {
    process.stderr.write(`${new SandboxNotUp().message}\n`);
    return 1;
  }
  for (const [name, value] of Object.entries(parseEnv(text))) say(`export ${name}=${quote(value ?? "")}`);
  return 0;
}
