import { DriverError } from "../../domain/errors.ts";
import { withDeadline } from "../../lib/deadline.ts";
import { doublingRests, retry } from "../../lib/retry.ts";
import { engineError, saidBy, saysAbsent } from "./classify.ts";
import { engineCommand } from "./engine-command.ts";

export interface ReadOutputs {
  readonly projectRoot: string;
  readonly stack: string;
  /** Milliseconds for the whole of it. */
  readonly timeoutMs: number;
}

/** Of a state that was met half written. */
const rereads = doublingRests({ firstMs: 300, longestMs: 300, retries: 10 });

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
      // The state of a stack that is being updated is written anew at every resource, and not atomically by every backend.
      const isRetryable = (error: DriverError): boolean => /failed to load checkpoint/i.test(fatalWords(error));
      return await retry({ what, signal, rests: rereads, isRetryable }, async () =>
        JSON.parse(await engineCommand(projectRoot, args, signal)),
      );
    } catch (error) {
      if (saysAbsent(fatalWords(error))) return undefined;
      throw engineError(what, error);
    }
  });
}

function fatalWords(error: unknown): string {
  return error instanceof DriverError && error.code === "fatal" ? saidBy(error) : "";
}
