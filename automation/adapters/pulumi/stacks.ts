import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { DriverError } from "../../domain/errors.ts";
import { saysAbsent } from "./classify.ts";
import { standardError } from "./run-engine.ts";
import { survivingCommand } from "./surviving-command.ts";

/** Before this, events were lost. */
const oldest = [3, 205, 0] as const;

/** Undefined: there is no such stack, and `create` did not ask for one. Loads the Automation API only now: it is slow to load. */
export async function openStack(workDir: string, stackName: string, create: boolean): Promise<Stack | undefined> {
  const { LocalWorkspace } = await import("@pulumi/pulumi/automation/index.js");
  try {
    const options = { envVars: { PULUMI_SKIP_UPDATE_CHECK: "true" }, pulumiCommand: await survivingCommand() };
    // Not `createOrSelectStack`: the SDK knows an absent stack by one of several forms of words.
    const stack =
      (await LocalWorkspace.selectStack({ stackName, workDir }, options).catch(undefinedWhereAbsent)) ??
      (create ? await LocalWorkspace.createStack({ stackName, workDir }, options) : undefined);
    if (stack === undefined) return undefined;
    requireVersion(stack.workspace.pulumiVersion);
    return stack;
  } catch (error) {
    if (/spawn pulumi ENOENT|command not found: pulumi/.test(error instanceof Error ? error.message : "")) {
      throw new DriverError("not-found", "there is no pulumi command on PATH", {
        field: "PATH",
        expected: `pulumi ${oldest.join(".")} or later`,
        cause: error,
      });
    }
    throw error;
  }
}

function undefinedWhereAbsent(error: unknown): undefined {
  if (saysAbsent(standardError(error))) return undefined;
  throw error;
}

function requireVersion(version: string): void {
  const [major = 0, minor = 0] = version.replace(/^v/, "").split(".").map(Number);
  if (major > oldest[0] || (major === oldest[0] && minor >= oldest[1])) return;
  throw new DriverError("refused", `pulumi ${version} is too old`, {
    field: "pulumi",
    value: version,
    expected: `${oldest.join(".")} or later`,
  });
}
