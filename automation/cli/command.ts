import type { Command as Commander } from "commander";
import type { App } from "../composition/app.ts";
import type { Progress } from "./progress.ts";

/** What a command works with. `app` is made at first use, so that `--help` and wrong arguments need no environment. */
export interface CommandContext {
  readonly app: () => App;
  readonly projectRoot: string;
  /** Results as one JSON document on standard output. */
  readonly json: boolean;
  /** To standard output: `value` with --json, else `text`. */
  readonly print: (value: unknown, text: string) => void;
  readonly progress: () => Progress;
  /** Aborted by SIGTERM and by Ctrl-C: operations stop and stay resumable. */
  readonly signal: AbortSignal;
  /** The person at the keyboard, for the record. */
  readonly person: string;
}

/** Registers one verb. Its action resolves with the exit code. */
export type RegisterCommand = (program: Commander, run: RunAction) => void;

/** Wraps an action for commander, which hands options over untyped: each command names the options that it declared. */
export type RunAction = <Options extends object>(
  action: (context: CommandContext, options: Options, argument: string | undefined) => Promise<number>,
) => (...args: unknown[]) => Promise<void>;
