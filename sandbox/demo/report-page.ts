import { escapeHtml } from "./escape-html.ts";
import type { DemoReport, Move, Stage } from "./report.ts";
import { trafficChart } from "./traffic-chart.ts";

/** The report as one HTML page that needs nothing else: no script, no font, no network. */
export function reportPage(report: DemoReport): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(report.application)}: away and home again</title>
<style>${style}</style>
</head>
<body>
<main>
<header>
<p class="eyebrow">Pilotlight report · ${escapeHtml(report.environment)} · ${escapeHtml(time(report.generatedAt))}</p>
<h1>${escapeHtml(report.application)}: away and home again</h1>
</header>
<section>
<h2>Acknowledged writes for each second</h2>
<p class="key"><i class="primary"></i>AWS <i class="standby"></i>Azure <i class="failed"></i>failed</p>
${trafficChart(report)}
</section>
${report.moves.map(moveSection).join("\n")}
</main>
</body>
</html>
`;
}

function moveSection(move: Move): string {
  const { measured, claimed, staleClient } = move;
  return `<section>
<h2>${escapeHtml(`${move.mode} ${move.plan}`)}</h2>
<div class="figures">
${figure("recovery time", `${measured.rtoSeconds.toFixed(1)} s`, claimed.rtoSeconds === null ? "nothing claimed" : `driver: ${claimed.rtoSeconds.toFixed(1)} s`)}
${figure("lost writes", String(measured.lostWrites.length), `driver: ${claimed.lostWrites.length} · of ${measured.acknowledgedWrites} acknowledged`)}
${figure("split-brain writes", String(measured.splitBrainWrites.length), "by the client that obeys DNS")}
${figure("stale client", String(staleClient.splitBrainWrites.length), `split-brain writes · driver: ${claimed.splitBrainWrites.length - unanswered(move)}`)}
</div>
${gantt(move.stages)}
<p class="note">Proof token: ${escapeHtml(claimed.proofToken ?? "none, the fence was not confirmed")}</p>
<p class="note">${move.agree ? "Client and driver name the same writes." : "<b>Client and driver do not name the same writes.</b>"}${move.neverAcknowledged.length > 0 ? ` ${move.neverAcknowledged.length} more were found at the old site that no client was told had succeeded.` : ""}</p>
${move.overrides.map((o) => `<p class="note">Override <b>${escapeHtml(o.guard)}</b> by ${escapeHtml(o.by)}, ${escapeHtml(time(o.at))}: ${escapeHtml(o.reason)}</p>`).join("\n")}
${idList("Lost writes", measured.lostWrites)}${idList("Split-brain writes of the stale client", staleClient.splitBrainWrites)}
</section>`;
}

/** What the driver counts and no client saw acknowledged. */
function unanswered({ claimed, neverAcknowledged }: Move): number {
  return claimed.splitBrainWrites.filter((id) => neverAcknowledged.includes(id)).length;
}

function figure(label: string, value: string, detail: string): string {
  return `<div><span>${escapeHtml(label)}</span><strong>${escapeHtml(value)}</strong><small>${escapeHtml(detail)}</small></div>`;
}

function gantt(stages: readonly Stage[]): string {
  const timed = stages.flatMap((stage) =>
    stage.startedAt !== null && stage.endedAt !== null
      ? [{ stage, start: Date.parse(stage.startedAt), end: Date.parse(stage.endedAt) }]
      : [],
  );
  const from = Math.min(...timed.map(({ start }) => start));
  const span = Math.max(1, Math.max(...timed.map(({ end }) => end)) - from);
  const [label, width, height] = [180, 900, 26];
  const x = (at: number) => label + ((at - from) / span) * (width - label - 70);
  const grid = ticks(span / 1000).map(
    (tick) =>
      `<line x1="${x(from + tick * 1000)}" x2="${x(from + tick * 1000)}" y1="0" y2="${timed.length * height}"/><text class="tick" x="${x(from + tick * 1000)}" y="${timed.length * height + 16}">${tick} s</text>`,
  );
  const rows = timed.map(({ stage, start, end }, i) => {
    const y = i * height;
    const bar = Math.max(2, x(end) - x(start));
    const needs = stage.needs.length > 0 ? `needs ${stage.needs.join(", ")}` : "needs nothing";
    return `<text x="${label - 10}" y="${y + 17}" text-anchor="end">${escapeHtml(stage.name)}</text><rect class="${escapeHtml(stage.state)}" x="${x(start)}" y="${y + 5}" width="${bar}" height="${height - 10}" rx="3"><title>${escapeHtml(`${stage.name}: ${stage.state}, ${needs}`)}</title></rect><text class="value" x="${x(end) + 6}" y="${y + 17}">${((end - start) / 1000).toFixed(1)} s</text>`;
  });
  return `<svg class="gantt" viewBox="0 0 ${width} ${timed.length * height + 24}" role="img" aria-label="timeline of the stages"><g class="grid">${grid.join("")}</g>${rows.join("")}</svg>`;
}

function ticks(seconds: number): readonly number[] {
  const step = [1, 2, 5, 10, 20, 30, 60, 120, 300].find((candidate) => seconds / candidate <= 8) ?? 600;
  return Array.from({ length: Math.floor(seconds / step) + 1 }, (_, i) => i * step);
}

function idList(title: string, ids: readonly string[]): string {
  if (ids.length === 0) return "";
  return `<details><summary>${escapeHtml(title)} (${ids.length})</summary><code>${ids.map(escapeHtml).join("<br>")}</code></details>`;
}

function time(iso: string): string {
  return iso.replace("T", " ").replace(/\.\d+Z$/, " UTC");
}

const style = `
:root { color-scheme: light dark; --ink: #1c2430; --muted: #647084; --line: #dfe4ec; --paper: #fbfcfe; --card: #fff; --aws: #e08a1e; --azure: #2f7fd6; --bad: #c9374a; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6eaf1; --muted: #93a0b4; --line: #2b3442; --paper: #12161d; --card: #1a2029; } }
* { box-sizing: border-box }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 980px; margin: 0 auto; padding: 32px 24px 64px; }
.eyebrow { color: var(--muted); margin: 0; font-size: 13px; }
h1 { margin: 4px 0 24px; font-size: 28px; letter-spacing: -.01em; }
h2 { margin: 0 0 12px; font-size: 17px; }
section { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 20px 24px; margin-bottom: 20px; }
.key { color: var(--muted); font-size: 13px; margin: -6px 0 8px; }
.key i { display: inline-block; width: 10px; height: 10px; border-radius: 2px; margin: 0 5px 0 12px; }
.key i:first-child { margin-left: 0 }
i.primary, .primary { background: var(--aws); fill: var(--aws); } i.standby, .standby { background: var(--azure); fill: var(--azure); } i.failed, .failed { background: var(--bad); fill: var(--bad); }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(180px, 1fr)); gap: 12px; margin-bottom: 18px; }
.figures div { border: 1px solid var(--line); border-radius: 8px; padding: 10px 14px; display: grid; }
.figures span, .figures small { color: var(--muted); font-size: 13px; } .figures strong { font-size: 26px; font-variant-numeric: tabular-nums; }
svg { width: 100%; height: auto; display: block; font: 12px system-ui, sans-serif; }
svg text { fill: var(--ink); } svg .value, svg .tick, svg .mark { fill: var(--muted); } svg .tick { text-anchor: middle; }
.grid line { stroke: var(--line); }
.gantt rect { fill: var(--azure); } .gantt rect.failed { fill: var(--bad); } .gantt rect.skipped, .gantt rect.unconfirmed { fill: var(--muted); }
.event { stroke: var(--muted); stroke-dasharray: 3 3; }
.badge { fill: var(--card); stroke: var(--muted); } svg .number { fill: var(--ink); text-anchor: middle; font-size: 11px; }
.events { columns: 2; margin: 8px 0 0; padding-left: 22px; font-size: 13px; } .events span { color: var(--muted); font-variant-numeric: tabular-nums; }
.note { color: var(--muted); font-size: 13px; margin: 8px 0 0; }
details { margin-top: 10px; font-size: 13px; } summary { cursor: pointer; } code { font: 12px ui-monospace, monospace; display: block; padding: 8px 0; }
`;
