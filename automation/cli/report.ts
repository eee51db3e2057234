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
  const loss = claimed.lossKnown
    ? `${claimed.lostWrites.length} lost, ${claimed.splitBrainWrites.length} split-brain; ${claimed.lostChanges.length} rows arrived without their last change`
    : report.mode === "forced"
      ? "not known before a reprotect has read the old site"
      : "none: everything up to the proof token had arrived";
  return [
    `${report.operation}: ${report.mode} ${report.plan}, ${report.direction.from} to ${report.direction.to}, ${report.state}`,
    `started ${report.startedAt} by ${report.trigger.by}${report.trigger.reason === undefined ? "" : ` (${report.trigger.reason})`}`,
    "",
    ...stages,
    "",
    `recovery time  ${claimed.rtoSeconds === undefined ? "-" : `${claimed.rtoSeconds.toFixed(1)} s`}`,
    ...timingText(report),
    `proof token    ${claimed.proofToken ?? "none"}`,
    `writes         ${loss}`,
    ...report.overrides.map((each) => `override       ${each.guard} by ${each.by}: ${each.reason}`),
  ].join("\n");
}

/** The critical path is the least that this run could have taken. */
function timingText({ timing }: OperationReport): readonly string[] {
  const { actualSeconds, predictedSeconds, actualPath } = timing;
  if (actualSeconds === undefined) return [];
  const predicted = predictedSeconds === undefined ? "not predicted" : `predicted ${predictedSeconds.toFixed(1)} s`;
  return [`work           ${actualSeconds.toFixed(1)} s, ${predicted}; decided by ${actualPath.join(" → ")}`];
}
