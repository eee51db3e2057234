import { Command, CommanderError } from "commander";
import type { App } from "../composition/app.ts";
import { findProjectRoot } from "../composition/project-root.ts";
import { toDriverError } from "../domain/errors.ts";
import type { CommandContext, RunAction } from "./command.ts";
import { commands } from "./commands.ts";
import { exitCodes } from "./exit-codes.ts";
import { nameUnknownUser, personHere } from "./person.ts";

const refusals = new Set(["invalid-input", "refused", "guard", "not-found", "conflict"]);

async function main(argv: readonly string[]): Promise<void> {
  nameUnknownUser(process.env);
  // Everything after it belongs to the sandbox's own program, options included.
  if (argv[0] === "sandbox") {
    process.exitCode = await (await import("./run-sandbox.ts")).runSandbox(argv.slice(1));
    return;
  }
  const stop = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.on(name, () => {
      // A second signal exits at once: the journal is made for that.
      if (stop.signal.aborted) process.exit(exitCodes.interrupted);
      stop.abort(new Error(`stopped by ${name}`));
    });
  }

  const program = new Command("pilotlight")
    .description("Keeps a standby of an AWS application alive on Azure, and moves the application there and back.")
    .option(
      "-e, --environment <name>",
      "environment to act on (default: PILOTLIGHT_ENVIRONMENT, or the only .env.<name>)",
    )
    .option("--json", "results as JSON on standard output")
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(text) })
    .showHelpAfterError("(add --help for usage)");

  const run: RunAction =
    (action) =>
    async (...args) => {
      const command = args.at(-1) as Command;
      const given = command.optsWithGlobals<{ environment?: string; json?: boolean }>();
      const argument = typeof args[0] === "string" ? args[0] : undefined;
      try {
        const { context, settled } = createContext(given, stop.signal);
        process.exitCode = await action(context, command.opts<never>(), argument).finally(settled);
      } catch (error) {
        process.exitCode = explain(error, given.json === true);
      }
    };

  // One verb needs itself alone; anything else needs them all, for the help or to say what is wrong.
  const verb = argv.find((each) => Object.hasOwn(commands, each));
  const needed = verb !== undefined && !asksForAll(argv, verb) ? [commands[verb]] : Object.values(commands);
  for (const load of needed) (await load?.())?.(program, run);
  program
    .command("sandbox")
    .description("two clouds on this machine: up, down, status, fault, logs, env")
    .argument("[args...]")
    .allowUnknownOption()
    .helpOption(false)
    .action(async (args: string[]) => {
      process.exitCode = await (await import("./run-sandbox.ts")).runSandbox(args);
    });

  try {
    await program.parseAsync(argv, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.refused;
  }
}

/** `settled`: what a command left under way behind its answer has ended; a stopped command does not wait for it. */
function createContext(given: { environment?: string; json?: boolean }, signal: AbortSignal) {
  const projectRoot = process.env.PILOTLIGHT_PROJECT_ROOT ?? findProjectRoot(process.cwd());
  const json = given.json === true;
  let app: Promise<App> | undefined;
  const context: CommandContext = {
    projectRoot,
    json,
    signal,
    person: personHere(process.env),
    app: () => {
      app ??= loadApp(projectRoot, given.environment);
      return app;
    },
    print: (value, text) => process.stdout.write(`${json ? JSON.stringify(value, null, 2) : text}\n`),
    note: (text) => void (json || process.stderr.write(`${text}\n`)),
    progress: async () => (await import("./progress.ts")).showProgress(process.stderr),
  };
  return {
    context,
    settled: async () => {
      if (signal.aborted) return;
      const made = await app?.catch(() => undefined);
      await Promise.all([made?.stateBackups.settled(), made?.switchRecords.settled()]);
    },
  };
}

async function loadApp(projectRoot: string, environment: string | undefined): Promise<App> {
  const [{ createApp }, { loadEnvironment }] = await Promise.all([
    import("../composition/app.ts"),
    import("../composition/environment-file.ts"),
  ]);
  return createApp(loadEnvironment(projectRoot, environment, process.env), projectRoot);
}

/** Help asked for ahead of the verb, or of a verb by name, is help about all. */
function asksForAll(argv: readonly string[], verb: string): boolean {
  const before = argv.slice(0, argv.indexOf(verb));
  return before.some((each) => each === "-h" || each === "--help" || each === "help");
}

function explain(thrown: unknown, json: boolean): number {
  const error = toDriverError(thrown);
  if (json) process.stdout.write(`${JSON.stringify({ error: error.toJSON() }, null, 2)}\n`);
  else process.stderr.write(`pilotlight: ${error.message}\n`);
  if (error.code === "interrupted") return exitCodes.interrupted;
  return refusals.has(error.code) ? exitCodes.refused : exitCodes.failed;
}

await main(process.argv.slice(2));
// A connection to a dead region may still be open; it does not matter once the answer is printed.
process.exit();
