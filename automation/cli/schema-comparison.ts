import { styleText } from "node:util";
import { otherSite } from "../domain/protection.ts";
import type { SchemaDifference } from "../ports/database.ts";
import type { CommandContext } from "./command.ts";
import { exitCodes } from "./exit-codes.ts";

const marks: Readonly<Record<SchemaDifference["class"], string>> = {
  carried: styleText("yellow", "~"),
  harmless: styleText("dim", "·"),
  blocks: styleText("red", "✗"),
};

/** Who serves, and who follows or would. */
export async function direction({ app, signal }: CommandContext) {
  const { driver: create } = await app();
  const { activeSite } = await (await create(() => {})).driver.status(signal);
  return { from: activeSite, to: otherSite(activeSite) };
}

export interface SchemaComparison {
  readonly from: string;
  readonly to: string;
  readonly differences: readonly SchemaDifference[];
  readonly applied?: boolean;
}

/** Harmless ones are told and count for nothing. */
export function showDifferences(context: CommandContext, shown: SchemaComparison): number {
  const equal = shown.differences.every((each) => each.class === "harmless");
  context.print({ equal, ...shown }, checkText(shown));
  return equal ? exitCodes.done : exitCodes.failed;
}

function checkText({ from, to, differences, applied }: SchemaComparison): string {
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
