import { Provider } from "@pulumi/kubernetes/provider.js";
import { DatabaseSecret } from "../components/aws/database-secret.ts";
import { Dns } from "../components/aws/dns.ts";
import { EksCluster } from "../components/aws/eks-cluster.ts";
import { awsNames } from "../components/aws/names.ts";
import { Network } from "../components/aws/network.ts";
import { defaultZones } from "../components/aws/network-plan.ts";
import { ObjectStore } from "../components/aws/object-store.ts";
import { PodRole } from "../components/aws/pod-role.ts";
import { Postgres } from "../components/aws/postgres.ts";
import { trafficManagerHost } from "../components/azure/names.ts";
import { databasePassword } from "../components/database-password.ts";
import { SERVICE_ACCOUNT } from "../components/kubernetes/pod-template.ts";
import { ServiceWorkload } from "../components/kubernetes/service-workload.ts";
import { nameSuffix } from "../components/name-suffix.ts";
import { siteTags } from "../components/tags.ts";
import type { PrimaryConfig } from "./config.ts";
import { serviceEndpoint, workloads } from "./endpoints.ts";
import { exportPrimary } from "./exports.ts";

/** The primary site: AWS, and nothing but AWS. */
export function primary(config: PrimaryConfig): Record<string, unknown> {
  const { protectData, region } = config;
  const names = awsNames(config);
  const tags = siteTags(config, "primary", config.tags);
  const namespace = workloads(config).namespace;

  const network = new Network("network", {
    cidr: config.primaryCidr,
    zones: config.zones ?? defaultZones(region),
    nat: config.nat,
    clusterName: names.cluster,
    tags,
  });
  const objects = new ObjectStore("objects", {
    bucketName: nameSuffix("suffix", protectData).apply(names.bucket),
    protectData,
    tags,
  });
  const server = new Postgres("database", {
    ...config.database,
    databaseName: config.database.name,
    identifier: names.database,
    vpcId: network.vpcId,
    subnetIds: network.databaseSubnetIds,
    allowedCidrs: [config.primaryCidr, ...config.allowedCidrs],
    protectData,
    tags,
  });
  const appPassword = databasePassword("app-password", undefined, protectData);
  const { name, appUser, sslMode } = config.database;
  new DatabaseSecret("login", {
    credentials: { host: server.host, port: server.port, dbname: name, username: appUser, password: appPassword },
    protectData,
    tags,
  });
  const dns = new Dns("dns", {
    zoneName: config.zoneName,
    publicName: config.publicName,
    target: trafficManagerHost(config, config.publicName),
    ttlSeconds: config.traffic.ttlSeconds,
    protectData,
    tags,
  });

  const cluster = new EksCluster("cluster", {
    ...config.cluster,
    clusterName: names.cluster,
    region,
    network,
    privateSubnetIds: network.privateSubnetIds,
    publicSubnetIds: network.publicSubnetIds,
    allowedCidrs: config.allowedCidrs,
    tags,
  });
  const podRole = new PodRole("pods", {
    clusterName: cluster.clusterName,
    namespace,
    serviceAccount: SERVICE_ACCOUNT,
    bucketArn: objects.arn,
    tags,
  });
  const kubernetes = new Provider(
    "kubernetes",
    { kubeconfig: cluster.kubeconfig, enableServerSideApply: true },
    { dependsOn: cluster.nodes },
  );
  const workload = new ServiceWorkload(
    "workload",
    {
      site: "primary",
      namespace,
      services: config.services,
      active: config.activeSite === "primary",
      protocol: config.traffic.protocol,
      servicePort: config.servicePort,
      cloud: { kind: "aws" },
      database: { host: server.host, port: server.port, name, user: appUser, password: appPassword, sslMode },
      objects: { kind: "s3", bucket: objects.bucket, region },
      // Subnets can be deleted only when the load balancers that the cluster put there are gone.
      after: [podRole, network],
    },
    { providers: [kubernetes] },
  );

  return exportPrimary({
    contract: 1,
    site: "primary",
    application: config.application,
    environment: config.environment,
    region,
    database: {
      host: server.host,
      port: server.port,
      name,
      adminUser: server.adminUser,
      adminPassword: server.adminPassword,
      appUser,
      appPassword: appPassword,
      sslMode,
    },
    workloads: workloads(config),
    cluster: { name: cluster.clusterName, kubeconfig: cluster.kubeconfig },
    objects: { kind: "s3", bucket: objects.bucket, region },
    endpoints: config.services.map((service) => serviceEndpoint(config, service, workload.host(service.name))),
    dns: {
      zoneId: dns.zoneId,
      zoneName: config.zoneName,
      publicName: config.publicName,
      nameServers: dns.nameServers,
    },
  });
}
