import { connectionLimit } from "./flexible-server-sku.ts";

/** A metric and the value that is too much (or too little). */
export interface AlertRule {
  /** Names the rule; unique. */
  readonly key: string;
  /** Type of the resource that has the metric. */
  readonly metricNamespace: string;
  /** Name of the metric, as Azure Monitor has it. */
  readonly metricName: string;
  /** What is made of the values of five minutes. */
  readonly aggregation: "Average" | "Maximum" | "Minimum";
  /** On which side of the threshold it is too much. */
  readonly operator: "GreaterThan" | "LessThan";
  /** In the unit of the metric. */
  readonly threshold: number;
  /** 0 (critical) to 4. */
  readonly severity: 0 | 1 | 2 | 3 | 4;
  /** What it means to whoever reads it. */
  readonly description: string;
  /** Only these values of a dimension. */
  readonly dimension?: { readonly name: string; readonly values: readonly string[] };
}

const SERVER = "Microsoft.DBforPostgreSQL/flexibleServers";

/** What is worth waking the driver for at a flexible server of this size; pure. */
export function postgresRules(sku: string): readonly AlertRule[] {
  const above = (key: string, metricName: string, threshold: number, description: string): AlertRule => ({
    key,
    metricNamespace: SERVER,
    metricName,
    aggregation: "Average",
    operator: "GreaterThan",
    threshold,
    severity: 2,
    description,
  });
  return [
    {
      key: "database-alive",
      metricNamespace: SERVER,
      metricName: "is_db_alive",
      aggregation: "Maximum",
      operator: "LessThan",
      threshold: 1,
      severity: 0,
      description: "The standby's database does not answer.",
    },
    above("database-cpu", "cpu_percent", 80, "The standby's database has been busy for minutes."),
    above("database-storage", "storage_percent", 85, "The standby's database is running out of storage."),
    above(
      "database-connections",
      "active_connections",
      Math.floor(connectionLimit(sku) * 0.8),
      "The standby's database is running out of connections.",
    ),
  ];
}

/** Traffic Manager's own view of a site; 1 is well. The disabled endpoint has no state and raises no alert. */
export function trafficManagerRules(): readonly AlertRule[] {
  return [
    {
      key: "traffic-endpoint",
      metricNamespace: "Microsoft.Network/trafficManagerProfiles",
      metricName: "ProbeAgentCurrentEndpointStateByProfileResourceId",
      aggregation: "Maximum",
      operator: "LessThan",
      threshold: 1,
      severity: 1,
      description: "Traffic Manager does not reach the active site.",
      dimension: { name: "EndpointName", values: ["*"] },
    },
  ];
}

/** Front Door's own view of the sites, in percent of its probes. */
export function frontDoorRules(): readonly AlertRule[] {
  return [
    {
      key: "traffic-origin",
      metricNamespace: "Microsoft.Cdn/profiles",
      metricName: "OriginHealthPercentage",
      aggregation: "Average",
      operator: "LessThan",
      threshold: 50,
      severity: 1,
      description: "Front Door does not reach the active site.",
      dimension: { name: "Origin", values: ["*"] },
    },
  ];
}
