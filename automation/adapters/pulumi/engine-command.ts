import { runCommand } from "../run-command.ts";

/**
 * What one start of the engine's command prints, in the project's folder; it asks nothing and looks for no newer version of itself. For what the
 * Automation API does in several starts, or with secrets in the clear. Errors: those of `runCommand`; `engineError` tells them apart.
 */
export function engineCommand(projectRoot: string, args: readonly string[], signal: AbortSignal): Promise<string> {
  const environment = { PULUMI_SKIP_UPDATE_CHECK: "true" };
  return runCommand("pulumi", [...args, "--non-interactive"], { signal, cwd: projectRoot, environment });
}
