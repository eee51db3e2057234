import { Provider } from "@pulumi/kubernetes/provider.js";
import type { Output } from "@pulumi/pulumi";
import { AksCluster } from "../components/azure/aks-cluster.ts";
import type { ClusterIdentity } from "../components/azure/cluster-identity.ts";
import { Diagnostics } from "../components/azure/diagnostics.ts";
import type { LogAnalytics } from "../components/azure/log-analytics.ts";
import type { PublicIp } from "../components/azure/public-ip.ts";
import { grantRole } from "../components/azure/role-assignment.ts";
import { ROLES } from "../components/azure/roles.ts";
import { Observability } from "../components/kubernetes/observability.ts";
import { ServiceWorkload } from "../components/kubernetes/service-workload.ts";
import type { StandbyConfig } from "./config.ts";
import { driverTarget, workloads } from "./endpoints.ts";
import type { StandbyBase } from "./standby-base.ts";
import type { StandbyData } from "./standby-data.ts";
import type { StandbyImages } from "./standby-images.ts";
import { applicationSettings } from "./standby-settings.ts";
import { leaseAgent } from "./write-lease.ts";

/** What is there before the light goes on. */
export interface StandbyComputeBase {
  readonly base: StandbyBase;
  readonly data: StandbyData;
  readonly images: StandbyImages;
  /** Undefined: the cluster brings its own. */
  readonly identity: ClusterIdentity | undefined;
  readonly publicIp: PublicIp;
  readonly egress: PublicIp;
  readonly logs: LogAnalytics | undefined;
}

export interface StandbyCompute {
  readonly cluster: { readonly name: Output<string>; readonly kubeconfig: Output<string> };
  /** Address of a service's load balancer. */
  readonly host: (service: string) => Output<string>;
}

/** Everything that only a lit standby has. It reads the base and changes nothing of it. */
export function standbyCompute(config: StandbyConfig, parts: StandbyComputeBase): StandbyCompute {
  const { base, images } = parts;
  const aks = standbyCluster(config, parts);
  const kubernetes = new Provider("kubernetes", { kubeconfig: aks.kubeconfig, enableServerSideApply: true });
  const { namespace } = workloads(config);
  const workload = new ServiceWorkload(
    "workload",
    {
      ...applicationSettings(config, base, parts.data),
      namespace,
      services: config.services.map((service) => ({ ...service, image: images.image(service.image) })),
      active: config.activeSite === "standby",
      servicePort: config.servicePort,
      cloud: { kind: "azure", publicIp: parts.publicIp.name, resourceGroup: base.group.name },
      deletedWith: aks.cluster,
      ...leaseAgent(config, parts.data.database.adminPassword),
    },
    { providers: [kubernetes] },
  );
  const { observability } = config;
  const driver = driverTarget(config);
  if (observability.rules || observability.charts) {
    new Observability(
      "observability",
      {
        application: {
          namespace,
          services: config.services.map(({ name }) => name),
          protocol: config.traffic.protocol,
        },
        charts: observability.charts,
        retentionDays: observability.retentionDays,
        ...(driver ? { driver } : {}),
        deletedWith: aks.cluster,
      },
      { providers: [kubernetes] },
    );
  }
  return {
    cluster: { name: aks.clusterName, kubeconfig: aks.kubeconfig },
    host: (service) => workload.host(service),
  };
}

function standbyCluster(config: StandbyConfig, parts: StandbyComputeBase): AksCluster {
  const { base, identity, images, logs } = parts;
  const { maxNodes, nodeCount, ...cluster } = config.cluster;
  const aks = new AksCluster("cluster", {
    ...base.place,
    ...cluster,
    nodeCount,
    ...(maxNodes === undefined ? {} : { autoscaling: { min: nodeCount, max: maxNodes } }),
    clusterName: base.names.cluster,
    nodeResourceGroup: base.names.nodeResourceGroup,
    subnetId: base.network.aksSubnetId,
    ...(identity ? { identityId: identity.id } : { networkScope: base.scope }),
    ...(identity?.nodes ? { nodeIdentity: identity.nodes } : {}),
    ...(logs ? { workspaceId: logs.workspaceId } : {}),
    egressIpId: parts.egress.id,
    allowedCidrs: config.allowedCidrs,
  });
  if (logs) {
    new Diagnostics("cluster-diagnostics", { workspaceId: logs.workspaceId, sources: { cluster: aks.cluster.id } });
  }
  if (images.registry && !identity) {
    // The nodes' identity comes with the cluster; pods ask again for their images until the right has arrived.
    grantRole(
      "cluster-pull",
      {
        scope: images.registry.registryId,
        principalId: aks.nodePrincipalId,
        role: ROLES.registryPull,
        subscriptionId: base.scope.subscriptionId,
      },
      aks,
    );
  }
  return aks;
}
