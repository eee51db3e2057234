/** A Helm chart at one version of one repository. */
export interface ChartSource {
  readonly chart: string;
  readonly version: string;
  readonly repository: string;
}

const PROMETHEUS_COMMUNITY = "https://prometheus-community.github.io/helm-charts";
/** Where the Grafana and Loki charts live since January 2026; the older repository keeps Promtail. */
const GRAFANA_COMMUNITY = "https://grafana-community.github.io/helm-charts";
const GRAFANA = "https://grafana.github.io/helm-charts";

/** Pinned, so that two sites, and two updates of one, are the same. */
export const CHARTS = {
  prometheus: { chart: "prometheus", version: "29.27.0", repository: PROMETHEUS_COMMUNITY },
  grafana: { chart: "grafana", version: "12.11.1", repository: GRAFANA_COMMUNITY },
  loki: { chart: "loki", version: "18.11.0", repository: GRAFANA_COMMUNITY },
  /** The last one: Promtail gets no new features any more; its successor, Alloy, reads the same pods. */
  promtail: { chart: "promtail", version: "6.17.1", repository: GRAFANA },
} as const satisfies Readonly<Record<string, ChartSource>>;

export type ChartName = keyof typeof CHARTS;
