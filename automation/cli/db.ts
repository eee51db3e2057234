import { styleText } from "node:util";
import { otherSite } from "../domain/protection.ts";
import type { SchemaDifference } from "../ports/database.ts";
import type { CommandContext, RegisterCommand } from "./command.ts";
import { exitCodes } from "./exit-codes.ts";

const marks: Readonly<Record<SchemaDifference["class"], string>> = {
  carried: styleText("yellow", "~"),
  harmless: styleText("dim", "·"),
  blocks: styleText("red", "✗"),
};

/** `pilotlight db check` and `pilotlight db sync-schema`: the schemas of both sites, side by side. */
export const registerDatabase: RegisterCommand = (program, run) => {
  const db = program.command("db").description("the databases of both sites: compare and carry their schemas");
  db.command("check")
    .description("compare everything that pg_dump would write; ends with 1 where something has to be done")
    .action(
      run<object>(async (context) => {
        const { from, to } = await direction(context);
        const differences = await context.app().database.compareSchemas(from, to, context.signal);
        return show(context, { from, to, differences });
      }),
    );
  db.command("sync-schema")
    .description("show what would be carried to the follower; with --yes, carry it, large tables included")
    .option("--yes", "carry it: large tables that follow stand still while they are looked through")
    .action(
      run<{ readonly yes?: boolean }>(async (context, { yes = false }) => {
        const { from, to } = await direction(context);
        const { database } = context.app();
        const differences = yes
          ? await database.syncSchema(from, to, context.signal)
          : await database.compareSchemas(from, to, context.signal);
        return show(context, { from, to, differences, applied: yes });
      }),
    );
};

interface Shown {
  readonly from: string;
  readonly to: string;
  readonly differences: readonly SchemaDifference[];
  readonly applied?: boolean;
}

async function direction({ app, signal }: CommandContext) {
  const { driver: create } = app();
  const { activeSite } = await (await create(() => {})).driver.status(signal);
  return { from: activeSite, to: otherSite(activeSite) };
}

/** Harmless ones are told and count for nothing. */
function show(context: CommandContext, shown: Shown): number {
  const equal = shown.differences.every((each) => each.class === "harmless");
  context.print({ equal, ...shown }, checkText(shown));
  return equal ? exitCodes.done : exitCodes.failed;
}

export function checkText({ from, to, differences, applied }: Shown): string {
  const lines = differences.flatMap((each) => [
    `  ${marks[each.class]} ${each.kind} ${each.object}`,
    `      ${from}: ${oneLine(each.source)}`,
    `      ${to}: ${oneLine(each.follower)}`,
    `      → ${each.class === "harmless" ? "harmless: " : ""}${each.remedy}`,
  ]);
  const count = (wanted: SchemaDifference["class"]): number =>
    differences.filter((each) => each.class === wanted).length;
  const left = count("carried") + count("blocks");
  const what = applied === true ? "left" : "different";
  const verdict =
    left === 0
      ? `The schemas of ${from} and ${to} are equal${count("harmless") === 0 ? "" : ` but for ${count("harmless")} harmless differences`}.`
      : `${left} ${what}: ${count("carried")} are carried by themselves or by \`pilotlight db sync-schema --yes\`, ${count("blocks")} hold back a move.`;
  return [...lines, ...(lines.length === 0 ? [] : [""]), verdict].join("\n");
}

function oneLine(text: string | undefined): string {
  if (text === undefined) return "not there";
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length > 160 ? `${line.slice(0, 157)}...` : line;
}
