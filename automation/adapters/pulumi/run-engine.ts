import { randomUUID } from "node:crypto";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { DriverError } from "../../domain/errors.ts";
import { interruption } from "../../lib/interruption.ts";
import { classifyEngineError, errorLines } from "./classify.ts";
import { killCommand } from "./engine-process.ts";
import { EngineWatch, type SilenceLimits } from "./engine-watch.ts";

/** What is given to `stack.up` and `stack.preview`. */
export interface EngineCall {
  readonly message: string;
  readonly signal: AbortSignal;
  readonly onEvent: (event: EngineEvent) => void;
}

export interface EngineRun {
  /** For errors, e.g. "update of stack sandbox-standby". */
  readonly what: string;
  readonly signal: AbortSignal;
  readonly onProgress: ((line: string) => void) | undefined;
  readonly silence: SilenceLimits;
  readonly patience: Patience;
}

/** Milliseconds that the command line gets after SIGINT to end orderly, and after the second one to end at once. */
export interface Patience {
  readonly cancel: number;
  readonly terminate: number;
}

/**
 * One run of the command line. An abort asks it to cancel (SIGINT: it finishes what is under way and lets the lock go), then to
 * terminate (SIGINT again), then kills it. Settles only when it has ended: until then the stack is still being changed.
 */
export async function runEngine(run: EngineRun, start: (call: EngineCall) => Promise<unknown>): Promise<EngineWatch> {
  const watch = new EngineWatch(run.onProgress);
  // Also how the process is found again, if it must be killed.
  const message = `pilotlight ${randomUUID()}`;
  const interrupt = new AbortController();
  const timers: NodeJS.Timeout[] = [];
  let stopped: DriverError | undefined;
  const abandoned = Promise.withResolvers<never>();
  const stop = (reason: DriverError): void => {
    if (stopped !== undefined) return;
    stopped = reason;
    interrupt.abort();
    const { cancel, terminate } = run.patience;
    // The Automation API sends a SIGINT for every such event, but an AbortSignal gives it only once.
    timers.push(setTimeout(() => interrupt.signal.dispatchEvent(new Event("abort")), cancel));
    timers.push(setTimeout(() => void killCommand(message), cancel + terminate));
    // Somebody may still hold the pipes of a killed command.
    timers.push(setTimeout(() => abandoned.reject(reason), cancel + terminate + 5000));
  };
  const onAbort = (): void => stop(interruption(run.what, run.signal));
  run.signal.addEventListener("abort", onAbort, { once: true });
  timers.push(
    setInterval(() => {
      if (watch.overdue(run.silence) > 0) {
        stop(new DriverError("timeout", `${run.what}: the engine has been silent for too long and was stopped`));
      }
    }, 1000),
  );
  try {
    if (run.signal.aborted) throw interruption(run.what, run.signal);
    const call = { message, signal: interrupt.signal, onEvent: (event: EngineEvent) => watch.hear(event) };
    await Promise.race([start(call), abandoned.promise]);
    return watch;
  } catch (error) {
    if (stopped !== undefined) throw stopped;
    if (error instanceof DriverError) throw error;
    const stderr = standardError(error);
    // Locks are reported before the engine starts, so events know nothing of them.
    const lines = watch.errors.length > 0 ? watch.errors : errorLines(stderr);
    throw classifyEngineError(run.what, lines, error);
  } finally {
    for (const timer of timers) clearTimeout(timer);
    run.signal.removeEventListener("abort", onAbort);
  }
}

/** Of an error of the Automation API; its message holds exit code, stdout and stderr in one text. */
export function standardError(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const at = message.indexOf(" stderr: ");
  return at < 0 ? message : (message.slice(at + " stderr: ".length).split("\n err?: ")[0] ?? "");
}
