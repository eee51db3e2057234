import { beforeAll, describe, expect, it } from "vitest";
import { type AlertRule, alertRules } from "../../components/kubernetes/observability/alert-rules.ts";
import { CHARTS } from "../../components/kubernetes/observability/charts.ts";
import { dashboards } from "../../components/kubernetes/observability/dashboards.ts";
import { grafanaValues } from "../../components/kubernetes/observability/grafana-values.ts";
import { lokiUrl, lokiValues, promtailValues } from "../../components/kubernetes/observability/logging-values.ts";
import { METRICS } from "../../components/kubernetes/observability/metrics.ts";
import { prometheusValues, servicesJob } from "../../components/kubernetes/observability/prometheus-values.ts";
import { Observability, type ObservabilityArgs } from "../../components/kubernetes/observability.ts";
import { podSpec } from "../../components/kubernetes/pod-template.ts";
import { serviceLabels } from "../../components/kubernetes/workload-service.ts";
import { holdersOf, namesOf, one, type Recording, record } from "./support/component.ts";

const application = { namespace: "shop", services: ["api", "worker"], protocol: "HTTP" } as const;
const driver = { alertsUrl: "https://driver.test/v1/alerts/alertmanager", metricsTarget: "driver.test:443" } as const;

const known: ReadonlySet<string> = new Set(Object.values(METRICS).flatMap((group) => Object.values(group)));
/** Series that a PromQL expression reads. */
function seriesIn(expr: string): string[] {
  const bare = expr
    .replace(/"[^"]*"/g, "")
    .replace(/\{[^}]*\}|\[[^\]]*\]/g, "")
    .replace(/\b(by|on|without|ignoring)\s*\([^)]*\)/g, "");
  return [...bare.matchAll(/[a-zA-Z_:][\w:]*(?!\w*\s*\()/g)]
    .map(([name]) => name)
    .filter((name) => !["and", "or", "unless", "bool"].includes(name));
}
/** Brackets and quotes close, something is compared or aggregated, and only series that somebody exposes are read. */
function expectSane(expr: string): void {
  const closing: Readonly<Record<string, string>> = { ")": "(", "}": "{", "]": "[" };
  const open: string[] = [];
  for (const sign of expr.replace(/"(?:[^"\\]|\\.)*"/g, "")) {
    expect(sign, `${expr}: an open quote`).not.toBe('"');
    if (Object.values(closing).includes(sign)) open.push(sign);
    else if (sign in closing) expect(open.pop(), expr).toBe(closing[sign]);
  }
  expect(open, expr).toEqual([]);
  const series = seriesIn(expr);
  expect(series.length, expr).toBeGreaterThan(0);
  for (const name of series) expect(known, expr).toContain(name);
}

describe("alert rules", () => {
  const rules: readonly AlertRule[] = alertRules({ namespace: "shop", driverScraped: true }).groups.flatMap(
    (group) => group.rules,
  );

  it("read only what is exposed, hold for a while, and say what is wrong", () => {
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
    for (const { expr, for: hold, labels, annotations } of rules) {
      expectSane(expr);
      expect(expr).toMatch(/[<>=]=?\s*\d|absent/);
      expect(hold).toMatch(/^\d+m$/);
      expect(labels).toMatchObject({ pilotlight: "true", severity: expect.stringMatching(/^(warning|critical)$/) });
      expect(annotations.summary).toMatch(/^\S.{10,}/);
    }
  });

  it("cover the signals of the health score, errors and latency", () => {
    expect(new Set(rules.map(({ labels }) => labels.signal))).toEqual(
      new Set(
        "service error-rate latency node-groups external-uptime standby-probe replication-lag score driver".split(" "),
      ),
    );
  });

  it("miss the driver only where somebody scrapes it", () => {
    const { groups } = alertRules({ namespace: "shop", driverScraped: false });
    expect(JSON.stringify(groups)).not.toContain("DriverSilent");
  });
});

describe("dashboards", () => {
  it("read only what is exposed, fit the grid, and never overlap", () => {
    const boards = Object.values(dashboards("shop")) as {
      uid: string;
      panels: {
        type: string;
        gridPos: Record<"x" | "y" | "w" | "h", number>;
        targets: { expr: string; datasource: object }[];
      }[];
    }[];
    expect(boards.map(({ uid }) => uid)).toEqual([
      "pilotlight-application",
      "pilotlight-database",
      "pilotlight-failover",
    ]);
    const sources = grafanaValues("monitoring").datasources["datasources.yaml"].datasources;
    for (const { panels } of boards) {
      const cells = new Set<string>();
      let count = 0;
      for (const { type, gridPos, targets } of panels) {
        expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
        for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
          for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) cells.add(`${x},${y}`);
        }
        count += gridPos.w * gridPos.h;
        for (const { expr, datasource } of targets) {
          if (type !== "logs") expectSane(expr);
          expect(sources).toContainEqual(expect.objectContaining(datasource));
        }
      }
      expect(cells.size).toBe(count);
    }
  });
});

describe("chart values", () => {
  const values = prometheusValues({
    ...application,
    retentionDays: 30,
    rulesConfigMap: "rules",
    tokenSecret: "token",
    driver,
  });

  it("keep metrics and logs for 30 days", () => {
    expect(values.server.retention).toBe("30d");
    const { loki, singleBinary } = lokiValues(30);
    expect(loki.limits_config.retention_period).toBe("720h");
    // A period without a compactor that deletes keeps everything for ever.
    expect(loki.compactor).toMatchObject({ retention_enabled: true, delete_request_store: "filesystem" });
    expect(singleBinary).toMatchObject({ replicas: 1, persistence: { enabled: true } });
  });

  it("scrape exactly our pods", () => {
    const job = servicesJob(application);
    expect(job.kubernetes_sd_configs).toEqual([{ role: "pod", namespaces: { names: ["shop"] } }]);
    const service = { name: "api", image: "i", replicas: 1, port: 8080, role: "public" } as const;
    const [container] = podSpec(service, {
      site: "primary",
      protocol: "HTTP",
      database: { host: "d", port: 5432, name: "n", user: "u", password: "p", sslMode: "require" },
      objects: { kind: "s3", bucket: "b", region: "r" },
    }).containers;
    const kept = (labels: Readonly<Record<string, string>>) =>
      job.relabel_configs.every(
        (rule) =>
          !("action" in rule) || new RegExp(`^(?:${rule.regex})$`).test(labels[rule.source_labels[0] ?? ""] ?? ""),
      );
    const ours = {
      ...Object.fromEntries(
        Object.entries(serviceLabels(service)).map(([key, value]) => [
          `__meta_kubernetes_pod_label_${key.replace(/[./-]/g, "_")}`,
          value,
        ]),
      ),
      __meta_kubernetes_pod_container_port_name: container?.ports[0]?.name ?? "",
      __meta_kubernetes_pod_phase: "Running",
    };
    expect(kept(ours)).toBe(true);
    expect(kept({ ...ours, __meta_kubernetes_pod_label_app_kubernetes_io_name: "api-2" })).toBe(false);
    expect(kept({ ...ours, __meta_kubernetes_pod_container_port_name: "admin" })).toBe(false);
    expect(servicesJob({ ...application, protocol: "HTTPS" })).toMatchObject({ scheme: "https" });
  });

  it("mount our rules where Prometheus looks for them", () => {
    const [mount] = values.server.extraConfigmapMounts;
    expect(mount).toMatchObject({ configMap: "rules", mountPath: "/etc/pilotlight/rules" });
    expect(values.serverFiles["prometheus.yml"].rule_files).toContain("/etc/pilotlight/rules/*.yaml");
    expect(values.configmapReload.prometheus.extraVolumeDirs).toEqual(["/etc/pilotlight/rules"]);
  });

  it("send our alerts to the driver with a token from a file", () => {
    const { config, extraSecretMounts } = values.alertmanager;
    expect(config?.route).toMatchObject({
      receiver: "nobody",
      routes: [{ receiver: "pilotlight-driver", matchers: ['pilotlight="true"'] }],
    });
    const webhook = config?.receivers.find(({ name }) => name === "pilotlight-driver")?.webhook_configs?.[0];
    expect(webhook).toMatchObject({ url: driver.alertsUrl, send_resolved: true });
    const file = webhook?.http_config.authorization.credentials_file ?? "";
    expect(file).toBe(`${extraSecretMounts?.[0]?.mountPath}/token`);
    const silent = prometheusValues({
      ...application,
      retentionDays: 30,
      rulesConfigMap: "rules",
      tokenSecret: "token",
      driver: undefined,
    });
    expect(silent.alertmanager).toEqual({ enabled: false });
    expect(Object.keys(silent.scrapeConfigs)).toEqual(["pilotlight-services"]);
  });

  it("show Prometheus and Loki in Grafana, with our dashboards, and bring the logs there", () => {
    const { datasources, sidecar } = grafanaValues("monitoring");
    expect(datasources["datasources.yaml"].datasources.map(({ type, url }) => [type, url])).toEqual([
      ["prometheus", "http://prometheus-server.monitoring.svc"],
      ["loki", lokiUrl("monitoring")],
    ]);
    expect(sidecar.dashboards).toMatchObject({ enabled: true, label: "grafana_dashboard", labelValue: "1" });
    expect(promtailValues("monitoring").config.clients).toEqual([
      { url: "http://loki-gateway.monitoring.svc/loki/api/v1/push" },
    ]);
  });

  it("are of pinned versions", () => {
    for (const { version, repository } of Object.values(CHARTS)) {
      expect(version).toMatch(/^\d+\.\d+\.\d+$/);
      expect(repository).toMatch(/^https:/);
    }
  });
});

describe("the observability component", () => {
  const made = (changes: Partial<ObservabilityArgs> = {}) =>
    record(() => {
      new Observability("observability", { application, ...changes });
      return {};
    });
  const RELEASE = "kubernetes:helm.sh/v3:Release";
  let plain: Recording;
  beforeAll(async () => {
    plain = await made();
  });

  it("brings rules and dashboards, and no chart unless asked", () => {
    expect(namesOf(plain)).toEqual([
      "kubernetes:core/v1:ConfigMap observability-dashboard-application",
      "kubernetes:core/v1:ConfigMap observability-dashboard-database",
      "kubernetes:core/v1:ConfigMap observability-dashboard-failover",
      "kubernetes:core/v1:ConfigMap observability-rules",
      "kubernetes:core/v1:LimitRange observability-limits",
      "kubernetes:core/v1:Namespace observability-namespace",
      "kubernetes:networking.k8s.io/v1:NetworkPolicy observability-deny",
      "kubernetes:rbac.authorization.k8s.io/v1:Role observability-operator",
      "pilotlight:kubernetes:ApplicationNamespace observability",
      "pilotlight:kubernetes:Observability observability",
    ]);
    const { data } = one(plain, "kubernetes:core/v1:ConfigMap", "observability-rules").inputs;
    expect(JSON.parse(Object(data)["pilotlight.yaml"])).toEqual(
      alertRules({ namespace: "shop", driverScraped: false }),
    );
    const board = one(plain, "kubernetes:core/v1:ConfigMap", "observability-dashboard-failover").inputs;
    expect(Object(board.metadata).labels).toMatchObject({ grafana_dashboard: "1" });
    expect(Buffer.byteLength(JSON.stringify(board))).toBeLessThan(1_000_000);
  });

  it("installs four charts by option, the token as a secret of its own", async () => {
    const charts = await made({ charts: true, driver: { ...driver, token: "hush-token" }, retentionDays: 14 });
    // Pods of the charts talk to everything, and read the nodes' files.
    const closed = "kubernetes:networking.k8s.io/v1:NetworkPolicy observability-deny";
    expect(namesOf(charts)).toEqual(expect.arrayContaining(namesOf(plain).filter((name) => name !== closed)));
    expect(namesOf(charts)).not.toContain(closed);
    const enforced = (deployment: typeof plain) =>
      Object(one(deployment, "kubernetes:core/v1:Namespace", "observability-namespace").inputs["metadata"]).labels[
        "pod-security.kubernetes.io/enforce"
      ];
    expect([enforced(plain), enforced(charts)]).toEqual(["restricted", "privileged"]);
    const releases = charts.resources.filter(({ type }) => type === RELEASE);
    expect(releases.map(({ name }) => name).toSorted()).toEqual(
      ["grafana", "loki", "prometheus", "promtail"].map((name) => `observability-${name}`),
    );
    for (const { inputs } of releases) expect(inputs).toMatchObject({ namespace: "monitoring", skipAwait: true });
    expect(one(charts, RELEASE, "observability-prometheus").inputs).toMatchObject({
      name: "prometheus",
      chart: "prometheus",
      repositoryOpts: { repo: "https://prometheus-community.github.io/helm-charts" },
      values: { server: { retention: "14d" }, alertmanager: { enabled: true } },
    });
    expect(holdersOf("hush-token", charts)).toEqual({ all: ["observability-driver-token"], open: [] });
  });

  it("declares the operator's objects only where it is told that there is one", async () => {
    expect(JSON.stringify(plain.resources)).not.toContain("monitoring.coreos.com");
    const run = await made({ monitors: true });
    const rule = one(run, "kubernetes:monitoring.coreos.com/v1:PrometheusRule", "observability-rules");
    expect(rule.inputs.spec).toEqual(alertRules({ namespace: "shop", driverScraped: false }));
  });
});
