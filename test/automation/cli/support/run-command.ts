import { Command } from "commander";
import type { CommandContext, RegisterCommand, RunAction } from "../../../../automation/cli/command.ts";
import type { App } from "../../../../automation/composition/app.ts";
import { DriverError } from "../../../../automation/domain/errors.ts";

export interface CommandResult {
  readonly code: number | undefined;
  /** What `--json` prints. */
  readonly value: unknown;
  /** What a person reads. */
  readonly text: string | undefined;
  readonly error: DriverError | undefined;
}

const unread = { epochs: undefined, drift: undefined, error: undefined };
const nothingToCommit: Pick<App["switchRecords"], "drift" | "look" | "settled"> = {
  drift: async () => [],
  look: async () => ({ primary: unread, standby: unread }),
  settled: async () => {},
};

/** Runs one command in this process, as the program would, over an app of which the test gives what the command uses. */
export async function runCommand(
  register: RegisterCommand,
  app: Partial<App>,
  args: readonly string[],
  signal: AbortSignal = AbortSignal.timeout(20_000),
): Promise<CommandResult> {
  const result: { -readonly [Key in keyof CommandResult]: CommandResult[Key] } = {
    code: undefined,
    value: undefined,
    text: undefined,
    error: undefined,
  };
  const context: CommandContext = {
    // Of version control nothing is to be said; a command that uses more than this and what the test gave fails on it.
    app: async () => ({ switchRecords: nothingToCommit, ...app }) as App,
    projectRoot: import.meta.dirname,
    json: false,
    print: (value, text) => {
      result.value = JSON.parse(JSON.stringify(value));
      result.text = text;
    },
    note: () => {},
    progress: async () => ({ onEvent: () => {}, close: () => {} }),
    signal,
    person: "ada@desk",
  };
  const run: RunAction =
    (action) =>
    async (...parameters) => {
      const command = parameters.at(-1) as Command;
      const argument = typeof parameters[0] === "string" ? parameters[0] : undefined;
      try {
        result.code = await action(context, command.opts<never>(), argument);
      } catch (error) {
        if (!(error instanceof DriverError)) throw error;
        result.error = error;
      }
    };
  const program = new Command("pilotlight").exitOverride();
  register(program, run);
  await program.parseAsync(args, { from: "user" });
  return result;
}
