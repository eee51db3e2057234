import { basename } from "node:path";
import { siteSchema } from "../../stacks/outputs.ts";
import { DriverError, invalidInput } from "../domain/errors.ts";
import { keyText } from "../domain/losses.ts";
import type { RestoreConflict, RestoreResult } from "../ports/database-audit.ts";
import type { CommandContext, RegisterCommand } from "./command.ts";
import { exitCodes } from "./exit-codes.ts";

interface RestoreCommandOptions {
  readonly to?: string;
  readonly only?: string;
  readonly yes?: boolean;
}

/** `pilotlight db restore-lost <file>`: puts the rows of a salvage back. Exit code 1 where something was left alone. */
export const registerDbRestoreLost: RegisterCommand = (program, run) => {
  program
    .command("restore-lost")
    .description("put the rows of a salvage file back; without --yes it only shows what would happen")
    .argument("<file>", "as the report names it")
    .requiredOption("--to <site>", "primary or standby: the site that the application writes")
    .option("--only <table>", "this table alone")
    .option("--yes", "do it")
    .action(run<RestoreCommandOptions>(restore));
};

async function restore(
  context: CommandContext,
  { to, only, yes }: RestoreCommandOptions,
  file: string | undefined,
): Promise<number> {
  const site = siteSchema.safeParse(to);
  if (!site.success) throw invalidInput("--to", to, "primary or standby");
  const app = await context.app();
  const name = file ?? "";
  const sha256 = await requireUnchanged(context, name);
  const apply = yes === true;
  const result = await app.databaseAudit.restoreLost(
    site.data,
    () => app.salvageFiles.read(name),
    { apply, ...(only === undefined ? {} : { only }) },
    context.signal,
  );
  context.print({ applied: apply, to: site.data, sha256, ...result }, restoreText(apply, result));
  return result.tables.some(({ conflicts }) => conflicts > 0) ? exitCodes.failed : exitCodes.done;
}

/** Where the journal knows the file, it must be as it was written. */
async function requireUnchanged(context: CommandContext, name: string): Promise<string> {
  const sha256 = await (await context.app()).salvageFiles.sha256(name);
  const { driver } = await (await context.app()).driver(() => {});
  for (const { id } of await driver.operations()) {
    const { claimed } = await driver.report(id);
    const known = claimed.salvageFiles.find((each) => basename(each.name) === basename(name));
    if (known === undefined || known.sha256 === sha256) continue;
    throw new DriverError("refused", `${name} is not the file that ${id} wrote: its SHA-256 is ${sha256}`, {
      ...{ field: "file", value: name, expected: `SHA-256 ${known.sha256}` },
    });
  }
  return sha256;
}

function restoreText(applied: boolean, { tables, conflicts }: RestoreResult): string {
  const hidden = tables.reduce((sum, each) => sum + each.conflicts, 0) - conflicts.length;
  return [
    applied ? "restored:" : "dry run, nothing is changed (--yes does it):",
    ...tables.map(
      ({ table, restored, present, conflicts: left }) =>
        `  ${table}: ${restored} ${applied ? "restored" : "to restore"}, ${present} there already, ${left} conflicts`,
    ),
    ...(tables.length === 0 ? ["  no such rows in the file"] : []),
    ...conflicts.map(conflictText),
    ...(hidden > 0 ? [`  and ${hidden} more conflicts`] : []),
  ].join("\n");
}

function conflictText({ table, kind, key, reason, there, lost }: RestoreConflict): string {
  const rows = [
    ...(lost === undefined ? [] : [`    lost:  ${keyText(lost)}`]),
    ...(there === undefined ? [] : [`    there: ${keyText(there)}`]),
  ];
  return [`  conflict: ${kind} ${table} ${keyText(key)}: ${reason}`, ...rows].join("\n");
}
