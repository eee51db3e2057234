import { ActionGroup } from "@pulumi/azure-native/monitor/actionGroup.js";
import { MetricAlert } from "@pulumi/azure-native/monitor/metricAlert.js";
import { ComponentResource, type ComponentResourceOptions, type Input, type Output, secret } from "@pulumi/pulumi";
import type { Tags } from "../tags.ts";
import { type AlertRule, frontDoorRules, postgresRules, trafficManagerRules } from "./alert-rules.ts";

/** The database that is watched. */
export interface WatchedPostgres {
  /** Resource id of the server. */
  readonly serverId: Input<string>;
  /** Its size, which says how many connections are many. */
  readonly sku: string;
}

/** Options of `Alerts`. */
export interface AlertsArgs {
  /** Name of the action group; rules are called `<name>-<rule>`. At most 200 characters. */
  readonly name: string;
  /** What a text message says the alert is from, at most 12 characters. */
  readonly shortName: string;
  /** Resource group of the alerts. */
  readonly resourceGroupName: Input<string>;
  /** Secret: URL of the driver's receiver for Azure Monitor, token included. */
  readonly webhookUrl: Input<string>;
  /** Watches a flexible server: alive, processor, storage, connections. Default: none. */
  readonly postgres?: WatchedPostgres;
  /** Watches the endpoints of this Traffic Manager profile (resource id). Default: none. */
  readonly trafficManagerId?: Input<string>;
  /** Watches the origins of this Front Door profile (resource id). Default: none. */
  readonly frontDoorId?: Input<string>;
  /** Tags of every resource. */
  readonly tags: Tags;
}

/** Metric alerts of the standby, told to the driver in Azure Monitor's common schema. */
export class Alerts extends ComponentResource {
  /** Resource id of the action group. */
  readonly actionGroupId: Output<string>;

  readonly #name: string;
  readonly #args: AlertsArgs;

  constructor(name: string, args: AlertsArgs, options?: ComponentResourceOptions) {
    super("pilotlight:azure:Alerts", name, {}, options);
    this.#name = name;
    this.#args = args;
    const group = new ActionGroup(
      `${name}-driver`,
      {
        actionGroupName: args.name,
        groupShortName: args.shortName,
        resourceGroupName: args.resourceGroupName,
        location: "Global",
        enabled: true,
        webhookReceivers: [{ name: "driver", serviceUri: secret(args.webhookUrl), useCommonAlertSchema: true }],
        tags: { ...args.tags },
      },
      { parent: this },
    );
    this.actionGroupId = group.id;
    const { postgres, trafficManagerId, frontDoorId } = args;
    if (postgres) for (const rule of postgresRules(postgres.sku)) this.#alert(rule, postgres.serverId);
    if (trafficManagerId) for (const rule of trafficManagerRules()) this.#alert(rule, trafficManagerId);
    if (frontDoorId) for (const rule of frontDoorRules()) this.#alert(rule, frontDoorId);
    this.registerOutputs({ actionGroupId: this.actionGroupId });
  }

  #alert(rule: AlertRule, scope: Input<string>): void {
    const { dimension } = rule;
    new MetricAlert(
      `${this.#name}-${rule.key}`,
      {
        ruleName: `${this.#args.name}-${rule.key}`,
        resourceGroupName: this.#args.resourceGroupName,
        location: "global",
        description: rule.description,
        severity: rule.severity,
        enabled: true,
        scopes: [scope],
        evaluationFrequency: "PT1M",
        windowSize: "PT5M",
        autoMitigate: true,
        criteria: {
          odataType: "Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria",
          allOf: [
            {
              criterionType: "StaticThresholdCriterion",
              name: rule.key,
              metricNamespace: rule.metricNamespace,
              metricName: rule.metricName,
              timeAggregation: rule.aggregation,
              operator: rule.operator,
              threshold: rule.threshold,
              ...(dimension
                ? { dimensions: [{ name: dimension.name, operator: "Include", values: [...dimension.values] }] }
                : {}),
            },
          ],
        },
        actions: [{ actionGroupId: this.actionGroupId }],
        tags: { ...this.#args.tags },
      },
      { parent: this },
    );
  }
}
