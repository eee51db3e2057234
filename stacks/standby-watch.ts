import { type Input, interpolate, secret } from "@pulumi/pulumi";
import { Alerts } from "../components/azure/alerts.ts";
import { Diagnostics } from "../components/azure/diagnostics.ts";
import { FailoverFunctions } from "../components/azure/failover-functions.ts";
import { functionsPackage } from "../components/azure/functions-package.ts";
import type { LogAnalytics } from "../components/azure/log-analytics.ts";
import type { Registry } from "../components/azure/registry.ts";
import type { StandbyConfig } from "./config.ts";
import { healthPathOf, publicService, receiverUrl, webProtocol } from "./endpoints.ts";
import type { StandbyBase } from "./standby-base.ts";
import { DRIVER_TOKEN_SECRET, type StandbyData } from "./standby-data.ts";
import type { StandbyEntrance, StandbyTraffic } from "./standby-traffic.ts";

export interface StandbyWatchBase {
  readonly base: StandbyBase;
  readonly data: StandbyData;
  readonly registry: Registry | undefined;
  readonly traffic: StandbyTraffic;
  readonly entrance: StandbyEntrance;
  readonly logs: LogAnalytics | undefined;
}

/** What a standby has by option for those who look after it: logs, alerts, and the decision functions. */
export function standbyWatch(config: StandbyConfig, parts: StandbyWatchBase): void {
  const { data, registry, traffic, logs } = parts;
  const { router } = traffic;
  const isPostgres = data.serverSku !== undefined;
  const routers = {
    ...(router?.kind === "traffic-manager" ? { trafficManager: router.profileId } : {}),
    ...(router?.kind === "front-door" ? { frontDoor: router.profileId } : {}),
  };
  if (logs) {
    new Diagnostics("diagnostics", {
      workspaceId: logs.workspaceId,
      sources: {
        vault: data.vault.vaultId,
        [isPostgres ? "postgres" : "sql"]: data.database.serverId,
        ...(registry ? { registry: registry.registryId } : {}),
        ...routers,
      },
    });
  }
  const { receiver } = config.alerts;
  if (receiver !== undefined && config.alertToken !== undefined) {
    const { resourceGroupName, tags } = parts.base.place;
    const { names } = parts.base;
    new Alerts("alerts", {
      resourceGroupName,
      tags,
      name: names.actionGroup,
      shortName: names.actionGroupShort,
      webhookUrl: interpolate`${receiverUrl(receiver, "azure-monitor")}?token=${secret(config.alertToken)}`,
      ...(data.serverSku === undefined ? {} : { postgres: { serverId: data.database.serverId, sku: data.serverSku } }),
      ...(routers.trafficManager ? { trafficManagerId: routers.trafficManager } : {}),
      ...(routers.frontDoor ? { frontDoorId: routers.frontDoor } : {}),
    });
  }
  if (config.failoverFunctions.enabled) failoverFunctions(config, parts);
}

function failoverFunctions(config: StandbyConfig, { base, data, entrance }: StandbyWatchBase): void {
  const { names, suffix, place, scope, primary } = base;
  const { objects, vault } = data;
  if (!objects.stateTable) throw new Error("the decision functions need the state table of the object store");
  const url = (host: Input<string>, port: number) => interpolate`${webProtocol(config)}://${host}:${port}`;
  const { receiver } = config.alerts;
  const { healthPath } = healthPathOf(publicService(config));
  new FailoverFunctions("functions", {
    ...place,
    ...functionsPackage(),
    appName: suffix.apply(names.functionApp),
    planName: names.functionsPlan,
    workflowName: names.workflow,
    identityName: names.helperIdentity("functions"),
    subscriptionId: scope.subscriptionId,
    accountName: objects.account,
    accountId: objects.accountId,
    blobEndpoint: objects.endpoint,
    tableEndpoint: objects.tableEndpoint,
    tableName: objects.stateTable,
    settings: {
      FAILOVER_PRIMARY_ENDPOINT: url(primary.publicHost, primary.publicPort),
      FAILOVER_SECONDARY_ENDPOINT: url(entrance.host, entrance.port),
      ...(healthPath === undefined ? {} : { FAILOVER_HEALTH_PATH: healthPath }),
      ...(webProtocol(config) === "https" ? { FAILOVER_PUBLIC_NAME: config.publicName } : {}),
      FAILOVER_COOLDOWN_SECONDS: String(config.failoverFunctions.cooldownSeconds),
      ...(receiver === undefined ? {} : { FAILOVER_DRIVER_WEBHOOK_URL: receiverUrl(receiver, "alertmanager") }),
    },
    ...(receiver === undefined
      ? {}
      : {
          vaultSettings: { FAILOVER_DRIVER_WEBHOOK_TOKEN: interpolate`${vault.uri}secrets/${DRIVER_TOKEN_SECRET}` },
          vaultId: vault.vaultId,
        }),
  });
}
