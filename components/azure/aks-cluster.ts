import { listManagedClusterAdminCredentialsOutput } from "@pulumi/azure-native/containerservice/listManagedClusterAdminCredentials.js";
import { ManagedCluster } from "@pulumi/azure-native/containerservice/managedCluster.js";
import { all, ComponentResource, type ComponentResourceOptions, type Input, type Output, secret } from "@pulumi/pulumi";
import type { Tags } from "../tags.ts";

export interface AksClusterArgs {
  readonly clusterName: string;
  readonly resourceGroupName: Input<string>;
  readonly nodeResourceGroup: string;
  readonly location: string;
  /** e.g. 1.34 */
  readonly version: string;
  readonly nodeType: string;
  readonly nodeCount: number;
  readonly subnetId: Input<string>;
  readonly identityId: Input<string>;
  /** Outbound traffic leaves from it, so that the database's firewall knows the cluster. */
  readonly egressIpId: Input<string>;
  /** Who may reach the API server. With 0.0.0.0/0 among them: everybody, and no list is set. */
  readonly allowedCidrs: readonly string[];
  readonly tags: Tags;
}

/** The standby's cluster. It exists only while the standby is lit and holds nothing that must survive it. */
export class AksCluster extends ComponentResource {
  readonly clusterName: Output<string>;
  /** Secret: holds a client certificate. */
  readonly kubeconfig: Output<string>;
  /** What runs inside is gone with it. */
  readonly cluster: ManagedCluster;

  constructor(name: string, args: AksClusterArgs, options?: ComponentResourceOptions) {
    super("pilotlight:azure:AksCluster", name, {}, options);
    this.cluster = new ManagedCluster(
      `${name}-cluster`,
      {
        resourceName: args.clusterName,
        resourceGroupName: args.resourceGroupName,
        nodeResourceGroup: args.nodeResourceGroup,
        location: args.location,
        kubernetesVersion: args.version,
        dnsPrefix: args.clusterName,
        enableRBAC: true,
        identity: { type: "UserAssigned", userAssignedIdentities: [args.identityId] },
        sku: { name: "Base", tier: "Standard" },
        agentPoolProfiles: [
          {
            name: "default",
            mode: "System",
            type: "VirtualMachineScaleSets",
            osType: "Linux",
            vmSize: args.nodeType,
            count: args.nodeCount,
            vnetSubnetID: args.subnetId,
          },
        ],
        networkProfile: {
          networkPlugin: "azure",
          networkPluginMode: "overlay",
          podCidr: "10.244.0.0/16",
          serviceCidr: "172.16.0.0/16",
          dnsServiceIP: "172.16.0.10",
          loadBalancerSku: "standard",
          outboundType: "loadBalancer",
          loadBalancerProfile: { outboundIPs: { publicIPs: [{ id: args.egressIpId }] } },
        },
        ...(args.allowedCidrs.includes("0.0.0.0/0")
          ? {}
          : { apiServerAccessProfile: { authorizedIPRanges: [...args.allowedCidrs] } }),
        tags: { ...args.tags },
      },
      { parent: this },
    );
    // By the id as well: the name is known before the cluster exists, and asking then would fail.
    const resourceName = all([this.cluster.id, this.cluster.name]).apply(([, known]) => known);
    const credentials = listManagedClusterAdminCredentialsOutput(
      { resourceName, resourceGroupName: args.resourceGroupName },
      { parent: this },
    );
    this.clusterName = this.cluster.name;
    this.kubeconfig = secret(
      credentials.kubeconfigs.apply(([first]) => {
        if (!first) throw new Error("AKS gave no admin kubeconfig; local accounts must be enabled");
        return Buffer.from(first.value, "base64").toString("utf8");
      }),
    );
    this.registerOutputs({ clusterName: this.clusterName, kubeconfig: this.kubeconfig });
  }
}
