import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup.js";
import { Cluster } from "@pulumi/aws/eks/cluster.js";
import type { NodeGroup } from "@pulumi/aws/eks/nodeGroup.js";
import { OpenIdConnectProvider } from "@pulumi/aws/iam/openIdConnectProvider.js";
import { Role } from "@pulumi/aws/iam/role.js";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy.js";
import { RolePolicyAttachment } from "@pulumi/aws/iam/rolePolicyAttachment.js";
import {
  all,
  ComponentResource,
  type ComponentResourceOptions,
  type Input,
  type Output,
  output,
  type Resource,
  secret,
} from "@pulumi/pulumi";
import type { Tags } from "../tags.ts";
import { type AccessLevel, ClusterAccess } from "./cluster-access.ts";
import { type AddonSettings, addonsBeforeNodes, addonsOnNodes, ebsAddon } from "./eks-addons.ts";
import { autoscalingGroup, type NodeGroupShape, nodeGroup } from "./eks-node-group.ts";
import { assertEksVersion } from "./eks-version.ts";
import { eksKubeconfig } from "./kubeconfig.ts";
import { logRetention } from "./log-retention.ts";
import { controlPlaneLogGroup } from "./names.ts";
import { trustPolicy } from "./trust-policy.ts";

const CLUSTER_POLICIES = ["AmazonEKSClusterPolicy"];
const NODE_POLICIES = ["AmazonEKSWorkerNodePolicy", "AmazonEKS_CNI_Policy", "AmazonEC2ContainerRegistryReadOnly"];
const LOGS = ["api", "audit", "authenticator"];

/** Who gets into the cluster, and how far. */
export interface ClusterPrincipal {
  /** ARN of an IAM role or user. */
  readonly principalArn: Input<string>;
  /** What it may do; default `view`. */
  readonly level?: AccessLevel | undefined;
  /** Where it may; default everywhere. */
  readonly namespaces?: readonly string[] | undefined;
}

export interface EksClusterArgs extends NodeGroupShape {
  /** Name of the cluster, at most 100 letters, digits and hyphens. A new name is a new cluster. */
  readonly clusterName: string;
  /** Region of the cluster, for its kubeconfig. */
  readonly region: string;
  /** Kubernetes version, 1.28 or newer, e.g. 1.35. */
  readonly version: string;
  /** Node groups by name beside `default`, which is the one that the options above describe. */
  readonly moreNodeGroups?: Readonly<Record<string, NodeGroupShape>> | undefined;
  /** Nodes, and the control plane's addresses in the network. */
  readonly privateSubnetIds: readonly Input<string>[];
  /** For load balancers that the cluster makes. */
  readonly publicSubnetIds: readonly Input<string>[];
  /** Who may reach the public end of the API server; nodes use the private one. */
  readonly allowedCidrs: readonly string[];
  /** Nodes start once it is there (they need its routes) and are gone before it. */
  readonly network: Resource;
  /** KMS key that Kubernetes secrets are encrypted with. AWS cannot take it back: removing it later makes a new cluster. */
  readonly encryptionKeyArn?: Input<string> | undefined;
  /** Days that the control plane's logs are kept; default 30. One of CloudWatch's own retention times. */
  readonly logRetentionDays?: number | undefined;
  /** KMS key of those logs, which must let CloudWatch Logs use it (EncryptionKey does). Default: CloudWatch's own key. */
  readonly logKeyArn?: Input<string> | undefined;
  /** IAM trusts the cluster's service account tokens, for roles that Pod Identity does not cover; default true. */
  readonly oidcProvider?: boolean | undefined;
  /** Persistent volumes on EBS; default false. */
  readonly ebsDriver?: boolean | undefined;
  /** Add-on name → version, e.g. coredns. Default: AWS's choice for the cluster's version when the add-on is made. */
  readonly addonVersions?: Readonly<Record<string, string>> | undefined;
  /** IAM principals that get in, by a key of your choice. Who makes the cluster is its administrator anyway. */
  readonly access?: Readonly<Record<string, ClusterPrincipal>> | undefined;
  /** Tags of everything here, instances and volumes too. */
  readonly tags: Tags;
}

/** EKS with managed node groups. Pods get AWS roles by Pod Identity, whose agent is installed here. */
export class EksCluster extends ComponentResource {
  /** Name of the cluster, known once it is there. */
  readonly clusterName: Output<string>;
  /** ARN of the cluster. */
  readonly arn: Output<string>;
  /** Secret. Usable once nodes are there. */
  readonly kubeconfig: Output<string>;
  /** Wait for it before anything that needs nodes. */
  readonly nodes: NodeGroup;
  /** The autoscaling group behind each node group. */
  readonly autoscalingGroups: Readonly<Record<string, Output<string>>>;
  /** The security group of every node. */
  readonly nodeSecurityGroupId: Output<string>;
  /** For the trust policies of roles. Absent with `oidcProvider: false`. */
  readonly oidcProviderArn?: Output<string> | undefined;
  /** Who signs service account tokens, as a URL. */
  readonly oidcIssuer: Output<string>;

  readonly #name: string;
  readonly #tags: Record<string, string>;

  constructor(name: string, args: EksClusterArgs, options?: ComponentResourceOptions) {
    assertEksVersion(args.version);
    super("pilotlight:aws:EksCluster", name, {}, options);
    this.#name = name;
    this.#tags = { ...args.tags };
    const cluster = this.#cluster(args);
    const addons: AddonSettings = {
      clusterName: cluster.name,
      versions: args.addonVersions ?? {},
      tags: this.#tags,
      parent: this,
    };
    const groups = this.#nodeGroups(cluster, args, addonsBeforeNodes(name, addons));
    this.nodes = groups.default;
    const agents = addonsOnNodes(name, addons, [this.nodes]);
    if (args.ebsDriver) ebsAddon(name, addons, agents);
    for (const [key, principal] of Object.entries(args.access ?? {})) this.#access(cluster, key, principal);

    this.clusterName = cluster.name;
    this.arn = cluster.arn;
    this.autoscalingGroups = Object.fromEntries(
      [["default", groups.default] as const, ...groups.others].map(([key, group]) => [key, autoscalingGroup(group)]),
    );
    this.nodeSecurityGroupId = cluster.vpcConfig.clusterSecurityGroupId;
    this.oidcIssuer = cluster.identities.apply((identities) => identities[0]?.oidcs[0]?.issuer ?? "");
    if (args.oidcProvider ?? true) this.oidcProviderArn = this.#oidcProvider();
    this.kubeconfig = secret(
      all([cluster.name, cluster.endpoint, cluster.certificateAuthority]).apply(([clusterName, endpoint, authority]) =>
        eksKubeconfig({ clusterName, region: args.region, endpoint, certificateAuthorityData: authority.data }),
      ),
    );
    this.registerOutputs({ clusterName: this.clusterName, kubeconfig: this.kubeconfig });
  }

  #cluster(args: EksClusterArgs): Cluster {
    const { role, attachments } = this.#role("control-plane", "eks.amazonaws.com", CLUSTER_POLICIES);
    const rights = args.encryptionKeyArn === undefined ? [] : [this.#keyRights(role, args.encryptionKeyArn)];
    // There before the cluster: one that EKS made by itself would keep its logs, and be there, for ever.
    const logs = this.#logGroup(args);
    return new Cluster(
      `${this.#name}-cluster`,
      {
        name: args.clusterName,
        version: args.version,
        roleArn: role.arn,
        accessConfig: { authenticationMode: "API", bootstrapClusterCreatorAdminPermissions: true },
        enabledClusterLogTypes: LOGS,
        ...(args.encryptionKeyArn === undefined
          ? {}
          : { encryptionConfig: { provider: { keyArn: args.encryptionKeyArn }, resources: ["secrets"] } }),
        vpcConfig: {
          subnetIds: [...args.privateSubnetIds, ...args.publicSubnetIds],
          endpointPrivateAccess: true,
          endpointPublicAccess: true,
          publicAccessCidrs: [...args.allowedCidrs],
        },
        tags: this.#tags,
      },
      { parent: this, dependsOn: [...attachments, ...rights, logs] },
    );
  }

  #logGroup(args: EksClusterArgs): LogGroup {
    return new LogGroup(
      `${this.#name}-logs`,
      {
        name: controlPlaneLogGroup(args.clusterName),
        retentionInDays: logRetention(args.logRetentionDays),
        ...(args.logKeyArn === undefined ? {} : { kmsKeyId: args.logKeyArn }),
        tags: this.#tags,
      },
      { parent: this },
    );
  }

  #keyRights(role: Role, keyArn: Input<string>): RolePolicy {
    return new RolePolicy(
      `${this.#name}-control-plane-encryption`,
      { role: role.name, policy: output(keyArn).apply(encryptionPolicy) },
      { parent: this },
    );
  }

  #nodeGroups(cluster: Cluster, args: EksClusterArgs, after: readonly Resource[]) {
    const { role, attachments } = this.#role("nodes", "ec2.amazonaws.com", NODE_POLICIES);
    const make = (key: string, suffix: string, shape: NodeGroupShape) =>
      nodeGroup(`${this.#name}-${suffix}`, shape, {
        group: key,
        cluster,
        clusterName: args.clusterName,
        roleArn: role.arn,
        subnetIds: args.privateSubnetIds,
        tags: this.#tags,
        parent: this,
        dependsOn: [...attachments, ...after, args.network],
      });
    const more = Object.entries(args.moreNodeGroups ?? {});
    if (more.some(([key]) => key === "default")) {
      throw new Error("moreNodeGroups.default: there is one of that name already; choose another");
    }
    const others = more.map(([key, shape]): [string, NodeGroup] => [key, make(key, `nodes-${key}`, shape)]);
    return { default: make("default", "nodes", args), others };
  }

  #oidcProvider(): Output<string> {
    const { arn } = new OpenIdConnectProvider(
      `${this.#name}-oidc`,
      { url: this.oidcIssuer, clientIdLists: ["sts.amazonaws.com"], tags: this.#tags },
      { parent: this },
    );
    return arn;
  }

  #access(cluster: Cluster, key: string, principal: ClusterPrincipal): void {
    new ClusterAccess(
      `${this.#name}-access-${key}`,
      { clusterName: cluster.name, ...principal, tags: this.#tags },
      { parent: this },
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

/** What the control plane does with the key of its secrets. */
function encryptionPolicy(keyArn: string): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: ["kms:Encrypt", "kms:Decrypt", "kms:ListGrants", "kms:DescribeKey"],
        Resource: keyArn,
      },
    ],
  });
}
