import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource.js";
import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap.js";
import { Secret } from "@pulumi/kubernetes/core/v1/secret.js";
import { Release } from "@pulumi/kubernetes/helm/v3/release.js";
import {
  ComponentResource,
  type ComponentResourceOptions,
  type CustomResourceOptions,
  type Input,
  type Resource,
  secret,
} from "@pulumi/pulumi";
import { ApplicationNamespace } from "./application-namespace.ts";
import { alertRules } from "./observability/alert-rules.ts";
import { CHARTS, type ChartName } from "./observability/charts.ts";
import { dashboards } from "./observability/dashboards.ts";
import { DASHBOARD_LABEL, grafanaValues } from "./observability/grafana-values.ts";
import { lokiValues, promtailValues } from "./observability/logging-values.ts";
import {
  type DriverTarget,
  prometheusValues,
  type ScrapedServices,
  TOKEN_FILE,
} from "./observability/prometheus-values.ts";

export interface ObservabilityArgs {
  /** Namespace of everything here. Default: monitoring. */
  readonly namespace?: string;
  /** What is watched: the application's namespace, the names of its services and what they speak. */
  readonly application: ScrapedServices;
  /**
   * Installs Prometheus, Grafana, Loki and Promtail by their Helm charts, at pinned versions. Default: false, for clusters
   * that have their own, which then read our rules and dashboards.
   */
  readonly charts?: boolean;
  /** Days that metrics and logs are kept. Default: 30. */
  readonly retentionDays?: number;
  /** Where alerts go, and the bearer token (a secret) that the driver asks for. Default: alerts go nowhere. */
  readonly driver?: DriverTarget & { readonly token: Input<string> };
  /**
   * The rules also as a PrometheusRule, for clusters that run the Prometheus operator (its kinds have to be there; our charts
   * do not bring them). Default: false.
   */
  readonly monitors?: boolean;
  /** Made before everything here, and deleted after it. Default: nothing. */
  readonly after?: readonly Resource[];
  /** Its deletion takes everything here with it, so nothing is deleted one by one (and no cluster asked). Default: none. */
  readonly deletedWith?: Resource;
}

export const MONITORING_NAMESPACE = "monitoring";
const RULES = "pilotlight-rules";
const TOKEN = "pilotlight-driver";

/**
 * Alert rules of the health score and dashboards, as ConfigMaps that any Prometheus and Grafana can mount; by option also the
 * stack that reads them. The workload never waits for it: monitoring is not on the path of a recovery.
 */
export class Observability extends ComponentResource {
  readonly #name: string;
  readonly #args: ObservabilityArgs;
  readonly #place: string;

  constructor(name: string, args: ObservabilityArgs, options?: ComponentResourceOptions) {
    super("pilotlight:kubernetes:Observability", name, {}, options);
    this.#name = name;
    this.#args = args;
    this.#place = args.namespace ?? MONITORING_NAMESPACE;
    const { after, deletedWith, charts = false } = args;
    const { namespace } = new ApplicationNamespace(
      name,
      {
        namespace: this.#place,
        // The charts bring pods that read the nodes' files and talk to everything; without them there is none.
        denyByDefault: !charts,
        podSecurity: charts ? "privileged" : "restricted",
        ...(after ? { after } : {}),
        ...(deletedWith ? { deletedWith } : {}),
      },
      { parent: this },
    );
    const inside = this.#options(namespace);
    const mounted = [this.#rules(inside), ...this.#dashboards(inside)];
    if (charts) this.#charts(namespace, mounted, inside);
    this.registerOutputs({});
  }

  #rules(options: CustomResourceOptions): ConfigMap {
    const { application, driver, monitors } = this.#args;
    const rules = alertRules({
      namespace: application.namespace,
      driverScraped: driver?.metricsTarget !== undefined,
    });
    if (monitors ?? false) {
      new CustomResource(
        `${this.#name}-rules`,
        {
          apiVersion: "monitoring.coreos.com/v1",
          kind: "PrometheusRule",
          metadata: this.#metadata(RULES),
          spec: rules,
        },
        options,
      );
    }
    return new ConfigMap(
      `${this.#name}-rules`,
      { metadata: this.#metadata(RULES), data: { "pilotlight.yaml": json(rules) } },
      options,
    );
  }

  #dashboards(options: CustomResourceOptions): readonly ConfigMap[] {
    return Object.entries(dashboards(this.#args.application.namespace)).map(
      ([key, board]) =>
        new ConfigMap(
          `${this.#name}-dashboard-${key}`,
          {
            metadata: this.#metadata(`pilotlight-dashboard-${key}`, DASHBOARD_LABEL),
            data: { [`pilotlight-${key}.json`]: json(board) },
          },
          options,
        ),
    );
  }

  #charts(namespace: Resource, mounted: readonly Resource[], options: CustomResourceOptions): void {
    const { application, driver, retentionDays = 30 } = this.#args;
    const token = driver
      ? [
          new Secret(
            `${this.#name}-driver-token`,
            { metadata: this.#metadata(TOKEN), type: "Opaque", stringData: { [TOKEN_FILE]: secret(driver.token) } },
            options,
          ),
        ]
      : [];
    const values = prometheusValues({
      ...application,
      retentionDays,
      rulesConfigMap: RULES,
      tokenSecret: TOKEN,
      driver,
    });
    this.#release("prometheus", values, this.#options(namespace, ...mounted, ...token));
    const loki = this.#release("loki", lokiValues(retentionDays), options);
    this.#release("promtail", promtailValues(this.#place), this.#options(namespace, loki));
    this.#release("grafana", grafanaValues(this.#place), this.#options(namespace, ...mounted));
  }

  #release(key: ChartName, values: Record<string, unknown>, options: CustomResourceOptions): Release {
    const { chart, version, repository } = CHARTS[key];
    return new Release(
      `${this.#name}-${key}`,
      {
        name: key,
        namespace: this.#place,
        chart,
        version,
        repositoryOpts: { repo: repository },
        values,
        // Whether its pods are up yet holds up no update, least of all the one of a recovery.
        skipAwait: true,
      },
      options,
    );
  }

  #metadata(name: string, labels: Readonly<Record<string, string>> = {}) {
    return { name, namespace: this.#place, labels: { "app.kubernetes.io/managed-by": "pilotlight", ...labels } };
  }

  #options(...dependsOn: readonly Resource[]): CustomResourceOptions {
    const { after = [], deletedWith } = this.#args;
    return { parent: this, dependsOn: [...after, ...dependsOn], ...(deletedWith ? { deletedWith } : {}) };
  }
}

/** JSON, which is YAML. */
function json(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
