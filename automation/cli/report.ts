import { countOf, keyText, type LossCounts } from "../domain/losses.ts";
import type { OperationReport } from "../workflow/stages/operation-report.ts";
import type { RegisterCommand } from "./command.ts";
import { exitCodes } from "./exit-codes.ts";

/** `pilotlight report [operation]`: what the driver claims about an operation. */
export const registerReport: RegisterCommand = (program, run) => {
  program
    .command("report")
    .description("what an operation did and claims (default: the newest)")
    .argument("[operation]")
    .action(
      run<object>(async (context, _options, operationId) => {
        const { driver } = await (await context.app()).driver(() => {});
        const report = await driver.report(operationId);
        context.print(report, reportText(report));
        return exitCodes.done;
      }),
    );
};

function reportText(report: OperationReport): string {
  const { claimed } = report;
  const width = Math.max(...report.stages.map((stage) => stage.name.length));
  const stages = report.stages.map((stage) => {
    const { startedAt, endedAt } = stage;
    const seconds =
      startedAt === undefined || endedAt === undefined
        ? ""
        : `${((Date.parse(endedAt) - Date.parse(startedAt)) / 1000).toFixed(1)} s`;
    const error = stage.error === undefined ? "" : `  ${stage.error.message}`;
    return `  ${stage.name.padEnd(width)}  ${stage.state.padEnd(12)} ${seconds.padStart(8)}${error}`;
  });
  return [
    `${report.operation}: ${report.mode} ${report.plan}, ${report.direction.from} to ${report.direction.to}, ${report.state}`,
    `started ${report.startedAt} by ${report.trigger.by}${report.trigger.reason === undefined ? "" : ` (${report.trigger.reason})`}`,
    "",
    ...stages,
    "",
    `recovery time  ${claimed.rtoSeconds === undefined ? "-" : `${claimed.rtoSeconds.toFixed(1)} s`}`,
    ...timingText(report),
    `proof token    ${claimed.proofToken ?? "none"}`,
    ...lossText(report),
    ...report.overrides.map((each) => `override       ${each.guard} by ${each.by}: ${each.reason}`),
  ].join("\n");
}

/** Table by table: the same key in two tables is two losses. */
function lossText({ claimed, mode }: OperationReport): readonly string[] {
  const { losses, lossKnown, salvageFiles, compared, unaccounted } = claimed;
  const looked = lossKnown || losses.length > 0 || unaccounted.length > 0;
  if (!looked) {
    const known =
      mode === "forced"
        ? "not known before a reprotect has read the old site"
        : "none: everything up to the proof token arrived";
    return [`writes         ${known}`];
  }
  const named = [...claimed.lostWrites, ...claimed.splitBrainWrites, ...claimed.lostChanges];
  return [
    losses.length === 0 ? "writes         none lost" : "writes         lost:",
    ...losses.flatMap(({ table, basis, lost, splitBrain }) => {
      const keys = named.filter((each) => each.table === table).map(({ kind, key }) => `${kind} ${keyText(key)}`);
      const more = countOf(lost) + countOf(splitBrain) - Math.min(keys.length, 5);
      return [
        `  ${table}: ${countsText(lost)} lost, ${countsText(splitBrain)} split-brain${basis === "comparison" ? " (rows compared: which is newer is not known)" : ""}`,
        ...keys.slice(0, 5).map((key) => `    ${key}`),
        ...(more > 0 && keys.length > 0 ? [`    and ${more} more`] : []),
      ];
    }),
    ...compared.map(
      ({ table, reason, rowsElsewhere }) =>
        `compared       ${table} (${reason}); ${rowsElsewhere} rows are at the new site alone`,
    ),
    ...unaccounted.map(({ table, reason }) => `NOT KNOWN      ${table}: ${reason}`),
    ...salvageFiles.map(({ name, rows, sha256 }) => `rows           ${rows} in ${name} (sha256 ${sha256})`),
  ];
}

function countsText(counts: LossCounts): string {
  const parts = Object.entries(counts).filter(([, count]) => count > 0);
  return parts.length === 0 ? "0" : parts.map(([kind, count]) => `${count} ${kind}`).join(" + ");
}

/** The critical path is the least that this run could have taken. */
function timingText({ timing }: OperationReport): readonly string[] {
  const { actualSeconds, predictedSeconds, actualPath } = timing;
  if (actualSeconds === undefined) return [];
  const predicted = predictedSeconds === undefined ? "not predicted" : `predicted ${predictedSeconds.toFixed(1)} s`;
  return [`work           ${actualSeconds.toFixed(1)} s, ${predicted}; decided by ${actualPath.join(" → ")}`];
}
