import { styleText } from "node:util";
import type { FindingStatus } from "../preflight/finding.ts";
import type { PreflightReport } from "../preflight/run-checks.ts";
import type { RegisterCommand } from "./command.ts";
import { exitCodes } from "./exit-codes.ts";

const marks: Readonly<Record<FindingStatus, string>> = {
  ok: styleText("green", "✓"),
  warning: styleText("yellow", "!"),
  failed: styleText("red", "✗"),
  unknown: styleText("dim", "?"),
};

/** `pilotlight preflight`: checks now what a failover will need. Exit code 1 where something would make it fail. */
export const registerPreflight: RegisterCommand = (program, run) => {
  program
    .command("preflight")
    .description(
      "check everything that a failover will need: credentials, quota, versions, replication, state, DNS, witness",
    )
    .action(
      run<object>(async (context) => {
        const report = await (await context.app()).preflight(context.signal);
        context.print(report, preflightText(report));
        return report.status === "failed" ? exitCodes.failed : exitCodes.done;
      }),
    );
};

function preflightText({ checks, status }: PreflightReport): string {
  const width = Math.max(...checks.map(({ name }) => name.length));
  const lines = checks.flatMap(({ name, found, advice, status: each }) => [
    `  ${marks[each]} ${name.padEnd(width)}  ${found}`,
    ...(advice === undefined ? [] : [`    ${"".padEnd(width)}  → ${advice}`]),
  ]);
  const count = (wanted: FindingStatus): number => checks.filter((each) => each.status === wanted).length;
  const verdict =
    status === "ok"
      ? "Ready: nothing stands in the way of a failover."
      : status === "failed"
        ? `Not ready: ${count("failed")} of ${checks.length} checks failed.`
        : `Ready; warnings: ${count("warning")}, could not be checked here: ${count("unknown")}.`;
  return [...lines, "", verdict].join("\n");
}
