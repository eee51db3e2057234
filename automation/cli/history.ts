import { invalidInput } from "../domain/errors.ts";
import { countOf } from "../domain/losses.ts";
import type { OperationReport } from "../workflow/stages/operation-report.ts";
import type { RegisterCommand } from "./command.ts";
import { exitCodes } from "./exit-codes.ts";

/** One past operation, in a line. */
export interface HistoryEntry {
  readonly operation: string;
  readonly plan: OperationReport["plan"];
  readonly mode: OperationReport["mode"];
  readonly state: OperationReport["state"];
  readonly direction: OperationReport["direction"];
  readonly startedAt: string;
  /** Null: it has not ended. */
  readonly seconds: number | null;
  /** Null: users were not moved. */
  readonly rtoSeconds: number | null;
  /** Changes that never arrived, split-brain ones included. Null: not known before a reprotect has looked. */
  readonly lostWrites: number | null;
  readonly by: string;
  readonly reason: string | null;
  readonly overrides: readonly string[];
}

/** `pilotlight history`: every operation, newest first, with what it cost. */
export const registerHistory: RegisterCommand = (program, run) => {
  program
    .command("history")
    .description("the operations of the application, newest first: how long each took, what was lost, who asked")
    .option("--limit <number>", "how many at most", "20")
    .action(
      run<{ limit: string }>(async (context, options) => {
        const limit = Number(options.limit);
        if (!Number.isInteger(limit) || limit < 1) throw invalidInput("--limit", options.limit, "a number from 1 on");
        const { driver, application } = await (await context.app()).driver(() => {});
        const operations = (await driver.operations()).slice(0, limit);
        const entries = await Promise.all(operations.map(async ({ id }) => entryOf(await driver.report(id))));
        context.print(entries, historyText(application, entries));
        return exitCodes.done;
      }),
    );
};

function entryOf(report: OperationReport): HistoryEntry {
  const { claimed, startedAt, endedAt } = report;
  return {
    operation: report.operation,
    plan: report.plan,
    mode: report.mode,
    state: report.state,
    direction: report.direction,
    startedAt,
    seconds: endedAt === undefined ? null : (Date.parse(endedAt) - Date.parse(startedAt)) / 1000,
    rtoSeconds: claimed.rtoSeconds ?? null,
    lostWrites: claimed.lossKnown ? lostChanges(claimed.losses) : null,
    by: report.trigger.by,
    reason: report.trigger.reason ?? null,
    overrides: report.overrides.map(({ guard }) => guard),
  };
}

function lostChanges(losses: OperationReport["claimed"]["losses"]): number {
  return losses.reduce((sum, { lost, splitBrain }) => sum + countOf(lost) + countOf(splitBrain), 0);
}

function historyText(application: string, entries: readonly HistoryEntry[]): string {
  if (entries.length === 0) return `${application} has no operation yet`;
  const rows = entries.map((each) => [
    each.startedAt,
    each.operation,
    `${each.mode} ${each.plan}`,
    each.state,
    each.seconds === null ? "-" : `${each.seconds.toFixed(1)} s`,
    [
      each.rtoSeconds === null ? "" : `recovered in ${each.rtoSeconds.toFixed(1)} s`,
      each.lostWrites === null ? "" : `${each.lostWrites} changes lost`,
      `by ${each.by}`,
      each.overrides.length === 0 ? "" : `overrides ${each.overrides.join(", ")}`,
    ]
      .filter((part) => part !== "")
      .join(", "),
  ]);
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
