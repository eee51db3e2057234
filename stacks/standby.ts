import { getClientConfigOutput } from "@pulumi/azure-native/authorization/getClientConfig.js";
import { ResourceGroup } from "@pulumi/azure-native/resources/resourceGroup.js";
import { ClusterIdentity } from "../components/azure/cluster-identity.ts";
import { azureNames, dnsLabel, trafficManagerHost } from "../components/azure/names.ts";
import { Network } from "../components/azure/network.ts";
import { ObjectStore } from "../components/azure/object-store.ts";
import { flexibleServerSku, Postgres } from "../components/azure/postgres.ts";
import { PublicIp } from "../components/azure/public-ip.ts";
import { TrafficManager } from "../components/azure/traffic-manager.ts";
import { Vault } from "../components/azure/vault.ts";
import { dataOptions } from "../components/data-options.ts";
import { nameSuffix } from "../components/name-suffix.ts";
import { siteTags } from "../components/tags.ts";
import type { StandbyConfig } from "./config.ts";
import { publicService, serviceEndpoint, webProtocol, workloads } from "./endpoints.ts";
import { exportStandby } from "./exports.ts";
import { readPrimary } from "./primary-reference.ts";
import { requireComposed } from "./standby-composed.ts";
import { standbyCompute } from "./standby-compute.ts";

/** The standby site: Azure, and nothing but Azure. Data and names exist always, compute only while lit. */
export async function standby(config: StandbyConfig): Promise<Record<string, unknown>> {
  requireComposed(config);
  const { protectData, region, traffic } = config;
  const names = azureNames(config);
  const tags = siteTags(config, "standby", config.tags);
  const primary = await readPrimary(config);
  const client = getClientConfigOutput();
  const suffix = nameSuffix("suffix", protectData);

  const group = new ResourceGroup(
    "group",
    { resourceGroupName: names.resourceGroup, location: region, tags },
    dataOptions(protectData),
  );
  const place = { resourceGroupName: group.name, location: region, tags };
  const network = new Network("network", { ...place, name: names.network, cidr: config.standbyCidr });
  const label = dnsLabel(config, config.publicName);
  const publicIp = new PublicIp("public", { ...place, name: names.publicIp, dnsLabel: label });
  const egress = new PublicIp("egress", { ...place, name: names.egressIp });
  const identity = new ClusterIdentity("identity", {
    ...place,
    name: names.identity,
    resourceGroupId: group.id,
    subscriptionId: client.subscriptionId,
  });
  const server = new Postgres("database", {
    ...place,
    ...config.database,
    sku: config.database.sku ?? flexibleServerSku(config.tier),
    databaseName: config.database.name,
    serverName: suffix.apply(names.database),
    allowedCidrs: config.allowedCidrs,
    clusterAddress: egress.address,
    protectData,
  });
  const objects = new ObjectStore("objects", {
    ...place,
    accountName: suffix.apply(names.storageAccount),
    containerName: "objects",
    protectData,
  });
  const vault = new Vault("vault", {
    ...place,
    vaultName: suffix.apply(names.vault),
    tenantId: client.tenantId,
    secrets: { "database-app-password": primary.appPassword },
    protectData,
  });
  const open = publicService(config);
  const trafficManager = new TrafficManager("traffic", {
    ...place,
    profileName: names.profile,
    dnsLabel: label,
    ttlSeconds: traffic.ttlSeconds,
    probe: {
      protocol: traffic.protocol,
      port: config.servicePort,
      path: open.healthPath,
      intervalSeconds: traffic.probeIntervalSeconds,
      timeoutSeconds: traffic.probeTimeoutSeconds,
      toleratedFailures: traffic.toleratedFailures,
    },
    targets: { primary: primary.publicHost, standby: publicIp.fqdn },
    activeSite: config.activeSite,
  });

  const { name, appUser, sslMode } = config.database;
  const { appPassword } = primary;
  const compute =
    config.drActive || config.tier === "warm"
      ? standbyCompute(config, {
          names,
          place,
          group,
          network,
          identity,
          publicIp,
          egress,
          server,
          objects,
          appPassword,
        })
      : undefined;
  const lit = compute ? config.services.filter(({ role }) => role === "internal") : [];

  return exportStandby({
    contract: 1,
    site: "standby",
    application: config.application,
    environment: config.environment,
    region,
    drActive: config.drActive,
    activeSite: config.activeSite,
    tier: config.tier,
    subscriptionId: client.subscriptionId,
    resourceGroup: group.name,
    database: {
      engine: config.database.engine,
      additional: config.database.additional,
      host: server.host,
      port: server.port,
      name,
      adminUser: server.adminUser,
      adminPassword: server.adminPassword,
      appUser,
      appPassword,
      sslMode,
    },
    workloads: workloads(config),
    nodeTypes: config.compute === "aks" ? [config.cluster.nodeType, ...config.cluster.fallbackNodeTypes] : [],
    ...(compute ? { cluster: compute.cluster } : {}),
    objects: {
      kind: "blob",
      account: objects.account,
      endpoint: objects.endpoint,
      container: objects.container,
      accountKey: objects.accountKey,
    },
    vault: { name: vault.vaultName, uri: vault.uri },
    // The public address is there even while dark; an internal one comes and goes with the cluster.
    endpoints: [
      serviceEndpoint(config, open, publicIp.fqdn),
      ...lit.map((service) => serviceEndpoint(config, service, compute?.host(service.name) ?? "")),
    ],
    traffic: {
      kind: "traffic-manager",
      profile: trafficManager.profile,
      fqdn: trafficManagerHost(config, config.publicName),
      endpoints: trafficManager.endpoints,
      ttlSeconds: traffic.ttlSeconds,
    },
    publicEndpoint: { host: config.publicName, port: config.servicePort, protocol: webProtocol(config) },
  });
}
