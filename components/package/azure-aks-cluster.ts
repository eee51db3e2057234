import { ComponentResource, type ComponentResourceOptions, type Output } from "@pulumi/pulumi";
import { AksCluster, type AksClusterArgs } from "../azure/aks-cluster.ts";
import type { ClusterIdentityKind } from "./vocabulary.ts";

/** What an AzureAksCluster is made of. */
export interface AzureAksClusterArgs extends AksClusterArgs {
  /** Sizes to try in this order when the region has none of the first; only told on. Default: none. */
  readonly fallbackNodeTypes?: string[];
  /** Zones to spread nodes over, e.g. 1, 2, 3. Cannot change later. Default: wherever Azure likes. */
  readonly availabilityZones?: string[];
  /** Who the cluster is to Azure. Default user-assigned. */
  readonly identity?: ClusterIdentityKind;
  /** Who may reach the API server. With 0.0.0.0/0 among them: everybody. */
  readonly allowedCidrs: string[];
}

/** AKS with Azure CNI overlay and a standard load balancer. */
export class AzureAksCluster extends ComponentResource {
  /** Name of the cluster. */
  readonly clusterName: Output<string>;
  /** Secret: holds a client certificate. */
  readonly kubeconfig: Output<string>;

  constructor(name: string, args: AzureAksClusterArgs, options?: ComponentResourceOptions) {
    super("pilotlight:index:AzureAksCluster", name, {}, options);
    const cluster = new AksCluster(name, args, { parent: this });
    this.clusterName = cluster.clusterName;
    this.kubeconfig = cluster.kubeconfig;
    this.registerOutputs({ clusterName: this.clusterName, kubeconfig: this.kubeconfig });
  }
}
