import { Provider } from "@pulumi/kubernetes/provider.js";
import { DatabaseSecret } from "../components/aws/database-secret.ts";
import { EksCluster } from "../components/aws/eks-cluster.ts";
import { EncryptionKey } from "../components/aws/encryption-key.ts";
import { awsNames } from "../components/aws/names.ts";
import { Network } from "../components/aws/network.ts";
import { defaultZones } from "../components/aws/network-plan.ts";
import { ObjectStore } from "../components/aws/object-store.ts";
import { PodRole } from "../components/aws/pod-role.ts";
import { Postgres } from "../components/aws/postgres.ts";
import { databasePassword } from "../components/database-password.ts";
import { SERVICE_ACCOUNT } from "../components/kubernetes/pod-template.ts";
import { ServiceWorkload } from "../components/kubernetes/service-workload.ts";
import { nameSuffix } from "../components/name-suffix.ts";
import { shortHash } from "../components/naming.ts";
import { siteTags } from "../components/tags.ts";
import type { AwsPrimaryConfig } from "./config.ts";
import { declaredRoots } from "./database-roots.ts";
import { serviceEndpoint, workloads } from "./endpoints.ts";
import { exportPrimary } from "./exports.ts";
import { FIRST_NODE_PORT, primaryEntrance } from "./primary-entrance.ts";
import { primaryWatch } from "./primary-watch.ts";
import { declaredLease, leaseAgent } from "./write-lease.ts";

/** The primary site: AWS, and nothing but AWS. */
export function primary(config: AwsPrimaryConfig): Record<string, unknown> {
  const { protectData, region } = config;
  const names = awsNames(config);
  const tags = siteTags(config, "primary", config.tags);
  const namespace = workloads(config).namespace;

  const key = config.encryptionKey
    ? new EncryptionKey("key", { alias: names.keyAlias, region, protectData, tags })
    : undefined;
  const keyArn = key?.arn;
  const logs = { logRetentionDays: config.logRetentionDays, logKeyArn: keyArn };
  const network = new Network("network", {
    ...logs,
    flowLogs: config.flowLogs,
    cidr: config.primaryCidr,
    zones: config.zones ?? defaultZones(region),
    nat: config.nat,
    clusterName: names.cluster,
    tags,
  });
  const objects = new ObjectStore("objects", {
    bucketName: nameSuffix("suffix", protectData).apply(names.bucket),
    keyArn,
    lifecycle: config.objects,
    cors:
      config.objects.corsOrigins.length > 0
        ? [{ allowedOrigins: config.objects.corsOrigins, allowedMethods: ["GET", "HEAD", "PUT"] }]
        : undefined,
    protectData,
    tags,
  });
  const server = new Postgres("database", {
    ...config.database,
    ...logs,
    keyArn,
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
    rotation: config.rotation,
    keyArn,
    credentials: { host: server.host, port: server.port, dbname: name, username: appUser, password: appPassword },
    protectData,
    tags,
  });
  const cluster = new EksCluster("cluster", {
    ...config.cluster,
    ...logs,
    autoscaling: config.cluster.maxNodes !== undefined,
    encryptionKeyArn: keyArn,
    access: Object.fromEntries(
      config.cluster.accessPrincipals.map((principalArn) => [shortHash(principalArn), { principalArn }]),
    ),
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
    keyArn,
    tags,
  });
  const kubernetes = new Provider(
    "kubernetes",
    { kubeconfig: cluster.kubeconfig, enableServerSideApply: true },
    { dependsOn: cluster.nodes },
  );
  const behindAlb = config.loadBalancer === "application";
  const workload = new ServiceWorkload(
    "workload",
    {
      site: "primary",
      namespace,
      services: config.services.map((service, index) => ({
        ...service,
        nodePort: behindAlb ? FIRST_NODE_PORT + index : undefined,
      })),
      active: config.activeSite === "primary",
      protocol: config.traffic.protocol,
      servicePort: config.servicePort,
      cloud: { kind: "aws" },
      database: { host: server.host, port: server.port, name, user: appUser, password: appPassword, sslMode },
      objects: { kind: "s3", bucket: objects.bucket, region },
      internalSources: [config.primaryCidr, ...config.allowedCidrs],
      ...leaseAgent(config, server.adminPassword),
      // Subnets can be deleted only when the load balancers that the cluster put there are gone.
      after: [podRole, network],
    },
    { providers: [kubernetes] },
  );
  const entrance = primaryEntrance(config, {
    names,
    tags,
    network,
    cluster,
    host: (service) => workload.host(service),
  });
  const { dns } = entrance;
  const { observerRoleArn } = primaryWatch(config, {
    names,
    tags,
    key,
    cluster,
    server,
    objects,
    entrance,
    kubernetes,
  });

  return exportPrimary({
    contract: 1,
    site: "primary",
    provider: "aws",
    application: config.application,
    environment: config.environment,
    region,
    database: {
      engine: "postgres",
      additional: config.database.additional,
      host: server.host,
      port: server.port,
      name,
      adminUser: server.adminUser,
      adminPassword: server.adminPassword,
      appUser,
      appPassword: appPassword,
      sslMode,
      ...declaredRoots(config),
      ...declaredLease(config),
    },
    workloads: workloads(config),
    cluster: { name: cluster.clusterName, kubeconfig: cluster.kubeconfig },
    objects: { kind: "s3", bucket: objects.bucket, region },
    endpoints: config.services.map((service) => serviceEndpoint(config, service, entrance.host(service.name))),
    dns: {
      zoneId: dns.zoneId,
      zoneName: config.zoneName,
      publicName: config.publicName,
      nameServers: dns.nameServers,
    },
    ...(observerRoleArn ? { observerRoleArn } : {}),
  });
}
