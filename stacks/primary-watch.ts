import type { Provider } from "@pulumi/kubernetes/provider.js";
import type { Output } from "@pulumi/pulumi";
import { Alarms } from "../components/aws/alarms.ts";
import { ClusterAccess } from "../components/aws/cluster-access.ts";
import type { EksCluster } from "../components/aws/eks-cluster.ts";
import type { EncryptionKey } from "../components/aws/encryption-key.ts";
import { ImageRegistry } from "../components/aws/image-registry.ts";
import type { AwsNames } from "../components/aws/names.ts";
import type { ObjectStore } from "../components/aws/object-store.ts";
import { ObserverRole } from "../components/aws/observer-role.ts";
import type { Postgres } from "../components/aws/postgres.ts";
import { importTarget } from "../components/image-names.ts";
import { Observability } from "../components/kubernetes/observability.ts";
import type { Tags } from "../components/tags.ts";
import type { AwsPrimaryConfig } from "./config.ts";
import { driverTarget, receiverUrl, workloads } from "./endpoints.ts";
import type { PrimaryEntrance } from "./primary-entrance.ts";

export interface PrimaryWatchBase {
  readonly names: AwsNames;
  readonly tags: Tags;
  readonly key: EncryptionKey | undefined;
  readonly cluster: EksCluster;
  readonly server: Postgres;
  readonly objects: ObjectStore;
  readonly entrance: PrimaryEntrance;
  readonly kubernetes: Provider;
}

/** What a primary has by option for those who look after it: registry, alarms, the driver's observer, rules and dashboards. */
export function primaryWatch(
  config: AwsPrimaryConfig,
  base: PrimaryWatchBase,
): { readonly observerRoleArn: Output<string> | undefined } {
  const { names, tags, key, cluster, server, objects, entrance } = base;
  const { protectData, observability } = config;
  if (config.registry.enabled) {
    const used = config.services.map(({ image }) => importTarget(image).repository);
    const repositories = Object.fromEntries(used.map((repository) => [repository, names.repository(repository)]));
    new ImageRegistry("registry", { repositories, keyArn: key?.arn, protectData, tags });
  }
  const { receiver } = config.alerts;
  if (receiver !== undefined && key !== undefined) {
    const { balancer } = entrance;
    new Alarms("alarms", {
      prefix: names.base,
      topicName: names.topic,
      keyArn: key.arn,
      receiverUrl: receiverUrl(receiver, "sns"),
      database: { identifier: server.identifier },
      loadBalancer: balancer
        ? { metricName: balancer.metricName, targetGroups: balancer.targetGroupMetricNames }
        : undefined,
      tags,
    });
  }
  const driver = driverTarget(config);
  if (observability.rules || observability.charts) {
    new Observability(
      "observability",
      {
        application: {
          namespace: workloads(config).namespace,
          services: config.services.map(({ name }) => name),
          protocol: config.traffic.protocol,
        },
        charts: observability.charts,
        retentionDays: observability.retentionDays,
        ...(driver ? { driver } : {}),
        after: [cluster.nodes],
      },
      { providers: [base.kubernetes] },
    );
  }
  if (config.observer.principals.length === 0) return { observerRoleArn: undefined };
  const observer = new ObserverRole("observer", {
    principalArns: config.observer.principals,
    externalId: config.observer.externalId,
    bucketArn: objects.arn,
    keyArn: key?.arn,
    clusterArn: cluster.arn,
    databaseArn: server.arn,
    healthCheckIds: entrance.dns.healthCheckIds ? Object.values(entrance.dns.healthCheckIds) : undefined,
    tags,
  });
  new ClusterAccess("observer-access", {
    clusterName: cluster.clusterName,
    principalArn: observer.arn,
    level: "view",
    tags,
  });
  return { observerRoleArn: observer.arn };
}
