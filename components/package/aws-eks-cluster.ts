import { ComponentResource, type ComponentResourceOptions, type Input, type Output } from "@pulumi/pulumi";
import { type ClusterPrincipal, EksCluster } from "../aws/eks-cluster.ts";
import type { NodeGroupShape } from "../aws/eks-node-group.ts";
import { dependencies } from "./dependencies.ts";
import type { AccessLevel } from "./vocabulary.ts";

/** Who gets into the cluster, and how far. */
export interface AwsClusterPrincipal extends ClusterPrincipal {
  /** What it may do. Default view. */
  readonly level?: AccessLevel;
  /** Where it may. Default: everywhere. */
  readonly namespaces?: string[];
}

/** What an AwsEksCluster is made of. */
export interface AwsEksClusterArgs extends NodeGroupShape {
  /** Name of the cluster, at most 100 letters, digits and hyphens. A new name is a new cluster. */
  readonly clusterName: string;
  /** Region of the cluster, for its kubeconfig. */
  readonly region: string;
  /** Kubernetes version, 1.28 or newer, e.g. 1.35. */
  readonly version: string;
  /** Node groups by name beside the default one. */
  readonly moreNodeGroups?: Record<string, NodeGroupShape>;
  /** Nodes, and the control plane's addresses in the network. */
  readonly privateSubnetIds: Input<string>[];
  /** For load balancers that the cluster makes. */
  readonly publicSubnetIds: Input<string>[];
  /** Who may reach the public end of the API server; nodes use the private one. */
  readonly allowedCidrs: string[];
  /** KMS key that Kubernetes secrets are encrypted with. Taking it away makes a new cluster. Default: none. */
  readonly encryptionKeyArn?: Input<string>;
  /** Days that the control plane's logs are kept. Default 30. */
  readonly logRetentionDays?: number;
  /** KMS key of those logs. Default: CloudWatch's own key. */
  readonly logKeyArn?: Input<string>;
  /** IAM trusts the cluster's service account tokens. Default true. */
  readonly oidcProvider?: boolean;
  /** Persistent volumes on EBS. Default false. */
  readonly ebsDriver?: boolean;
  /** Add-on name to version. Default: AWS's choice. */
  readonly addonVersions?: Record<string, string>;
  /** IAM principals that get in, by a key of your choice. Default: who makes the cluster. */
  readonly access?: Record<string, AwsClusterPrincipal>;
  /** Tags of everything here, instances and volumes too. */
  readonly tags: Record<string, string>;
}

/** EKS with managed node groups. It must depend on its network (option dependsOn): nodes need the network's routes. */
export class AwsEksCluster extends ComponentResource {
  /** Name of the cluster. */
  readonly clusterName: Output<string>;
  /** Secret. Usable once nodes are there. */
  readonly kubeconfig: Output<string>;

  constructor(name: string, args: AwsEksClusterArgs, options?: ComponentResourceOptions) {
    super("pilotlight:index:AwsEksCluster", name, {}, options);
    const [network] = dependencies(options);
    if (network === undefined) {
      throw new Error(`${name}: say in the option dependsOn which AwsNetwork this AwsEksCluster is in`);
    }
    const cluster = new EksCluster(name, { ...args, network }, { parent: this });
    this.clusterName = cluster.clusterName;
    this.kubeconfig = cluster.kubeconfig;
    this.registerOutputs({ clusterName: this.clusterName, kubeconfig: this.kubeconfig });
  }
}
