import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ENVIRONMENT_NAME, ENVIRONMENT_NAME_RIGHT } from "../../stacks/outputs.ts";
import { DriverError, invalidInput } from "../domain/errors.ts";
import { parseEnvironmentFile } from "./parse-environment-file.ts";

const prefix = ".env.";

/**
 * The variables of an environment: those of the process, and over them those of `<project>/.env.<environment>`.
 * Without a name the only file there is counts. The file may be missing where PILOTLIGHT_ENVIRONMENT names the environment
 * (a driver in a container has its variables already).
 * @throws DriverError `invalid-input` when no environment is named and the files do not settle it, when its file is missing, or when
 * the file says something else than assignments (see `parseEnvironmentFile`); `denied` when it may not be read.
 */
export function loadEnvironment(
  projectRoot: string,
  name: string | undefined,
  inherited: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string | undefined>> {
  const chosen = name ?? inherited.PILOTLIGHT_ENVIRONMENT ?? onlyFile(projectRoot);
  if (!ENVIRONMENT_NAME.test(chosen)) throw invalidInput("--environment", chosen, ENVIRONMENT_NAME_RIGHT);
  const path = join(projectRoot, `${prefix}${chosen}`);
  if (existsSync(path)) {
    const variables = parseEnvironmentFile({ name: `${prefix}${chosen}`, content: readBytes(path), inherited });
    return { ...inherited, ...variables, PILOTLIGHT_ENVIRONMENT: chosen };
  }
  if (inherited.PILOTLIGHT_ENVIRONMENT === chosen) return inherited;
  throw notSetUp(projectRoot, chosen);
}

function readBytes(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
    const kind = code === "EACCES" || code === "EPERM" ? "denied" : "invalid-input";
    throw new DriverError(kind, `cannot read ${path}: ${code}`, { cause: error });
  }
}

function onlyFile(projectRoot: string): string {
  const names = environmentFiles(projectRoot);
  const [only] = names;
  if (only !== undefined && names.length === 1) return only;
  if (only === undefined) throw notSetUp(projectRoot, "");
  throw invalidInput("--environment", "", `one of: ${names.join(", ")}`);
}

function notSetUp(projectRoot: string, chosen: string): DriverError {
  const known = environmentFiles(projectRoot);
  const others = known.length === 0 ? "" : `; set up here: ${known.join(", ")}`;
  return invalidInput(
    "--environment",
    chosen,
    `an environment that is set up: \`pilotlight sandbox up\` does it for the sandbox, a file .env.<environment> for real accounts (see README)${others}`,
  );
}

function environmentFiles(projectRoot: string): readonly string[] {
  return (
    readdirSync(projectRoot)
      .filter((file) => file.startsWith(prefix))
      .map((file) => file.slice(prefix.length))
      // Not what editors leave beside one.
      .filter((name) => ENVIRONMENT_NAME.test(name))
      .sort()
  );
}
