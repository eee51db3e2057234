import type { Input } from "@pulumi/pulumi";
import { DRIVER_LABEL } from "./alert-rules.ts";
import { DRIVER_JOB, SERVICES_JOB } from "./metrics.ts";

/** The driver, as monitoring reaches it. */
export interface DriverTarget {
  /** URL of its Alertmanager receiver, e.g. https://driver.example/v1/alerts/alertmanager */
  readonly alertsUrl: Input<string>;
  /** `host:port` that serves its /metrics over TLS. Default: it is not scraped. */
  readonly metricsTarget?: string | undefined;
}

/** The services that Prometheus scrapes. */
export interface ScrapedServices {
  /** Where the application runs. */
  readonly namespace: string;
  /** Their names, which their pods carry as app.kubernetes.io/name. */
  readonly services: readonly string[];
  /** What they speak on their port, /metrics too. */
  readonly protocol: "HTTP" | "HTTPS";
}

export interface PrometheusValuesOptions extends ScrapedServices {
  readonly retentionDays: number;
  /** Objects of the same namespace. */
  readonly rulesConfigMap: string;
  readonly tokenSecret: string;
  /** Undefined: no Alertmanager. */
  readonly driver: DriverTarget | undefined;
}

/** Directory and file of the driver's bearer token in Prometheus and Alertmanager. */
const TOKEN_DIRECTORY = "/etc/pilotlight/driver";
export const TOKEN_FILE = "token";
const RULES_DIRECTORY = "/etc/pilotlight/rules";
const RECEIVER = "pilotlight-driver";

/** Values of the chart `prometheus`. Its pushgateway is left out: nothing here pushes. */
export function prometheusValues(options: PrometheusValuesOptions) {
  const { driver, rulesConfigMap, tokenSecret, retentionDays } = options;
  const rules = {
    name: "pilotlight-rules",
    mountPath: RULES_DIRECTORY,
    subPath: "",
    configMap: rulesConfigMap,
    readOnly: true,
  };
  const token = {
    name: "pilotlight-driver",
    mountPath: TOKEN_DIRECTORY,
    subPath: "",
    secretName: tokenSecret,
    readOnly: true,
  };
  const secrets = driver === undefined ? [] : [token];
  return {
    server: {
      retention: `${retentionDays}d`,
      global: { scrape_interval: "30s", scrape_timeout: "10s", evaluation_interval: "30s" },
      persistentVolume: { enabled: true, size: "20Gi" },
      extraConfigmapMounts: [rules],
      extraSecretMounts: secrets,
    },
    configmapReload: {
      prometheus: { extraVolumeDirs: [RULES_DIRECTORY], extraConfigmapMounts: [rules] },
    },
    serverFiles: {
      "prometheus.yml": {
        rule_files: ["/etc/config/recording_rules.yml", "/etc/config/alerting_rules.yml", `${RULES_DIRECTORY}/*.yaml`],
      },
    },
    scrapeConfigs: {
      [SERVICES_JOB]: servicesJob(options),
      ...(driver?.metricsTarget === undefined ? {} : { [DRIVER_JOB]: driverJob(driver.metricsTarget) }),
    },
    alertmanager:
      driver === undefined
        ? { enabled: false }
        : { enabled: true, extraSecretMounts: secrets, config: alertmanagerConfig(driver.alertsUrl) },
    "kube-state-metrics": { enabled: true },
    "prometheus-node-exporter": { enabled: true },
    "prometheus-pushgateway": { enabled: false },
  };
}

/** A job for the pods of our services: their port `http`, with service, pod and namespace as labels. */
export function servicesJob({ namespace, services, protocol }: ScrapedServices) {
  const keep = (label: string, regex: string) => ({ source_labels: [label], regex, action: "keep" });
  const copy = (label: string, target: string) => ({ source_labels: [label], target_label: target });
  return {
    enabled: true,
    metrics_path: "/metrics",
    ...(protocol === "HTTPS"
      ? // Pods show the certificate of the public name, not one of their address.
        { scheme: "https", tls_config: { insecure_skip_verify: true } }
      : { scheme: "http" }),
    kubernetes_sd_configs: [{ role: "pod", namespaces: { names: [namespace] } }],
    relabel_configs: [
      keep("__meta_kubernetes_pod_label_app_kubernetes_io_name", services.join("|")),
      keep("__meta_kubernetes_pod_container_port_name", "http"),
      keep("__meta_kubernetes_pod_phase", "Running"),
      copy("__meta_kubernetes_pod_label_app_kubernetes_io_name", "service"),
      copy("__meta_kubernetes_pod_name", "pod"),
      copy("__meta_kubernetes_namespace", "namespace"),
    ],
  };
}

function driverJob(target: string) {
  return {
    enabled: true,
    scheme: "https",
    metrics_path: "/metrics",
    authorization: { type: "Bearer", credentials_file: `${TOKEN_DIRECTORY}/${TOKEN_FILE}` },
    static_configs: [{ targets: [target] }],
  };
}

/** Our alerts go to the driver, which asks for the token; it is read from a file, so it is in no values and no ConfigMap. */
export function alertmanagerConfig(alertsUrl: Input<string>) {
  const [[label, value] = ["", ""]] = Object.entries(DRIVER_LABEL);
  return {
    enabled: true,
    route: {
      receiver: "nobody",
      group_by: ["alertname"],
      group_wait: "10s",
      group_interval: "30s",
      repeat_interval: "5m",
      routes: [{ receiver: RECEIVER, matchers: [`${label}="${value}"`] }],
    },
    receivers: [
      { name: "nobody" },
      {
        name: RECEIVER,
        webhook_configs: [
          {
            url: alertsUrl,
            send_resolved: true,
            http_config: { authorization: { type: "Bearer", credentials_file: `${TOKEN_DIRECTORY}/${TOKEN_FILE}` } },
          },
        ],
      },
    ],
  };
}
