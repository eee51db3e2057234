import { resolve } from "node:path";
import { ToolchainError } from "./errors.ts";
import { isExecutable } from "./files.ts";

/** The executable that the user has named in `variable`; undefined when it is not set. Throws when it cannot be run. */
export async function overridden(environment: NodeJS.ProcessEnv, variable: string): Promise<string | undefined> {
  const value = environment[variable];
  if (value === undefined || value === "") return undefined;
  const path = resolve(value);
  if (await isExecutable(path)) return path;
  throw new ToolchainError(`${variable} is "${value}", which is not an executable file. Correct or unset it.`, 2);
}
