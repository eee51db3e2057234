import { DiagnosticSetting } from "@pulumi/azure-native/monitor/diagnosticSetting.js";
import { ComponentResource, type ComponentResourceOptions, type Input } from "@pulumi/pulumi";

/** What can send its logs and metrics. */
export type DiagnosticSource = "vault" | "postgres" | "sql" | "cluster" | "registry" | "trafficManager" | "frontDoor";

/** Options of `Diagnostics`. */
export interface DiagnosticsArgs {
  /** Resource id of the workspace that gets them. */
  readonly workspaceId: Input<string>;
  /** Resource id of each source that is to send. */
  readonly sources: Readonly<Partial<Record<DiagnosticSource, Input<string>>>>;
}

/** Log categories; `all` is the group that every service has. Of a cluster, only what is worth its price. */
const LOGS: Readonly<Record<DiagnosticSource, readonly string[] | "all">> = {
  vault: "all",
  postgres: "all",
  sql: [],
  cluster: ["kube-audit-admin", "cluster-autoscaler", "guard", "cloud-controller-manager"],
  registry: "all",
  trafficManager: "all",
  frontDoor: "all",
};
const ORDER: readonly DiagnosticSource[] = [
  "vault",
  "postgres",
  "sql",
  "cluster",
  "registry",
  "trafficManager",
  "frontDoor",
];

/** Sends logs and metrics of the standby's resources to a Log Analytics workspace. */
export class Diagnostics extends ComponentResource {
  constructor(name: string, args: DiagnosticsArgs, options?: ComponentResourceOptions) {
    super("pilotlight:azure:Diagnostics", name, {}, options);
    for (const source of ORDER) {
      const resourceUri = args.sources[source];
      if (resourceUri === undefined) continue;
      const categories = LOGS[source];
      const logs =
        categories === "all"
          ? [{ categoryGroup: "allLogs", enabled: true }]
          : categories.map((category) => ({ category, enabled: true }));
      new DiagnosticSetting(
        `${name}-${source}`,
        {
          name: "pilotlight",
          resourceUri,
          workspaceId: args.workspaceId,
          logs,
          metrics: [{ category: "AllMetrics", enabled: true }],
        },
        { parent: this },
      );
    }
    this.registerOutputs({});
  }
}
