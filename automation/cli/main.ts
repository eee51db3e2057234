import { hostname, userInfo } from "node:os";
import { Command, CommanderError } from "commander";
import { type App, createApp } from "../composition/app.ts";
import { loadEnvironment } from "../composition/environment-file.ts";
import { findProjectRoot } from "../composition/project-root.ts";
import { toDriverError } from "../domain/errors.ts";
import { registerAbort, registerOverride } from "./answer.ts";
import type { CommandContext, RunAction } from "./command.ts";
import { registerCost } from "./cost.ts";
import { registerDrill } from "./drill.ts";
import { exitCodes } from "./exit-codes.ts";
import { registerFailback } from "./failback.ts";
import { registerFailover } from "./failover.ts";
import { registerHistory } from "./history.ts";
import { registerApprove, registerPause, registerUnpause } from "./pause.ts";
import { registerPlan } from "./plan.ts";
import { registerPreflight } from "./preflight.ts";
import { showProgress } from "./progress.ts";
import { registerReport } from "./report.ts";
import { registerReprotect } from "./reprotect.ts";
import { registerResume } from "./resume.ts";
import { runSandbox } from "./sandbox.ts";
import { registerSelfHeal } from "./self-heal.ts";
import { registerServe } from "./serve.ts";
import { registerStatus } from "./status.ts";
import { registerSwitch } from "./switch.ts";
import { registerUp } from "./up.ts";
import { registerWarmUp } from "./warm-up.ts";
import { registerWatch } from "./watch.ts";
import { registerWitness } from "./witness.ts";
import { registerZonalRecovery } from "./zonal-recovery.ts";

const refusals = new Set(["invalid-input", "refused", "guard", "not-found", "conflict"]);

async function main(argv: readonly string[]): Promise<void> {
  // Everything after it belongs to the sandbox's own program, options included.
  if (argv[0] === "sandbox") {
    process.exitCode = await runSandbox(argv.slice(1));
    return;
  }
  const stop = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.on(name, () => {
      // A second signal means now: the journal is made for that.
      if (stop.signal.aborted) process.exit(exitCodes.interrupted);
      stop.abort(new Error(`told to stop by ${name}`));
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

  for (const register of [
    registerUp,
    registerStatus,
    registerPreflight,
    registerPlan,
    registerWatch,
    registerFailover,
    registerReprotect,
    registerFailback,
    registerWarmUp,
    registerDrill,
    registerSelfHeal,
    registerZonalRecovery,
    registerResume,
    registerApprove,
    registerOverride,
    registerAbort,
    registerPause,
    registerUnpause,
    registerReport,
    registerHistory,
    registerWitness,
    registerServe,
    registerCost,
    registerSwitch,
  ]) {
    register(program, run);
  }
  program
    .command("sandbox")
    .description("two clouds on this machine: up, down, status, fault, logs, env")
    .argument("[args...]")
    .allowUnknownOption()
    .helpOption(false)
    .action(async (args: string[]) => {
      process.exitCode = await runSandbox(args);
    });

  try {
    await program.parseAsync(argv, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.refused;
  }
}

/** `settled`: what a command left under way behind its answer has ended; whoever was told to stop does not wait for it. */
function createContext(given: { environment?: string; json?: boolean }, signal: AbortSignal) {
  const projectRoot = process.env.PILOTLIGHT_PROJECT_ROOT ?? findProjectRoot(process.cwd());
  const json = given.json === true;
  let app: App | undefined;
  const context: CommandContext = {
    projectRoot,
    json,
    signal,
    person: `${userInfo().username}@${hostname()}`,
    app: () => {
      app ??= createApp(loadEnvironment(projectRoot, given.environment, process.env), projectRoot);
      return app;
    },
    print: (value, text) => process.stdout.write(`${json ? JSON.stringify(value, null, 2) : text}\n`),
    progress: () => showProgress(process.stderr),
  };
  return {
    context,
    settled: async () => {
      if (signal.aborted) return;
      await Promise.all([app?.stateBackups.settled(), app?.switchRecords.settled()]);
    },
  };
}

function explain(thrown: unknown, json: boolean): number {
  const error = toDriverError(thrown);
  if (json) process.stdout.write(`${JSON.stringify({ error: error.toJSON() }, null, 2)}\n`);
  else process.stderr.write(`pilotlight: ${error.message}\n`);
  if (error.code === "interrupted") return exitCodes.interrupted;
  return refusals.has(error.code) ? exitCodes.refused : exitCodes.failed;
}

await main(process.argv.slice(2));
// A connection to a dead region may still be open; nothing is owed to it once the answer is out.
process.exit();
