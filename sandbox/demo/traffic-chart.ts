import { escapeHtml } from "./escape-html.ts";
import type { DemoReport } from "./report.ts";

const width = 900;
const height = 150;
const marginTop = 28;

/** Stacked columns, one a second: where the client's writes were acknowledged, with what happened to the world above. */
export function trafficChart(report: Pick<DemoReport, "traffic" | "events">): string {
  const { traffic, events } = report;
  const [first] = traffic;
  const last = traffic.at(-1);
  if (first === undefined || last === undefined) return "<p class='note'>No traffic was recorded.</p>";
  const from = Date.parse(first.at);
  const span = Date.parse(last.at) + 1000 - from;
  const peak = Math.max(1, ...traffic.map((second) => second.primary + second.standby + second.failed));
  const x = (at: string) => ((Date.parse(at) - from) / span) * width;
  const column = (1000 / span) * width;
  const scale = (count: number) => (count / peak) * height;

  const columns = traffic.flatMap((second) => {
    let top = marginTop + height;
    return (["primary", "standby", "failed"] as const).map((name) => {
      const tall = scale(second[name]);
      top -= tall;
      return tall === 0
        ? ""
        : `<rect class="${name}" x="${x(second.at).toFixed(1)}" y="${top.toFixed(1)}" width="${Math.max(0.5, column - 0.4).toFixed(1)}" height="${tall.toFixed(1)}"/>`;
    });
  });

  // Events come in bursts: numbers stay apart where words would not, and the list below says what they are.
  const shown = events.filter((event) => Date.parse(event.at) >= from && Date.parse(event.at) <= from + span);
  let lastX = Number.NEGATIVE_INFINITY;
  const marks = shown.map((event, i) => {
    const at = x(event.at);
    const label = Math.min(Math.max(at, lastX + 19, 9), width - 9);
    lastX = label;
    return `<line class="event" x1="${at}" x2="${at}" y1="20" y2="${marginTop + height}"/><circle class="badge" cx="${label}" cy="11" r="9"/><text class="number" x="${label}" y="15">${i + 1}</text>`;
  });
  const legend = shown.map(
    (event) => `<li><span>${((Date.parse(event.at) - from) / 1000).toFixed(0)} s</span> ${escapeHtml(event.text)}</li>`,
  );

  const seconds = Math.round(span / 1000);
  const axis = Array.from({ length: Math.floor(seconds / 30) + 1 }, (_, i) => i * 30).map(
    (tick) =>
      `<text class="tick" x="${(tick * 1000 * width) / span}" y="${marginTop + height + 16}" style="text-anchor:start">${tick} s</text>`,
  );
  return `<svg viewBox="0 0 ${width} ${marginTop + height + 22}" role="img" aria-label="acknowledged writes for each second">${columns.join("")}${marks.join("")}${axis.join("")}</svg><ol class="events">${legend.join("")}</ol>`;
}
