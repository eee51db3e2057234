import { getClientConfigOutput } from "@pulumi/azure-native/authorization/getClientConfig.js";
import { ResourceGroup } from "@pulumi/azure-native/resources/resourceGroup.js";
import { ApplicationIdentity } from "../components/azure/application-identity.ts";
import { ClusterIdentity } from "../components/azure/cluster-identity.ts";
import { LogAnalytics } from "../components/azure/log-analytics.ts";
import { azureNames, dnsLabel } from "../components/azure/names.ts";
import { Network } from "../components/azure/network.ts";
import { PublicIp } from "../components/azure/public-ip.ts";
import { dataOptions } from "../components/data-options.ts";
import { nameSuffix } from "../components/name-suffix.ts";
import { siteTags } from "../components/tags.ts";
import type { StandbyConfig } from "./config.ts";
import { declaredRoots } from "./database-roots.ts";
import { healthPathOf, publicService, serviceEndpoint, webProtocol, workloads } from "./endpoints.ts";
import { exportStandby, type Pending } from "./exports.ts";
import type { StandbyOutputs } from "./outputs.ts";
import { readPrimary } from "./primary-reference.ts";
import type { StandbyBase } from "./standby-base.ts";
import { standbyCompute } from "./standby-compute.ts";
import { standbyContainers } from "./standby-containers.ts";
import { standbyData } from "./standby-data.ts";
import { standbyImages } from "./standby-images.ts";
import { type StandbyEntrance, standbyTraffic } from "./standby-traffic.ts";
import { standbyWatch } from "./standby-watch.ts";
import { declaredLease } from "./write-lease.ts";

/** The standby site: Azure, and nothing but Azure. Data and names exist always, compute only while lit. */
export async function standby(config: StandbyConfig): Promise<Record<string, unknown>> {
  const base = await standbyBase(config);
  const { place, names } = base;
  const logs = config.logs.enabled
    ? new LogAnalytics("logs", { ...place, workspaceName: names.workspace, retentionDays: config.logs.retentionDays })
    : undefined;
  const lit = config.drActive || config.tier === "warm";
  const run = config.compute === "aks" ? withCluster : withContainers;
  const { data, registry, entrance, outputs } = run(config, base, { logs, lit });
  const traffic = standbyTraffic(config, base, entrance);
  standbyWatch(config, { base, data, registry, traffic, entrance, logs });

  const { database, objects, vault } = data;
  const { engine, additional, name, appUser, sslMode } = config.database;
  const { account, endpoint, container, accountKey, stateTable, tableEndpoint } = objects;
  return exportStandby({
    contract: 1,
    site: "standby",
    application: config.application,
    environment: config.environment,
    region: config.region,
    drActive: config.drActive,
    activeSite: config.activeSite,
    tier: config.tier,
    subscriptionId: base.scope.subscriptionId,
    resourceGroup: place.resourceGroupName,
    database: {
      engine,
      additional,
      host: database.host,
      port: database.port,
      name,
      adminUser: database.adminUser,
      adminPassword: database.adminPassword,
      appUser,
      appPassword: base.primary.appPassword,
      sslMode,
      ...declaredRoots(config),
      ...declaredLease(config),
    },
    workloads: workloads(config),
    ...outputs,
    objects: { kind: "blob", account, endpoint, container, accountKey },
    vault: { name: vault.vaultName, uri: vault.uri },
    ...(stateTable ? { stateTable: { account, endpoint: tableEndpoint, name: stateTable } } : {}),
    traffic: traffic.outputs,
    publicEndpoint: {
      host: config.publicName,
      port: traffic.publicPort,
      protocol: webProtocol(config),
      ...healthPathOf(publicService(config)),
    },
  });
}

async function standbyBase(config: StandbyConfig): Promise<StandbyBase> {
  const { protectData, region } = config;
  const names = azureNames(config);
  const tags = siteTags(config, "standby", config.tags);
  const primary = await readPrimary(config);
  const { subscriptionId, tenantId } = getClientConfigOutput();
  const suffix = nameSuffix("suffix", protectData);
  const group = new ResourceGroup(
    "group",
    { resourceGroupName: names.resourceGroup, location: region, tags },
    dataOptions(protectData),
  );
  const place = { resourceGroupName: group.name, location: region, tags };
  const serviceEndpoints = ["Microsoft.Storage", ...(config.database.engine === "sqlserver" ? ["Microsoft.Sql"] : [])];
  const network = new Network("network", {
    ...place,
    name: names.network,
    cidr: config.standbyCidr,
    servicePort: config.servicePort,
    serviceEndpoints,
  });
  return {
    names,
    suffix,
    label: dnsLabel(config, config.publicName),
    place,
    scope: { resourceGroupId: group.id, subscriptionId },
    tenantId,
    group,
    network,
    primary,
  };
}

interface Running {
  readonly logs: LogAnalytics | undefined;
  /** Compute is up. */
  readonly lit: boolean;
}

/** What the outputs say of what runs the application. */
type RunningOutputs = Pick<
  Pending<StandbyOutputs>,
  "cluster" | "containerGroup" | "nodeTypes" | "kubernetesVersion" | "endpoints"
>;

function withCluster(config: StandbyConfig, base: StandbyBase, { logs, lit }: Running) {
  const { names, place, scope } = base;
  const publicIp = new PublicIp("public", { ...place, name: names.publicIp, dnsLabel: base.label });
  const egress = new PublicIp("egress", { ...place, name: names.egressIp });
  const identity =
    config.cluster.identity === "user-assigned"
      ? new ClusterIdentity("identity", {
          ...place,
          ...scope,
          name: names.identity,
          ...(config.registry.enabled ? { nodeIdentityName: names.nodeIdentity } : {}),
        })
      : undefined;
  const data = standbyData(config, base, { egress, application: undefined });
  const images = standbyImages(config, base, identity?.nodes ? { nodes: identity.nodes.objectId } : {});
  const compute = lit ? standbyCompute(config, { base, data, images, identity, publicIp, egress, logs }) : undefined;
  const inside = compute ? config.services.filter(({ role }) => role === "internal") : [];
  const entrance: StandbyEntrance = { host: publicIp.fqdn, port: config.servicePort };
  const outputs: RunningOutputs = {
    nodeTypes: [config.cluster.nodeType, ...config.cluster.fallbackNodeTypes],
    kubernetesVersion: config.cluster.version,
    ...(compute ? { cluster: compute.cluster } : {}),
    // The public address is there even while dark; an internal one comes and goes with the cluster.
    endpoints: [
      serviceEndpoint(config, publicService(config), entrance.host),
      ...inside.map((service) => serviceEndpoint(config, service, compute?.host(service.name) ?? "")),
    ],
  };
  return { data, registry: images.registry, entrance, outputs };
}

function withContainers(config: StandbyConfig, base: StandbyBase, { logs, lit }: Running) {
  const { names, place, scope } = base;
  const application = new ApplicationIdentity("application", {
    ...place,
    name: names.applicationIdentity,
    subscriptionId: scope.subscriptionId,
  });
  const data = standbyData(config, base, { egress: undefined, application: application.principalId });
  const images = standbyImages(config, base, { application: application.principalId });
  const group = standbyContainers(config, { base, data, images, application, logs, lit });
  const open = publicService(config);
  // A container group maps no ports.
  const entrance: StandbyEntrance = { host: group.host, port: open.port };
  const outputs: RunningOutputs = {
    nodeTypes: [],
    containerGroup: { name: group.groupName, resourceGroup: place.resourceGroupName },
    endpoints: [serviceEndpoint(config, open, entrance.host, entrance.port)],
  };
  return { data, registry: images.registry, entrance, outputs };
}
