import type { Input } from "@pulumi/pulumi";

/** When the database is worth a word. Every alarm needs five bad minutes in a row. */
export interface DatabaseLimits {
  /** Per cent of the CPU; default 80. */
  readonly cpuPercent?: number | undefined;
  /** GiB of storage that must be free; default 5. */
  readonly freeStorageGib?: number | undefined;
  /** MiB that the slowest replication slot, which is the standby's, may lag behind; default 1024. */
  readonly slotLagMib?: number | undefined;
  /** Connections; default 200. */
  readonly connections?: number | undefined;
}

/** What CloudWatch watches. */
export interface AlarmSpec {
  /** Stable part of its names. */
  readonly key: string;
  readonly description: string;
  readonly namespace: string;
  readonly metricName: string;
  readonly statistic: "Average" | "Maximum" | "Minimum" | "Sum";
  readonly comparison: "GreaterThanThreshold" | "LessThanThreshold";
  readonly threshold: number;
  /** Of the last five minutes, how many must be bad. */
  readonly badMinutes: number;
  readonly dimensions: Readonly<Record<string, Input<string>>>;
}

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

export function databaseAlarms(identifier: Input<string>, limits: DatabaseLimits): AlarmSpec[] {
  const { cpuPercent = 80, freeStorageGib = 5, slotLagMib = 1024, connections = 200 } = limits;
  const common = {
    namespace: "AWS/RDS",
    comparison: "GreaterThanThreshold",
    badMinutes: 5,
    dimensions: { DBInstanceIdentifier: identifier },
  } as const;
  return [
    {
      ...common,
      key: "database-cpu",
      description: `The database's CPU is above ${cpuPercent} %`,
      metricName: "CPUUtilization",
      statistic: "Average",
      threshold: cpuPercent,
    },
    {
      ...common,
      key: "database-storage",
      description: `The database has less than ${freeStorageGib} GiB of storage left`,
      metricName: "FreeStorageSpace",
      statistic: "Minimum",
      comparison: "LessThanThreshold",
      threshold: freeStorageGib * GIB,
    },
    {
      ...common,
      key: "database-slot-lag",
      description: `The standby is more than ${slotLagMib} MiB behind, and the log that it has not read fills the primary's storage`,
      metricName: "OldestReplicationSlotLag",
      statistic: "Maximum",
      threshold: slotLagMib * MIB,
    },
    {
      ...common,
      key: "database-connections",
      description: `The database has more than ${connections} connections`,
      metricName: "DatabaseConnections",
      statistic: "Maximum",
      threshold: connections,
    },
  ];
}

export function loadBalancerAlarms(
  balancer: Input<string>,
  targetGroups: Readonly<Record<string, Input<string>>>,
  errorsPerMinute: number,
): AlarmSpec[] {
  const common = { namespace: "AWS/ApplicationELB", comparison: "GreaterThanThreshold", badMinutes: 3 } as const;
  const errors = {
    ...common,
    statistic: "Sum",
    threshold: errorsPerMinute,
    dimensions: { LoadBalancer: balancer },
  } as const;
  return [
    {
      ...errors,
      key: "balancer-errors",
      description: `The load balancer answers more than ${errorsPerMinute} requests a minute with 5xx of its own: no service was there`,
      metricName: "HTTPCode_ELB_5XX_Count",
    },
    {
      ...errors,
      key: "service-errors",
      description: `Services answer more than ${errorsPerMinute} requests a minute with 5xx`,
      metricName: "HTTPCode_Target_5XX_Count",
    },
    ...Object.entries(targetGroups).map(([service, group]): AlarmSpec => {
      return {
        ...common,
        key: `unhealthy-${service}`,
        description: `${service} fails its health check on a node`,
        metricName: "UnHealthyHostCount",
        statistic: "Maximum",
        threshold: 0,
        dimensions: { LoadBalancer: balancer, TargetGroup: group },
      };
    }),
  ];
}

export function nodeAlarms(autoscalingGroups: Readonly<Record<string, Input<string>>>): AlarmSpec[] {
  return Object.entries(autoscalingGroups).map(([key, group]): AlarmSpec => {
    return {
      key: `nodes-${key}`,
      description: `A node of ${key} fails EC2's status checks`,
      namespace: "AWS/EC2",
      metricName: "StatusCheckFailed",
      statistic: "Maximum",
      comparison: "GreaterThanThreshold",
      threshold: 0,
      badMinutes: 3,
      dimensions: { AutoScalingGroupName: group },
    };
  });
}
