import { DriverError } from "../../domain/errors.ts";
import { pause, withDeadline } from "../../lib/interruption.ts";
import { engineError } from "./classify.ts";
import { engineCommand } from "./engine-command.ts";

export interface ReadOutputs {
  readonly projectRoot: string;
  readonly stack: string;
  /** Milliseconds for the whole of it. */
  readonly timeoutMs: number;
}

/** How often, and after how many milliseconds, a state is read again that was met half written. */
const rereads = { most: 10, afterMs: 300 } as const;

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
  return withDeadline(what, timeoutMs, new AbortController().signal, async (signal) => {
    for (let tries = 1; ; tries += 1) {
      try {
        return JSON.parse(await engineCommand(projectRoot, args, signal));
      } catch (error) {
        const said = error instanceof DriverError && error.code === "fatal" ? error.message : "";
        if (/no stack named '.*' found/.test(said)) return undefined;
        // The state of a stack that is being updated is written anew at every resource, and not atomically by every backend.
        if (tries > rereads.most || !/failed to load checkpoint/i.test(said)) throw engineError(what, error);
        await pause("the stack's state", rereads.afterMs, signal);
      }
    }
  });
}
