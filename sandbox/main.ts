import { Argument, Command, CommanderError, InvalidArgumentError } from "commander";
import { ENVIRONMENT_NAME, ENVIRONMENT_NAME_RIGHT } from "../stacks/outputs.ts";
import { UsageError } from "./contracts/world.ts";
import { down } from "./supervise/commands/down.ts";
import { env } from "./supervise/commands/env.ts";
import { fault } from "./supervise/commands/fault.ts";
import { logs } from "./supervise/commands/logs.ts";
import { worldHere } from "./supervise/commands/shared.ts";
import { status } from "./supervise/commands/status.ts";
import { up } from "./supervise/commands/up.ts";
import { describe } from "./supervise/supervisor.ts";
import { ToolchainError } from "./toolchain/errors.ts";

/** Exit codes: 0 done, 1 failed or not up, 2 wrong use. */
async function run(argv: readonly string[]): Promise<number> {
  let code = 0;
  const then = async (work: Promise<number> | number): Promise<void> => {
    code = await work;
  };
  const program = new Command("pilotlight sandbox")
    .description("Two clouds on this machine: AWS and Azure stand-ins that Pilotlight runs on unchanged.")
    .exitOverride()
    .showHelpAfterError("(add --help for how to use it)");

  program
    .command("up")
    .description("start the sandbox and write .env.<environment>")
    .option("--foreground", "stay in this terminal, log here, stop at Ctrl-C", false)
    .option("--environment <name>", "the environment whose stacks it serves", environmentName, "sandbox")
    .option(
      "--provisioning-scale <number>",
      "resources take as long as in the cloud, divided by this (60: a minute is a second); off; kept for later starts",
      provisioningScale,
    )
    .action((options: { foreground: boolean; environment: string; provisioningScale?: number | "off" }) =>
      then(up(options)),
    );
  program
    .command("down")
    .description("stop everything; state is kept")
    .option("--wipe", "also remove all state and the .env file, and turn the stacks' switches back", false)
    .action((options: { wipe: boolean }) => then(down(options)));
  program
    .command("status")
    .description("what runs, where, and which faults are in force")
    .option("--json", "for programs", false)
    .action((options: { json: boolean }) => then(status(options)));
  program
    .command("logs")
    .description("the end of a log; default: the supervisor's")
    .argument("[name]", "a process, as `status` names it")
    .option("-f, --follow", "go on with what is added", false)
    .action((name: string | undefined, options: { follow: boolean }) => then(logs(name, options)));
  program
    .command("env")
    .description("print the environment as export lines")
    .action(() => then(env()));

  const faults = program.command("fault").description("inject a fault, or clear it");
  faults
    .command("region")
    .description("a whole region: nothing answers, its processes stand still")
    .addArgument(new Argument("<cloud>").choices(["aws", "azure"]))
    .addArgument(new Argument("<state>").choices(["down", "up"]))
    .action((cloud: "aws" | "azure", state: "down" | "up") => then(fault({ kind: "region", cloud, state })));
  faults
    .command("link")
    .description("traffic that <from> opens to <to>; driver: what runs with PILOTLIGHT_SANDBOX_SITE=driver")
    .addArgument(new Argument("<from>").choices(["aws", "azure", "driver", "outside"]))
    .addArgument(new Argument("<to>").choices(["aws", "azure"]))
    .addArgument(new Argument("<fault>").choices(["cut", "slow", "heal"]))
    .argument("[milliseconds]", "delay each way, with slow", milliseconds)
    .action(
      (
        from: "aws" | "azure" | "driver" | "outside",
        to: "aws" | "azure",
        kind: "cut" | "slow" | "heal",
        delayMs?: number,
      ) => {
        if ((kind === "slow") !== (delayMs !== undefined)) {
          throw new UsageError(
            `"${kind}" ${kind === "slow" ? "needs a delay in milliseconds, e.g. slow 200" : "takes no delay"}`,
          );
        }
        return then(fault({ kind: "link", from, to, fault: kind, delayMs }));
      },
    );
  faults
    .command("capacity")
    .description("room for AKS nodes of a size; what runs goes on running")
    .addArgument(new Argument("<cloud>").choices(["azure"]))
    .argument("<vmSize>", "e.g. Standard_D2s_v3, or all (heal all: also those refused by name)")
    .addArgument(new Argument("<action>").choices(["refuse", "heal"]))
    .action((cloud: "azure", vmSize: string, action: "refuse" | "heal") =>
      then(fault({ kind: "capacity", cloud, vmSize, action })),
    );
  faults
    .command("api")
    .description("the management API of a cloud; what runs goes on running")
    .addArgument(new Argument("<cloud>").choices(["aws", "azure"]))
    .argument("<service>", "e.g. rds, Microsoft.Network/trafficManagerProfiles, or all (heal all: also those by name)")
    .addArgument(new Argument("<action>").choices(["throttle", "fail", "heal"]))
    .option("--share <number>", "of the calls, above 0 to 1; default: every one", Number)
    .action(
      (
        cloud: "aws" | "azure",
        service: string,
        action: "throttle" | "fail" | "heal",
        { share }: { readonly share?: number },
      ) => {
        if (action === "heal" && share !== undefined) throw new UsageError('"heal" takes no --share');
        return then(fault({ kind: "api", cloud, service, action, share }));
      },
    );
  faults
    .command("process")
    .description("one process and its children")
    .argument("<name>", "as `status` names it")
    .addArgument(new Argument("<action>").choices(["kill", "freeze", "thaw"]))
    .action((name: string, action: "kill" | "freeze" | "thaw") => then(fault({ kind: "process", name, action })));

  program
    .command("serve", { hidden: true })
    .requiredOption("--kubernetes <file>")
    .requiredOption("--moto-server <file>")
    .action((options: { kubernetes: string; motoServer: string }) => then(serve(options)));

  try {
    await program.parseAsync(argv, { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    process.stderr.write(`${describe(error)}\n`);
    if (error instanceof ToolchainError) return error.exitCode;
    return error instanceof UsageError ? 2 : 1;
  }
}

/** The clouds' code is loaded here only: the other commands answer at once. */
async function serve(options: { readonly kubernetes: string; readonly motoServer: string }): Promise<number> {
  const { supervise } = await import("./supervise/supervise.ts");
  await supervise(worldHere(), options);
  return 0;
}

function environmentName(text: string): string {
  if (!ENVIRONMENT_NAME.test(text)) throw new InvalidArgumentError(`Expected ${ENVIRONMENT_NAME_RIGHT}.`);
  return text;
}

function provisioningScale(text: string): number | "off" {
  if (text === "off") return text;
  const value = Number(text);
  if (!(value > 0 && value <= 10_000))
    throw new InvalidArgumentError('It must be a number above 0, at most 10000, or "off".');
  return value;
}

function milliseconds(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 600_000))
    throw new InvalidArgumentError("It must be a number of milliseconds above 0, at most 600000.");
  return value;
}

// `| head` closes the pipe; what was begun is still done to its end.
process.stdout.on("error", () => undefined);
// Whatever a module leaves open must not keep an ended command alive.
process.exit(await run(process.argv.slice(2)));
