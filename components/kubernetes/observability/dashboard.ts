/** Data sources by the names that our Grafana values give them. */
export const PROMETHEUS_SOURCE = { type: "prometheus", uid: "prometheus" };
export const LOKI_SOURCE = { type: "loki", uid: "loki" };

/** One panel before it has a place. */
export interface PanelSpec {
  readonly title: string;
  readonly kind: "timeseries" | "stat" | "logs";
  /** PromQL, or LogQL for `logs`. */
  readonly queries: readonly { readonly expr: string; readonly legend: string }[];
  /** Unit as Grafana calls it. Default: short. */
  readonly unit?: string;
  /** Values from which it turns yellow and red. Default: none. */
  readonly limits?: { readonly yellow: number; readonly red: number };
  /** Words for values, e.g. `{ 0: "healthy" }`. Default: none. */
  readonly words?: Readonly<Record<number, string>>;
}

const WIDTH = { timeseries: 12, stat: 6, logs: 24 };
const HEIGHT = { timeseries: 8, stat: 4, logs: 10 };
const COLUMNS = 24;

/** A Grafana dashboard (schema 39) with its panels put in rows from left to right. */
export function dashboard(uid: string, title: string, panels: readonly PanelSpec[]) {
  let x = 0;
  let y = 0;
  let rowHeight = 0;
  const placed = panels.map((spec, index) => {
    const w = WIDTH[spec.kind];
    const h = HEIGHT[spec.kind];
    if (x + w > COLUMNS) {
      x = 0;
      y += rowHeight;
      rowHeight = 0;
    }
    const gridPos = { x, y, w, h };
    x += w;
    rowHeight = Math.max(rowHeight, h);
    return panel(spec, index + 1, gridPos);
  });
  return {
    uid,
    title,
    tags: ["pilotlight"],
    schemaVersion: 39,
    timezone: "utc",
    editable: false,
    refresh: "30s",
    time: { from: "now-6h", to: "now" },
    panels: placed,
  };
}

function panel(spec: PanelSpec, id: number, gridPos: object) {
  const datasource = spec.kind === "logs" ? LOKI_SOURCE : PROMETHEUS_SOURCE;
  const { limits, words } = spec;
  const steps = [
    { color: "green", value: null },
    ...(limits
      ? [
          { color: "yellow", value: limits.yellow },
          { color: "red", value: limits.red },
        ]
      : []),
  ];
  const options = Object.fromEntries(Object.entries(words ?? {}).map(([value, text]) => [value, { text }]));
  return {
    id,
    type: spec.kind,
    title: spec.title,
    gridPos,
    datasource,
    targets: spec.queries.map(({ expr, legend }, index) => ({
      refId: String.fromCharCode("A".charCodeAt(0) + index),
      datasource,
      expr,
      legendFormat: legend,
    })),
    fieldConfig: {
      defaults: {
        unit: spec.unit ?? "short",
        thresholds: { mode: "absolute", steps },
        mappings: words ? [{ type: "value", options }] : [],
      },
      overrides: [],
    },
  };
}
