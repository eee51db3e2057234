import type { ResourceGroup } from "@pulumi/azure-native/resources/resourceGroup.js";
import { Provider } from "@pulumi/kubernetes/provider.js";
import type { Output } from "@pulumi/pulumi";
import { AksCluster } from "../components/azure/aks-cluster.ts";
import type { ClusterIdentity } from "../components/azure/cluster-identity.ts";
import type { AzureNames } from "../components/azure/names.ts";
import type { Network } from "../components/azure/network.ts";
import type { ObjectStore } from "../components/azure/object-store.ts";
import type { Postgres } from "../components/azure/postgres.ts";
import type { PublicIp } from "../components/azure/public-ip.ts";
import { ServiceWorkload } from "../components/kubernetes/service-workload.ts";
import type { Tags } from "../components/tags.ts";
import type { StandbyConfig } from "./config.ts";
import { workloads } from "./endpoints.ts";

/** What is there before the light goes on. */
export interface StandbyBase {
  readonly names: AzureNames;
  readonly place: { readonly resourceGroupName: Output<string>; readonly location: string; readonly tags: Tags };
  readonly group: ResourceGroup;
  readonly network: Network;
  readonly identity: ClusterIdentity;
  readonly publicIp: PublicIp;
  readonly egress: PublicIp;
  readonly server: Postgres;
  readonly objects: ObjectStore;
  readonly appPassword: Output<string>;
}

export interface StandbyCompute {
  readonly cluster: { readonly name: Output<string>; readonly kubeconfig: Output<string> };
  /** Address of a service's load balancer. */
  readonly host: (service: string) => Output<string>;
}

/** Everything that only a lit standby has. It reads the base and changes nothing of it. */
export function standbyCompute(config: StandbyConfig, base: StandbyBase): StandbyCompute {
  const { names, server, objects } = base;
  const aks = new AksCluster("cluster", {
    ...base.place,
    ...config.cluster,
    clusterName: names.cluster,
    nodeResourceGroup: names.nodeResourceGroup,
    subnetId: base.network.aksSubnetId,
    identityId: base.identity.id,
    egressIpId: base.egress.id,
    allowedCidrs: config.allowedCidrs,
  });
  const kubernetes = new Provider("kubernetes", { kubeconfig: aks.kubeconfig, enableServerSideApply: true });
  const { name, appUser, sslMode } = config.database;
  const workload = new ServiceWorkload(
    "workload",
    {
      site: "standby",
      namespace: workloads(config).namespace,
      services: config.services,
      active: config.activeSite === "standby",
      protocol: config.traffic.protocol,
      servicePort: config.servicePort,
      cloud: { kind: "azure", publicIp: base.publicIp.name, resourceGroup: base.group.name },
      database: { host: server.host, port: server.port, name, user: appUser, password: base.appPassword, sslMode },
      objects: {
        kind: "blob",
        account: objects.account,
        endpoint: objects.endpoint,
        container: objects.container,
        accountKey: objects.accountKey,
      },
      deletedWith: aks.cluster,
    },
    { providers: [kubernetes] },
  );
  return {
    cluster: { name: aks.clusterName, kubeconfig: aks.kubeconfig },
    host: (service) => workload.host(service),
  };
}
