import { open, type Verdict } from "./verdicts.ts";

/** GitHub refuses a longer comment. */
const LIMIT = 65_536;
const CUT = "\n\nThere is more: see the attached report.\n";

/** Markdown for a pull request or a job's summary; never longer than a comment may be. */
export function summary(verdicts: readonly Verdict[], stacks: readonly string[]): string {
  const failing = open(verdicts);
  const advisory = verdicts.filter(({ accepted, level }) => accepted === undefined && level === "advisory");
  const accepted = verdicts.filter((each) => each.accepted);
  const head =
    failing.length === 0
      ? `**Policies: clean at the mandatory level** (${stacks.length} stacks, ${advisory.length} advisory, ${accepted.length} accepted).`
      : `**Policies: ${failing.length} mandatory findings** (${stacks.length} stacks, ${advisory.length} advisory, ${accepted.length} accepted).`;
  const rows = [...failing, ...advisory].map(({ severity, rule, stack, resource, message }) =>
    [severity, `\`${rule}\``, stack, `\`${resource}\``, message].map((cell) => cell.replaceAll("|", "\\|")).join(" | "),
  );
  const text =
    rows.length === 0
      ? `${head}\n`
      : [
          head,
          "",
          "| severity | rule | stack | resource | finding |",
          "|---|---|---|---|---|",
          ...rows.map((row) => `| ${row} |`),
          "",
        ].join("\n");
  if (text.length <= LIMIT) return text;
  const kept = text.slice(0, LIMIT - CUT.length);
  return kept.slice(0, kept.lastIndexOf("\n")) + CUT;
}
