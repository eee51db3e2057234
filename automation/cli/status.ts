import type { Site } from "../../stacks/outputs.ts";
import type { ControlState } from "../domain/application-facts.ts";
import { computeText } from "../domain/compute.ts";
import { serialiseError } from "../domain/errors.ts";
import type { BackupOutcome } from "../ports/state-backups.ts";
import type { DriverStatus } from "../workflow/driver-types.ts";
import type { RegisterCommand } from "./command.ts";
import { exitCodes } from "./exit-codes.ts";
import { howToAnswer } from "./operate.ts";

/** `pilotlight status` */
export const registerStatus: RegisterCommand = (program, run) => {
  program
    .command("status")
    .description("which site is active, what replicates from it, what runs or waits")
    .action(
      run<object>(async (context) => {
        context.note("asking the stacks, the witness and both databases …");
        const { stateBackups, switchRecords, driver: create } = await context.app();
        const { driver } = await create(() => {});
        const [status, backups, looks] = await Promise.all([
          driver.status(context.signal),
          stateBackups.last(),
          switchRecords.look(context.signal),
        ]);
        const drift = [looks.primary, looks.standby].flatMap(({ drift, error }) =>
          error === undefined ? (drift ?? []) : `not known: ${serialiseError(error).message}`,
        );
        const [primary, standby] = [looks.primary.epochs ?? null, looks.standby.epochs ?? null];
        const { runnerText } = await import("../workflow/admission/operation-runner.ts");
        const runner = status.runner && `${status.runner.operationId}, ${runnerText(status.runner)}`;
        const lastDrill = status.controls.lastDrill ?? null;
        const switches = drift.map((each) => `  switches      ${each}`);
        context.print(
          { ...status, lastDrill, stateBackups: backups, switches: { primary, standby }, switchDrift: drift },
          [statusText(status, runner), ...backupsText(backups), ...switches].join("\n"),
        );
        return exitCodes.done;
      }),
    );
};

/** `runner`: the operation that is under way, and who runs it. */
function statusText(status: DriverStatus, runner: string | undefined): string {
  const { witness, operation, holder, replication } = status;
  const compute = (site: Site): string => {
    const known = status.compute[site];
    return known === undefined ? "never deployed" : computeText(known);
  };
  const external = status.compute.primary?.kind === "elsewhere";
  const cloud = status.activeSite === "standby" ? " on Azure" : external ? "" : " on AWS";
  const since = witness?.promotion === undefined ? "" : ` since ${witness.promotion.at}`;
  const lag =
    "error" in replication
      ? `unknown (${replication.error})`
      : replication.seconds === undefined
        ? "not configured: no heartbeat ever arrived"
        : `${replication.seconds.toFixed(1)} s behind, ${replication.streaming ? "streaming" : "not streaming"} (last heartbeat ${replication.lastHeartbeatAt})`;
  const atRisk = "error" in replication ? [] : (replication.atRisk ?? []);
  const open = operation?.questions.filter((question) => !question.closed) ?? [];
  return [
    `${status.application} (${status.environment}) is served by the ${status.activeSite} site${cloud}${since}; ${status.protection}${atRisk.length > 0 ? ", at risk" : ""}.`,
    "",
    `  replication   ${lag}`,
    ...atRisk.map((reason) => `  at risk       ${reason}`),
    `  compute       primary: ${compute("primary")}; standby: ${compute("standby")}`,
    `  may begin     ${status.plans.join(", ") || "nothing now"}`,
    ...status.unsupported.map((reason) => `                ${reason}`),
    ...(runner === undefined ? [] : [`  under way     ${runner}`]),
    `  last          ${operation === undefined ? "no operation yet" : `${operation.id} (${operation.mode}): ${operation.state}`}`,
    ...(holder === undefined
      ? []
      : [
          `  held by       process ${holder.owner.pid} on ${holder.owner.host}, ${holder.liveness}, for ${holder.operationId}`,
        ]),
    `  last drill    ${drillText(status.controls)}`,
    ...standingText(status.controls),
    ...open.flatMap((question) => [
      `  waits         ${question.reason}`,
      `                ${howToAnswer(question.guard)}`,
    ]),
  ].join("\n");
}

function drillText({ lastDrill }: ControlState): string {
  if (lastDrill === undefined) return "none ever succeeded";
  const how = lastDrill.kind === "live" ? "live, with users" : "rehearsed at the standby";
  return `${lastDrill.at}, ${how} (${lastDrill.operationId})`;
}

/** Only what a person should know: a copy that is there goes without saying. */
function backupsText(backups: Partial<Record<Site, BackupOutcome>>): readonly string[] {
  return (["primary", "standby"] as const).flatMap((site) => {
    const outcome = backups[site];
    if (outcome === undefined || outcome.kind === "kept") return [];
    const reason = outcome.kind === "failed" ? outcome.error : outcome.reason;
    return [`  state copy    of the ${site} stack: none at the other site (${reason}, ${outcome.at})`];
  });
}

/** What people, and the watch, said between operations. */
function standingText({ pause, approval, proposal }: ControlState): readonly string[] {
  const until = (time: string | undefined): string => (time === undefined ? "" : ` until ${time}`);
  return [
    ...(pause === undefined ? [] : [`  paused        by ${pause.by}${until(pause.until)}: ${pause.reason}`]),
    ...(approval === undefined
      ? []
      : [`  approved      by ${approval.by}${until(approval.until)}: one failover (${approval.reason})`]),
    ...(proposal === undefined
      ? []
      : [
          `  asked for     a failover, since ${proposal.firstFailedAt}: ${proposal.reason}`,
          '                Answer with: pilotlight approve --reason "<why>"',
        ]),
  ];
}
