import { dashboard, type PanelSpec } from "./dashboard.ts";
import { METRICS, SERVICES_JOB } from "./metrics.ts";

const { service, scrape, cluster, container, driver } = METRICS;

/** Our dashboards by file name. */
export function dashboards(namespace: string): Readonly<Record<string, object>> {
  return {
    application: dashboard("pilotlight-application", "Application", applicationPanels(namespace)),
    database: dashboard("pilotlight-database", "Database and replication", databasePanels(namespace)),
    failover: dashboard("pilotlight-failover", "Failover", failoverPanels()),
  };
}

const HEALTH = { 0: "healthy", 1: "degraded", 2: "unhealthy" };

function applicationPanels(namespace: string): readonly PanelSpec[] {
  const ours = `job="${SERVICES_JOB}",namespace="${namespace}"`;
  const pods = `namespace="${namespace}",container!="",container!="POD"`;
  const rate = (filter: string) => `sum by (service) (rate(${service.requests}{${ours}${filter}}[5m]))`;
  return [
    {
      title: "Health",
      kind: "stat",
      queries: [{ expr: `max by (service) (${service.health}{${ours}})`, legend: "{{service}}" }],
      limits: { yellow: 1, red: 2 },
      words: HEALTH,
    },
    {
      title: "Pods available",
      kind: "stat",
      queries: [{ expr: `${cluster.replicasAvailable}{namespace="${namespace}"}`, legend: "{{deployment}}" }],
    },
    {
      title: "Pods wanted",
      kind: "stat",
      queries: [{ expr: `${cluster.replicasWanted}{namespace="${namespace}"}`, legend: "{{deployment}}" }],
    },
    {
      title: "Nodes not ready",
      kind: "stat",
      queries: [{ expr: `count(${cluster.node}{condition="Ready",status="true"} == 0) or vector(0)`, legend: "nodes" }],
      limits: { yellow: 1, red: 2 },
    },
    { title: "Requests", kind: "timeseries", unit: "reqps", queries: [{ expr: rate(""), legend: "{{service}}" }] },
    {
      title: "Errors",
      kind: "timeseries",
      unit: "percentunit",
      queries: [{ expr: `${rate(',status=~"5.."')} / ${rate("")}`, legend: "{{service}}" }],
      limits: { yellow: 0.01, red: 0.05 },
    },
    {
      title: "Time that a service takes to check itself",
      kind: "timeseries",
      unit: "s",
      queries: [{ expr: `max by (service) (${scrape.seconds}{${ours}})`, legend: "{{service}}" }],
      limits: { yellow: 0.5, red: 1 },
    },
    {
      title: "Restarts in 15 minutes",
      kind: "timeseries",
      queries: [
        { expr: `sum by (pod) (increase(${cluster.restarts}{namespace="${namespace}"}[15m]))`, legend: "{{pod}}" },
      ],
    },
    {
      title: "CPU",
      kind: "timeseries",
      queries: [{ expr: `sum by (pod) (rate(${container.cpuSeconds}{${pods}}[5m]))`, legend: "{{pod}}" }],
    },
    {
      title: "Memory",
      kind: "timeseries",
      unit: "bytes",
      queries: [{ expr: `sum by (pod) (${container.memoryBytes}{${pods}})`, legend: "{{pod}}" }],
    },
    {
      title: "Errors in the logs",
      kind: "logs",
      queries: [{ expr: `{namespace="${namespace}"} |~ "(?i)error"`, legend: "" }],
    },
  ];
}

function databasePanels(namespace: string): readonly PanelSpec[] {
  const ours = `job="${SERVICES_JOB}",namespace="${namespace}"`;
  return [
    {
      title: "Replication lag",
      kind: "stat",
      unit: "s",
      queries: [{ expr: `max by (name) (${driver.replicationLag})`, legend: "{{name}}" }],
      limits: { yellow: 5, red: 30 },
    },
    {
      title: "Active site",
      kind: "stat",
      queries: [{ expr: `max by (site) (${driver.activeSite}) == 1`, legend: "{{site}}" }],
    },
    {
      title: "Services that cannot write",
      kind: "stat",
      queries: [{ expr: `count(${service.health}{${ours}} == 2) or vector(0)`, legend: "pods" }],
      limits: { yellow: 1, red: 2 },
    },
    {
      title: "Replication lag over time",
      kind: "timeseries",
      unit: "s",
      queries: [{ expr: `max by (name) (${driver.replicationLag})`, legend: "{{name}}" }],
      limits: { yellow: 5, red: 30 },
    },
    {
      title: "Time that a service takes to check database and objects",
      kind: "timeseries",
      unit: "s",
      queries: [{ expr: `max by (service, pod) (${scrape.seconds}{${ours}})`, legend: "{{pod}}" }],
    },
    {
      title: "Database in the logs",
      kind: "logs",
      queries: [{ expr: `{namespace="${namespace}"} |~ "(?i)(database|postgres|read-only)"`, legend: "" }],
    },
  ];
}

function failoverPanels(): readonly PanelSpec[] {
  return [
    {
      title: "Health score",
      kind: "stat",
      queries: [{ expr: `max(${driver.score})`, legend: "score" }],
      limits: { yellow: 4, red: 11 },
    },
    {
      title: "Active site",
      kind: "stat",
      queries: [{ expr: `max by (site) (${driver.activeSite}) == 1`, legend: "{{site}}" }],
    },
    {
      title: "Operation",
      kind: "stat",
      queries: [{ expr: `max by (plan) (${driver.operationRunning}) == 1`, legend: "{{plan}}" }],
    },
    {
      title: "Signals that cannot be read",
      kind: "stat",
      queries: [{ expr: `sum(${driver.signalUnknown})`, legend: "signals" }],
      limits: { yellow: 1, red: 3 },
    },
    {
      title: "Points by signal",
      kind: "timeseries",
      queries: [{ expr: `max by (kind, name) (${driver.signalPoints})`, legend: "{{kind}} {{name}}" }],
    },
    {
      title: "Health score over time",
      kind: "timeseries",
      queries: [{ expr: `max(${driver.score})`, legend: "score" }],
      limits: { yellow: 4, red: 11 },
    },
    {
      title: "Operations in a day",
      kind: "timeseries",
      queries: [
        { expr: `sum by (plan, outcome) (increase(${driver.operations}[1d]))`, legend: "{{plan}} {{outcome}}" },
      ],
    },
    {
      title: "Replication lag",
      kind: "timeseries",
      unit: "s",
      queries: [{ expr: `max by (name) (${driver.replicationLag})`, legend: "{{name}}" }],
      limits: { yellow: 5, red: 30 },
    },
  ];
}
