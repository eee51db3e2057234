import { listManagedClusterAdminCredentialsOutput } from "@pulumi/azure-native/containerservice/listManagedClusterAdminCredentials.js";
import { ManagedCluster } from "@pulumi/azure-native/containerservice/managedCluster.js";
import { FederatedIdentityCredential } from "@pulumi/azure-native/managedidentity/federatedIdentityCredential.js";
import { all, ComponentResource, type ComponentResourceOptions, type Input, type Output, secret } from "@pulumi/pulumi";
import type { Tags } from "../tags.ts";
import { DNS_SERVICE_IP, POD_CIDR, SERVICE_CIDR } from "./cluster-addresses.ts";
import type { NodeIdentity } from "./cluster-identity.ts";
import { grantRole } from "./role-assignment.ts";
import { ROLES } from "./roles.ts";

/** Whose service account in the cluster is which identity in Azure. */
export interface WorkloadIdentityArgs {
  /** Name of the managed identity (application-identity.ts), in the cluster's resource group. */
  readonly identityName: Input<string>;
  /** Namespace of the service account. */
  readonly namespace: string;
  /** Name of the service account. */
  readonly serviceAccount: string;
}

/** How far the number of nodes may go by itself. */
export interface AutoscalingArgs {
  /** At least 1. */
  readonly min: number;
  /** At most 1000. */
  readonly max: number;
}

/** Where a system-assigned identity gets its rights. */
export interface NetworkScope {
  /** Id of the group with the subnet and the addresses. */
  readonly resourceGroupId: Input<string>;
  /** Its subscription. */
  readonly subscriptionId: Input<string>;
}

/** Options of `AksCluster`. */
export interface AksClusterArgs {
  /** Name of the cluster, 1-54 characters (its DNS prefix as well). */
  readonly clusterName: string;
  /** Resource group of the cluster. */
  readonly resourceGroupName: Input<string>;
  /** AKS's own group, for nodes and load balancers; AKS makes it. */
  readonly nodeResourceGroup: string;
  /** Azure region, e.g. westeurope. */
  readonly location: string;
  /** Kubernetes version, e.g. 1.35; AKS takes its newest patch and follows later ones. */
  readonly version: string;
  /** Size of the nodes. Default Standard_D2s_v3. */
  readonly nodeType?: string;
  /** Sizes to try in this order when the region has none of `nodeType`. The driver picks; here they are only told on. Default none. */
  readonly fallbackNodeTypes?: readonly string[];
  /** Nodes, or with `autoscaling` nodes at creation. Default 3. */
  readonly nodeCount?: number;
  /** Lets the number of nodes follow the pods. Default: it stays. */
  readonly autoscaling?: AutoscalingArgs;
  /** Zones to spread nodes over, e.g. ["1", "2", "3"]. Cannot change later. Default: wherever Azure likes. */
  readonly availabilityZones?: readonly string[];
  /** Id of the nodes' subnet. */
  readonly subnetId: Input<string>;
  /**
   * Who the cluster is to Azure. Default `user-assigned`: its rights exist before the cluster. `system-assigned`: Azure
   * makes the identity with the cluster, and its rights have to spread after that, minutes into a failover.
   */
  readonly identity?: "user-assigned" | "system-assigned";
  /** Id of the identity (cluster-identity.ts); needed where it is user-assigned. */
  readonly identityId?: Input<string>;
  /** Who the nodes are when they pull images; only with a user-assigned identity. Default: AKS makes one. */
  readonly nodeIdentity?: NodeIdentity;
  /** Where the cluster's identity gets its rights; needed where it is system-assigned. */
  readonly networkScope?: NetworkScope;
  /** Id of the address that outbound traffic leaves from, so that the database's firewall knows the cluster. */
  readonly egressIpId: Input<string>;
  /** Who may reach the API server. With 0.0.0.0/0 among them: everybody, and no list is set. */
  readonly allowedCidrs: readonly string[];
  /** Lets a service account be an identity in Azure, without a secret. Default: no. */
  readonly workloadIdentity?: WorkloadIdentityArgs;
  /** Id of the Log Analytics workspace that containers' logs and metrics go to. Default: none. */
  readonly workspaceId?: Input<string>;
  /** Runs Azure Policy's admission controller. Default false. */
  readonly azurePolicy?: boolean;
  /** Tags of every resource. */
  readonly tags: Tags;
}

const DEFAULT_NODE_TYPE = "Standard_D2s_v3";
const DEFAULT_NODE_COUNT = 3;

/** The standby's cluster. It exists only while the standby is lit and holds nothing that must survive it. */
export class AksCluster extends ComponentResource {
  /** Name of the cluster. */
  readonly clusterName: Output<string>;
  /** Secret: holds a client certificate. */
  readonly kubeconfig: Output<string>;
  /** Sizes of nodes in the order in which to try them. */
  readonly nodeTypes: readonly string[];
  /** Object id of the identity that pulls images, which the registry's pull role is for. */
  readonly nodePrincipalId: Output<string>;
  /** What runs inside is gone with it. */
  readonly cluster: ManagedCluster;

  constructor(name: string, args: AksClusterArgs, options?: ComponentResourceOptions) {
    super("pilotlight:azure:AksCluster", name, {}, options);
    this.nodeTypes = [args.nodeType ?? DEFAULT_NODE_TYPE, ...(args.fallbackNodeTypes ?? [])];
    this.cluster = this.#cluster(name, args);
    if (args.workloadIdentity) this.#credential(name, args, args.workloadIdentity);
    if (args.identity === "system-assigned") this.#networkRole(name, args);
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
    this.nodePrincipalId =
      args.nodeIdentity?.objectId ??
      this.cluster.identityProfile.apply((profile) => profile?.["kubeletidentity"]?.objectId ?? "");
    this.registerOutputs({ clusterName: this.clusterName, kubeconfig: this.kubeconfig });
  }

  #cluster(name: string, args: AksClusterArgs): ManagedCluster {
    const { autoscaling, workloadIdentity } = args;
    return new ManagedCluster(
      `${name}-cluster`,
      {
        resourceName: args.clusterName,
        resourceGroupName: args.resourceGroupName,
        nodeResourceGroup: args.nodeResourceGroup,
        location: args.location,
        kubernetesVersion: args.version,
        dnsPrefix: args.clusterName,
        enableRBAC: true,
        // The driver gets in by the admin kubeconfig, whoever it is to the directory.
        disableLocalAccounts: false,
        ...identityInputs(args),
        sku: { name: "Base", tier: "Standard" },
        agentPoolProfiles: [
          {
            name: "default",
            mode: "System",
            type: "VirtualMachineScaleSets",
            osType: "Linux",
            vmSize: args.nodeType ?? DEFAULT_NODE_TYPE,
            count: args.nodeCount ?? DEFAULT_NODE_COUNT,
            ...(autoscaling ? { enableAutoScaling: true, minCount: autoscaling.min, maxCount: autoscaling.max } : {}),
            ...(args.availabilityZones ? { availabilityZones: [...args.availabilityZones] } : {}),
            vnetSubnetID: args.subnetId,
          },
        ],
        networkProfile: {
          networkPlugin: "azure",
          networkPluginMode: "overlay",
          // Without an engine the cluster would take NetworkPolicies and enforce none.
          networkDataplane: "cilium",
          networkPolicy: "cilium",
          podCidr: POD_CIDR,
          serviceCidr: SERVICE_CIDR,
          dnsServiceIP: DNS_SERVICE_IP,
          loadBalancerSku: "standard",
          outboundType: "loadBalancer",
          loadBalancerProfile: { outboundIPs: { publicIPs: [{ id: args.egressIpId }] } },
        },
        autoUpgradeProfile: { upgradeChannel: "patch", nodeOSUpgradeChannel: "NodeImage" },
        ...(args.allowedCidrs.includes("0.0.0.0/0")
          ? {}
          : { apiServerAccessProfile: { authorizedIPRanges: [...args.allowedCidrs] } }),
        ...(workloadIdentity
          ? { oidcIssuerProfile: { enabled: true }, securityProfile: { workloadIdentity: { enabled: true } } }
          : {}),
        ...addonInputs(args),
        tags: { ...args.tags },
      },
      // The autoscaler owns the number from the first minute on.
      { parent: this, ...(autoscaling ? { ignoreChanges: ["agentPoolProfiles[0].count"] } : {}) },
    );
  }

  #credential(name: string, args: AksClusterArgs, workload: WorkloadIdentityArgs): void {
    new FederatedIdentityCredential(
      `${name}-workload`,
      {
        federatedIdentityCredentialResourceName: args.clusterName,
        resourceName: workload.identityName,
        resourceGroupName: args.resourceGroupName,
        issuer: this.cluster.oidcIssuerProfile.apply((profile) => {
          if (!profile?.issuerURL)
            throw new Error("AKS gave no OIDC issuer; look at the cluster's OIDC profile in Azure");
          return profile.issuerURL;
        }),
        subject: `system:serviceaccount:${workload.namespace}:${workload.serviceAccount}`,
        audiences: ["api://AzureADTokenExchange"],
      },
      { parent: this },
    );
  }

  #networkRole(name: string, args: AksClusterArgs): void {
    if (!args.networkScope)
      throw new Error("a system-assigned cluster identity needs networkScope, where it gets its rights");
    const { resourceGroupId, subscriptionId } = args.networkScope;
    const principalId = this.cluster.identity.apply((identity) => identity?.principalId ?? "");
    const role = ROLES.networkContributor;
    grantRole(`${name}-network`, { scope: resourceGroupId, principalId, role, subscriptionId }, this);
  }
}

function identityInputs(args: AksClusterArgs) {
  if (args.identity === "system-assigned") return { identity: { type: "SystemAssigned" as const } };
  if (args.identityId === undefined) throw new Error("a user-assigned cluster identity needs identityId");
  return {
    identity: { type: "UserAssigned" as const, userAssignedIdentities: [args.identityId] },
    ...(args.nodeIdentity ? { identityProfile: { kubeletidentity: { ...args.nodeIdentity } } } : {}),
  };
}

function addonInputs({ workspaceId, azurePolicy }: AksClusterArgs) {
  const addonProfiles = {
    ...(workspaceId === undefined
      ? {}
      : { omsagent: { enabled: true, config: { logAnalyticsWorkspaceResourceID: workspaceId } } }),
    ...(azurePolicy ? { azurepolicy: { enabled: true } } : {}),
  };
  return Object.keys(addonProfiles).length > 0 ? { addonProfiles } : {};
}
