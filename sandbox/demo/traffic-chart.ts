import { escapeHtml } from "./escape-html.ts";
import type { DemoReport } from "./report.ts";

const width = 900;
const height = 150;
const marginTop = 44;

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

  const marks = events
    .filter((event) => Date.parse(event.at) >= from && Date.parse(event.at) <= from + span)
    .map((event, i) => {
      const at = x(event.at);
      const flip = at > width * 0.75;
      return `<line class="event" x1="${at}" x2="${at}" y1="${4 + (i % 3) * 13}" y2="${marginTop + height}"/><text class="mark" x="${flip ? at - 4 : at + 4}" y="${12 + (i % 3) * 13}" text-anchor="${flip ? "end" : "start"}">${escapeHtml(event.text)}</text>`;
    });

  const seconds = Math.round(span / 1000);
  const axis = Array.from({ length: Math.floor(seconds / 30) + 1 }, (_, i) => i * 30).map(
    (tick) =>
      `<text class="tick" x="${(tick * 1000 * width) / span}" y="${marginTop + height + 16}" style="text-anchor:start">${tick} s</text>`,
  );
  return `<svg viewBox="0 0 ${width} ${marginTop + height + 22}" role="img" aria-label="acknowledged writes for each second">${columns.join("")}${marks.join("")}${axis.join("")}</svg>`;
}
