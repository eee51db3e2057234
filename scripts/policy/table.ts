import type { BaselineEntry } from "./baseline.ts";
import { open, type Verdict } from "./verdicts.ts";

export interface TableInput {
  readonly verdicts: readonly Verdict[];
  readonly stacks: readonly string[];
  readonly idle: readonly BaselineEntry[];
  readonly notJudged: readonly { readonly stack: string; readonly rules: readonly string[] }[];
}

/** What a person reads: a sentence, the stacks, what is open, what is accepted and by whom. */
export function table({ verdicts, stacks, idle, notJudged }: TableInput): string {
  const failing = open(verdicts).length;
  const accepted = verdicts.filter((each) => each.accepted);
  const told = verdicts.filter((each) => each.accepted === undefined);
  const sentence =
    failing === 0
      ? `Clean at the mandatory level: ${stacks.length} stacks.`
      : `${failing} mandatory ${failing === 1 ? "finding" : "findings"} in ${stacks.length} stacks.`;
  return [
    sentence,
    "",
    ...columns([
      ["stack", "open", "advisory", "accepted"],
      ...stacks.map((stack) => [
        stack,
        String(open(verdicts).filter((each) => each.stack === stack).length),
        String(told.filter((each) => each.stack === stack && each.level === "advisory").length),
        String(accepted.filter((each) => each.stack === stack).length),
      ]),
    ]),
    ...section(
      "Open",
      told.map(({ severity, level, rule, stack, resource, message }) => [
        severity,
        level,
        rule,
        stack,
        resource,
        message,
      ]),
    ),
    ...section(
      "Accepted",
      accepted.map(({ rule, stack, resource, accepted: entry }) => [
        rule,
        stack,
        resource,
        `until ${entry?.expires} by ${entry?.owner}: ${entry?.reason}`,
      ]),
    ),
    ...section(
      "In the baseline, but no longer found: take it out",
      idle.map(({ rule, environments, resource }) => [rule, environments.join(", "), resource]),
    ),
    ...section(
      "Not judged: nobody says what the rule needs",
      notJudged.map(({ stack, rules }) => [stack, rules.join(", ")]),
    ),
    "",
  ].join("\n");
}

function section(title: string, rows: readonly (readonly string[])[]): readonly string[] {
  return rows.length === 0 ? [] : ["", title, ...columns(rows)];
}

function columns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")}`.trimEnd());
}
