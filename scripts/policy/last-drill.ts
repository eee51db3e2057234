import { FileFacts, factsDirectory } from "../../automation/adapters/journal/file-facts.ts";
import { loadEnvironment } from "../../automation/composition/environment-file.ts";
import { stateDirectoryOf } from "../../automation/composition/settings.ts";
import { controlState } from "../../automation/domain/application-facts.ts";
import { DriverError } from "../../automation/domain/errors.ts";
import { readStackFile } from "./stack-config.ts";

/**
 * Day (UTC) of the environment's last drill that succeeded, as the driver on this machine noted it: in the state directory that
 * `.env.<environment>` or `inherited` (the process's variables) names. Undefined: none did, or this machine drives another environment.
 * Throws where the note is damaged.
 */
export async function lastDrill(
  projectRoot: string,
  environment: string,
  inherited: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  const variables = variablesOf(projectRoot, environment, inherited);
  if (variables === undefined) return undefined;
  const { application } = readStackFile(projectRoot, `${environment}-primary`).config;
  const facts = await new FileFacts(factsDirectory(stateDirectoryOf(variables, projectRoot))).read(application);
  return controlState(facts, new Date()).lastDrill?.at.slice(0, "2026-01-01".length);
}

function variablesOf(
  projectRoot: string,
  environment: string,
  inherited: Readonly<Record<string, string | undefined>>,
) {
  try {
    return loadEnvironment(projectRoot, environment, inherited);
  } catch (error) {
    if (error instanceof DriverError && error.code === "invalid-input") return undefined;
    throw error;
  }
}
