import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { type DriverError, invalidInput } from "../domain/errors.ts";

const prefix = ".env.";

/**
 * The variables of an environment: those of the process, and over them those of `<project>/.env.<environment>`.
 * Without a name the only file there is counts. The file may be missing where PILOTLIGHT_ENVIRONMENT names the environment
 * (a driver in a container has its variables already).
 * @throws DriverError `invalid-input` when no environment is named and the files do not settle it, or when its file is missing.
 */
export function loadEnvironment(
  projectRoot: string,
  name: string | undefined,
  inherited: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string | undefined>> {
  const chosen = name ?? inherited.PILOTLIGHT_ENVIRONMENT ?? onlyFile(projectRoot);
  if (!/^[a-z][a-z0-9]*$/.test(chosen)) {
    throw invalidInput(
      "--environment",
      chosen,
      "lower-case letters and digits, as in the stack name <environment>-primary",
    );
  }
  const path = join(projectRoot, `${prefix}${chosen}`);
  if (existsSync(path)) {
    return { ...inherited, ...parseEnv(readFileSync(path, "utf8")), PILOTLIGHT_ENVIRONMENT: chosen };
  }
  if (inherited.PILOTLIGHT_ENVIRONMENT === chosen) return inherited;
  throw notSetUp(projectRoot, chosen);
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
  return readdirSync(projectRoot)
    .filter((file) => file.startsWith(prefix))
    .map((file) => file.slice(prefix.length))
    .sort();
}
