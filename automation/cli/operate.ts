import { createInterface } from "node:readline/promises";
import type { Command } from "commander";
import { DriverError } from "../domain/errors.ts";
import type { GuardName, Override } from "../domain/guards.ts";
import type { Mode, OperationRecord, PlanName } from "../domain/operation.ts";
import type { Driver } from "../workflow/driver.ts";
import type { PlanDescription } from "../workflow/plans/describe-plan.ts";
import type { PlanSubject } from "../workflow/plans/plan.ts";
import type { CommandContext } from "./command.ts";
import { exitCodeOf, exitCodes } from "./exit-codes.ts";
import { planText } from "./plan-text.ts";

export interface OperateOptions {
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly override?: string;
  readonly reason?: string;
}

/** What is begun, and what it is about. */
export interface OperatedPlan {
  readonly name: PlanName;
  readonly mode: Mode;
  readonly subject?: PlanSubject;
}

/** The options that every operation takes. */
export function addOperateOptions(command: Command): Command {
  return command
    .option("--dry-run", "print the graph and the guards as they stand now; change nothing")
    .option("--yes", "do not ask for the application's name; required without a terminal")
    .option("--override <guard>", "override this guard once, for this operation (needs --reason)")
    .option("--reason <text>", "why; journaled and shown in the report");
}

/** Dry run, confirmation, live progress, result: what the verbs that start an operation share. */
export async function operate(
  context: CommandContext,
  options: OperateOptions,
  plan: OperatedPlan,
  start: (driver: Driver, overrides: readonly Override[]) => Promise<OperationRecord>,
): Promise<number> {
  const overrides = overridesOf(context, options);
  const what = `${plan.mode} ${plan.name}`;
  const begins = await askedFirst(context, options, plan, what, (description) =>
    context.print(description, planText(description)),
  );
  if (!begins) return exitCodes.done;
  return await withProgress(context, (driver) => start(driver, overrides));
}

/**
 * What comes before an operation begins: a dry run is shown and is the end (false); without --yes a person types the application's name.
 * With --yes nobody reads the dry run, and asking a site that is gone costs seconds of the recovery: the start asks by itself.
 */
export async function askedFirst(
  context: CommandContext,
  options: OperateOptions,
  plan: OperatedPlan,
  what: string,
  show: (description: PlanDescription) => void,
): Promise<boolean> {
  if (options.dryRun !== true && options.yes === true) return true;
  const { driver, application } = await (await context.app()).driver(() => {});
  const description = await driver.dryRun(plan.name, plan.mode, context.signal, plan.subject);
  if (options.dryRun === true) {
    show(description);
    return false;
  }
  await confirmByName(application, what, context.signal);
  return true;
}

/** Runs an operation with its stages shown, prints how it ended. */
export async function withProgress(
  context: CommandContext,
  work: (driver: Driver) => Promise<OperationRecord>,
): Promise<number> {
  const record = await withProgressOfAll(context, work);
  const cause = record.cause === undefined ? "" : `: ${record.cause.message}`;
  context.print(record, `${record.id}: ${record.state}${cause}`);
  await tellWhatToCommit(context);
  return exitCodeOf(record.state);
}

/** The move is done, and stays done, whatever version control says of it. */
async function tellWhatToCommit(context: CommandContext): Promise<void> {
  const { switchRecords } = await context.app();
  await switchRecords.settled();
  const drift = await switchRecords.drift(context.signal).catch(() => []);
  for (const sentence of drift) process.stderr.write(`pilotlight: ${sentence}\n`);
}

/** Runs one operation or several with their stages shown; prints nothing. */
export async function withProgressOfAll<T>(context: CommandContext, work: (driver: Driver) => Promise<T>): Promise<T> {
  const progress = await context.progress();
  const { driver } = await (await context.app()).driver((event) => {
    progress.onEvent(event);
    if (event.type === "stage-waiting" && event.guard.override !== undefined) {
      progress.onEvent({
        type: "log",
        stage: event.stage,
        text: `${event.guard.reason}. ${howToAnswer(event.guard.override)}`,
      });
    }
  });
  try {
    return await work(driver);
  } finally {
    progress.close();
  }
}

/** The command that answers a guard. */
export function howToAnswer(guard: GuardName): string {
  return `Answer with: pilotlight resume --override ${guard} --reason "<why>"`;
}

export function overridesOf(context: CommandContext, options: OperateOptions): readonly Override[] {
  if (options.override === undefined) return [];
  if (options.reason === undefined) {
    throw new DriverError("invalid-input", "--override needs --reason: an override is journaled with its reason", {
      field: "--reason",
      expected: "a sentence for the report",
    });
  }
  return [{ guard: options.override as GuardName, reason: options.reason, by: context.person }];
}

async function confirmByName(application: string, what: string, signal: AbortSignal): Promise<void> {
  if (!process.stdin.isTTY) {
    throw new DriverError("invalid-input", `a ${what} without a terminal needs --yes`, {
      field: "--yes",
      expected: "--yes",
    });
  }
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const typed = await prompt.question(
      `This starts a ${what}. Type the application's name (${application}) to continue: `,
      {
        signal,
      },
    );
    if (typed.trim() !== application) {
      throw new DriverError("refused", `not started: ${JSON.stringify(typed.trim())} is not ${application}`);
    }
  } finally {
    prompt.close();
  }
}
