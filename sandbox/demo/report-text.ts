import type { DemoReport, Move, Stage } from "./report.ts";

const barWidth = 44;

/** The report for a terminal: a bar for each stage, and what was measured beside what was claimed. */
export function reportText(report: DemoReport): string {
  return report.moves.map(moveText).join("\n\n");
}

function moveText(move: Move): string {
  const { measured, claimed, staleClient } = move;
  return [
    `${move.mode} ${move.plan}  (${move.operation})`,
    "",
    ...timeline(move.stages),
    "",
    `  ${"".padEnd(26)}${"measured by the client".padEnd(26)}claimed by the driver`,
    row("recovery time", seconds(measured.rtoSeconds), claimed.rtoSeconds === null ? "-" : seconds(claimed.rtoSeconds)),
    row("acknowledged writes", String(measured.acknowledgedWrites), ""),
    row("lost writes", count(measured.lostWrites), count(claimed.lostWrites)),
    row("split-brain writes", count(measured.splitBrainWrites), ""),
    row("  of the stale client", count(staleClient.splitBrainWrites), count(claimed.splitBrainWrites)),
    row("proof token", "", claimed.proofToken ?? "none (the fence was not confirmed)"),
    row("never acknowledged", "", count(move.neverAcknowledged)),
    row("agreement", move.agree ? "yes: the same writes" : "NO: see the saved report", ""),
    ...move.overrides.map(
      (override) => `  override ${override.guard} by ${override.by} at ${override.at}: ${override.reason}`,
    ),
  ].join("\n");
}

function timeline(stages: readonly Stage[]): readonly string[] {
  const times = stages.flatMap((stage) => [stage.startedAt, stage.endedAt]).filter((time) => time !== null);
  const instants = times.map((time) => Date.parse(time));
  const from = Math.min(...instants);
  const span = Math.max(1, Math.max(...instants) - from);
  const column = (time: number) => Math.round(((time - from) / span) * barWidth);
  const nameWidth = Math.max(...stages.map((stage) => stage.name.length)) + 2;
  return stages.map((stage) => {
    if (stage.startedAt === null || stage.endedAt === null) {
      return `  ${stage.name.padEnd(nameWidth)}${" ".repeat(barWidth)}  ${stage.state}`;
    }
    const [start, end] = [Date.parse(stage.startedAt), Date.parse(stage.endedAt)];
    const left = Math.min(column(start), barWidth - 1);
    const width = Math.max(1, column(end) - left);
    const bar = (" ".repeat(left) + "█".repeat(width)).padEnd(barWidth);
    const mark = stage.state === "done" ? "" : `  ${stage.state}`;
    return `  ${stage.name.padEnd(nameWidth)}${bar}  ${seconds((end - start) / 1000).padStart(8)}${mark}`;
  });
}

function row(label: string, measured: string, claimed: string): string {
  return `  ${label.padEnd(26)}${measured.padEnd(26)}${claimed}`.trimEnd();
}

function count(ids: readonly string[]): string {
  if (ids.length === 0) return "0";
  const shown = ids.slice(0, 2).join(", ");
  return ids.length > 2 ? `${ids.length} (see the saved report)` : `${ids.length}: ${shown}`;
}

function seconds(value: number): string {
  return `${value.toFixed(1)} s`;
}
