import { LOKI_SOURCE, PROMETHEUS_SOURCE } from "./dashboard.ts";
import { lokiUrl } from "./logging-values.ts";

/** ConfigMaps with this label are dashboards. */
export const DASHBOARD_LABEL = { grafana_dashboard: "1" };

/** Values of the chart `grafana`: both data sources, and every dashboard that is a ConfigMap of the namespace. Nothing is kept in it. */
export function grafanaValues(namespace: string) {
  const [[label, labelValue] = ["", ""]] = Object.entries(DASHBOARD_LABEL);
  return {
    persistence: { enabled: false },
    testFramework: { enabled: false },
    "grafana.ini": { analytics: { check_for_updates: false, reporting_enabled: false } },
    datasources: {
      "datasources.yaml": {
        apiVersion: 1,
        datasources: [
          {
            name: "Prometheus",
            ...PROMETHEUS_SOURCE,
            access: "proxy",
            url: `http://prometheus-server.${namespace}.svc`,
            isDefault: true,
          },
          { name: "Loki", ...LOKI_SOURCE, access: "proxy", url: lokiUrl(namespace), isDefault: false },
        ],
      },
    },
    sidecar: { dashboards: { enabled: true, label, labelValue, searchNamespace: namespace } },
  };
}
