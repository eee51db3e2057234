import { withDeadline } from "../../lib/deadline.ts";
import { engineError, fatalWords, saysAbsent } from "./classify.ts";
import { engineCommand } from "./engine-command.ts";
import { reread } from "./reread.ts";

export interface ReadOutputs {
  readonly projectRoot: string;
  readonly stack: string;
  /** Milliseconds for the whole of it. */
  readonly timeoutMs: number;
}

/**
 * The saved outputs of a stack, secrets in the clear; undefined: there is no such stack. One start of the engine's command: the
 * Automation API's own way takes four (version, selection, outputs without and with secrets), seconds of every recovery.
 */
export async function readOutputs({
  projectRoot,
  stack,
  timeoutMs,
}: ReadOutputs): Promise<Readonly<Record<string, unknown>> | undefined> {
  const what = `outputs of stack ${stack}`;
  const args = ["stack", "output", "--json", "--show-secrets", "--stack", stack];
  return withDeadline({ what, milliseconds: timeoutMs, signal: new AbortController().signal }, async (signal) => {
    try {
      return JSON.parse(await reread(() => engineCommand(projectRoot, args, signal), signal));
    } catch (error) {
      if (saysAbsent(fatalWords(error))) return undefined;
      throw engineError(what, error);
    }
  });
}
