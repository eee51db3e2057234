import { Addon } from "@pulumi/aws/eks/addon.js";
import { Cluster } from "@pulumi/aws/eks/cluster.js";
import { NodeGroup } from "@pulumi/aws/eks/nodeGroup.js";
import { Role } from "@pulumi/aws/iam/role.js";
import { RolePolicyAttachment } from "@pulumi/aws/iam/rolePolicyAttachment.js";
import {
  all,
  ComponentResource,
  type ComponentResourceOptions,
  type Input,
  type Output,
  type Resource,
  secret,
} from "@pulumi/pulumi";
import type { Tags } from "../tags.ts";
import { eksKubeconfig } from "./kubeconfig.ts";
import { trustPolicy } from "./trust-policy.ts";

const CLUSTER_POLICIES = ["AmazonEKSClusterPolicy"];
const NODE_POLICIES = ["AmazonEKSWorkerNodePolicy", "AmazonEKS_CNI_Policy", "AmazonEC2ContainerRegistryReadOnly"];
const LOGS = ["api", "audit", "authenticator"];

export interface EksClusterArgs {
  readonly clusterName: string;
  readonly region: string;
  /** e.g. 1.34 */
  readonly version: string;
  readonly nodeType: string;
  readonly nodeCount: number;
  readonly privateSubnetIds: readonly Input<string>[];
  readonly publicSubnetIds: readonly Input<string>[];
  /** Who may reach the public end of the API server; nodes use the private one. */
  readonly allowedCidrs: readonly string[];
  /** Nodes start once it is there (they need its routes) and are gone before it. */
  readonly network: Resource;
  readonly tags: Tags;
}

/** EKS with one managed node group. Pods get AWS roles by Pod Identity, whose agent is installed here. */
export class EksCluster extends ComponentResource {
  readonly clusterName: Output<string>;
  /** Secret. Usable once nodes are there. */
  readonly kubeconfig: Output<string>;
  /** Wait for it before anything that needs nodes. */
  readonly nodes: NodeGroup;

  readonly #name: string;
  readonly #tags: Record<string, string>;

  constructor(name: string, args: EksClusterArgs, options?: ComponentResourceOptions) {
    super("pilotlight:aws:EksCluster", name, {}, options);
    this.#name = name;
    this.#tags = { ...args.tags };
    const cluster = this.#cluster(args);
    this.nodes = this.#nodeGroup(cluster, args);
    new Addon(
      `${name}-pod-identity`,
      { clusterName: cluster.name, addonName: "eks-pod-identity-agent", tags: this.#tags },
      { parent: this, dependsOn: this.nodes },
    );
    this.clusterName = cluster.name;
    this.kubeconfig = secret(
      all([cluster.name, cluster.endpoint, cluster.certificateAuthority]).apply(([clusterName, endpoint, authority]) =>
        eksKubeconfig({ clusterName, region: args.region, endpoint, certificateAuthorityData: authority.data }),
      ),
    );
    this.registerOutputs({ clusterName: this.clusterName, kubeconfig: this.kubeconfig });
  }

  #cluster(args: EksClusterArgs): Cluster {
    const { role, attachments } = this.#role("control-plane", "eks.amazonaws.com", CLUSTER_POLICIES);
    return new Cluster(
      `${this.#name}-cluster`,
      {
        name: args.clusterName,
        version: args.version,
        roleArn: role.arn,
        accessConfig: { authenticationMode: "API", bootstrapClusterCreatorAdminPermissions: true },
        enabledClusterLogTypes: LOGS,
        vpcConfig: {
          subnetIds: [...args.privateSubnetIds, ...args.publicSubnetIds],
          endpointPrivateAccess: true,
          endpointPublicAccess: true,
          publicAccessCidrs: [...args.allowedCidrs],
        },
        tags: this.#tags,
      },
      { parent: this, dependsOn: attachments },
    );
  }

  #nodeGroup(cluster: Cluster, args: EksClusterArgs): NodeGroup {
    const { role, attachments } = this.#role("nodes", "ec2.amazonaws.com", NODE_POLICIES);
    return new NodeGroup(
      `${this.#name}-nodes`,
      {
        clusterName: cluster.name,
        nodeGroupName: "default",
        nodeRoleArn: role.arn,
        subnetIds: [...args.privateSubnetIds],
        instanceTypes: [args.nodeType],
        // One more than wanted, so that an update can bring a new node before it takes an old one.
        scalingConfig: { minSize: args.nodeCount, desiredSize: args.nodeCount, maxSize: args.nodeCount + 1 },
        tags: this.#tags,
      },
      { parent: this, dependsOn: [...attachments, args.network] },
    );
  }

  #role(key: string, service: string, policies: readonly string[]) {
    const role = new Role(
      `${this.#name}-${key}`,
      { assumeRolePolicy: trustPolicy(service), tags: this.#tags },
      { parent: this },
    );
    const attachments = policies.map(
      (policy) =>
        new RolePolicyAttachment(
          `${this.#name}-${key}-${policy}`,
          { role: role.name, policyArn: `arn:aws:iam::aws:policy/${policy}` },
          { parent: this },
        ),
    );
    return { role, attachments };
  }
}
