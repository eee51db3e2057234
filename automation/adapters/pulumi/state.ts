import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { DriverError } from "../../domain/errors.ts";
import { withDeadline } from "../../lib/deadline.ts";
import { temporaryFolder } from "../files/temporary-folder.ts";
import { engineError } from "./classify.ts";
import { engineCommand } from "./engine-command.ts";
import { reread } from "./reread.ts";

const deploymentSchema = z.looseObject({
  version: z.number(),
  deployment: z.looseObject({
    resources: z
      .array(z.looseObject({ urn: z.string(), type: z.string(), initErrors: z.array(z.string()).nullish() }))
      .default([]),
  }),
});
export type StackState = z.infer<typeof deploymentSchema>;

const exportMs = 60_000;

/**
 * The state of a stack as the engine writes it. Not by the Automation API's `exportStack`: that one asks for secrets in the clear. By way
 * of a file only we can read, because a state is larger than what is kept of a command's output.
 */
export async function exportState(projectRoot: string, stack: string, signal: AbortSignal): Promise<string> {
  const what = `state of stack ${stack}`;
  const directory = await temporaryFolder("pilotlight-state-");
  try {
    const file = join(directory, "state.json");
    const args = ["stack", "export", "--stack", stack, "--file", file];
    await withDeadline({ what, milliseconds: exportMs, signal }, (inner) =>
      reread(() => engineCommand(projectRoot, args, inner), inner),
    );
    return await readFile(file, "utf8");
  } catch (error) {
    throw engineError(what, error);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

export function parseState(text: string): StackState {
  const parsed = deploymentSchema.safeParse(JSON.parse(text));
  if (parsed.success) return parsed.data;
  throw new DriverError("fatal", "the engine's export of a state is in a form that this driver does not know");
}

/** Clusters whose creation the cloud accepted and then did not bring to its end. */
export function halfMadeClusters(state: string): readonly string[] {
  return parseState(state)
    .deployment.resources.filter(
      ({ type, initErrors }) =>
        type === "azure-native:containerservice:ManagedCluster" && initErrors != null && initErrors.length > 0,
    )
    .map(({ urn }) => urn);
}
