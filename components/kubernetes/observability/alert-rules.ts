import { DRIVER_JOB, METRICS, SERVICES_JOB } from "./metrics.ts";

/** One alerting rule of Prometheus. */
export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface AlertRulesOptions {
  /** Where the application runs. */
  readonly namespace: string;
  /** Also watch the driver itself: only where something scrapes it. */
  readonly driverScraped: boolean;
}

/** What Alertmanager routes to the driver. */
export const DRIVER_LABEL = { pilotlight: "true" };

/** Rule groups for the signals of the health score. An alert makes the driver look at once; the driver's own score decides. */
export function alertRules(options: AlertRulesOptions) {
  return {
    groups: [
      { name: "pilotlight-services", rules: serviceRules(options.namespace) },
      { name: "pilotlight-nodes", rules: nodeRules() },
      { name: "pilotlight-driver", rules: driverRules(options.driverScraped) },
    ],
  };
}

function serviceRules(namespace: string): readonly AlertRule[] {
  const { health, requests } = METRICS.service;
  const { replicasWanted, replicasAvailable } = METRICS.cluster;
  const ours = `job="${SERVICES_JOB}",namespace="${namespace}"`;
  const rate = (filter: string) => `sum by (service, site) (rate(${requests}{${ours}${filter}}[5m]))`;
  return [
    rule("ServiceUnhealthy", "critical", `max by (service, site) (${health}{${ours}}) >= 2`, "1m", {
      summary: "{{ $labels.service }} at {{ $labels.site }} is unhealthy",
      signal: "service",
    }),
    rule("ServiceDegraded", "warning", `max by (service, site) (${health}{${ours}}) == 1`, "2m", {
      summary: "{{ $labels.service }} at {{ $labels.site }} is degraded",
      signal: "service",
    }),
    // An inactive site wants no replicas, so it is silent.
    rule(
      "ServiceWithoutPods",
      "critical",
      `(${replicasWanted}{namespace="${namespace}"} > 0) and on (namespace, deployment) (${replicasAvailable}{namespace="${namespace}"} == 0)`,
      "1m",
      { summary: "{{ $labels.deployment }} should run and no pod of it is available", signal: "service" },
    ),
    rule("ServiceErrors", "critical", `${rate(',status=~"5.."')} / ${rate("")} > 0.05`, "2m", {
      summary:
        "{{ $labels.service }} at {{ $labels.site }} answers {{ $value | humanizePercentage }} of requests with an error",
      signal: "error-rate",
    }),
    rule("ServiceSlow", "warning", `max by (service) (${METRICS.scrape.seconds}{${ours}}) > 1`, "5m", {
      summary: "{{ $labels.service }} takes {{ $value | humanizeDuration }} to look at its database and object store",
      signal: "latency",
    }),
  ];
}

function nodeRules(): readonly AlertRule[] {
  const ready = `${METRICS.cluster.node}{condition="Ready",status="true"}`;
  return [
    rule("NodeNotReady", "warning", `${ready} == 0`, "2m", {
      summary: "Node {{ $labels.node }} is not ready",
      signal: "node-groups",
    }),
    rule("NodesNotReady", "critical", `count(${ready} == 0) >= 2`, "1m", {
      summary: "{{ $value }} nodes are not ready",
      signal: "node-groups",
    }),
  ];
}

function driverRules(scraped: boolean): readonly AlertRule[] {
  const { score, signalPoints, replicationLag } = METRICS.driver;
  const silent = rule("DriverSilent", "critical", `absent(${METRICS.scrape.up}{job="${DRIVER_JOB}"} == 1)`, "2m", {
    summary: "Nobody watches this application: the driver does not answer",
    signal: "driver",
  });
  return [
    rule("PublicProbeFailing", "critical", `max by (name) (${signalPoints}{kind="external-uptime"}) > 0`, "1m", {
      summary: "{{ $labels.name }} cannot be reached as its users reach it",
      signal: "external-uptime",
    }),
    rule("StandbyProbeFailing", "warning", `max by (name) (${signalPoints}{kind="standby-probe"}) > 0`, "2m", {
      summary: "The standby's {{ $labels.name }} cannot be reached: a failover would not succeed",
      signal: "standby-probe",
    }),
    rule("ReplicationLagging", "warning", `max by (name) (${replicationLag}) > 5`, "2m", {
      summary: "{{ $labels.name }} is {{ $value | humanizeDuration }} behind",
      signal: "replication-lag",
    }),
    rule("ReplicationFarBehind", "critical", `max by (name) (${replicationLag}) > 30`, "1m", {
      summary: "{{ $labels.name }} is {{ $value | humanizeDuration }} behind: that much would be lost",
      signal: "replication-lag",
    }),
    rule("HealthScoreHigh", "critical", `max(${score}) >= 8`, "1m", {
      summary: "The health score is {{ $value }}; at 11 the driver considers a failover",
      signal: "score",
    }),
    ...(scraped ? [silent] : []),
  ];
}

function rule(
  alert: string,
  severity: "warning" | "critical",
  expr: string,
  hold: string,
  about: { readonly summary: string; readonly signal: string },
): AlertRule {
  const labels = { ...DRIVER_LABEL, severity, signal: about.signal };
  return { alert, expr, for: hold, labels, annotations: { summary: about.summary } };
}
