import { ComponentResource } from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { ClusterAccess } from "../../components/aws/cluster-access.ts";
import { EksCluster, type EksClusterArgs } from "../../components/aws/eks-cluster.ts";
import { PodRole } from "../../components/aws/pod-role.ts";
import { differenceOf, inputsOf, namesOf, one, record } from "./support/component.ts";

const tags = { application: "shop" };
const plain: Omit<EksClusterArgs, "network"> = {
  clusterName: "shop-prod",
  region: "eu-central-1",
  version: "1.34",
  nodeType: "t3.large",
  nodeCount: 2,
  privateSubnetIds: ["subnet-1", "subnet-2"],
  publicSubnetIds: ["subnet-3"],
  allowedCidrs: ["203.0.113.0/28"],
  tags,
};
const cluster = (args: Partial<EksClusterArgs> = {}) =>
  record(() => {
    const network = new ComponentResource("pilotlight:test:Network", "network");
    const { arn, clusterName, kubeconfig, autoscalingGroups, nodeSecurityGroupId, oidcIssuer, oidcProviderArn } =
      new EksCluster("cluster", { ...plain, network, ...args });
    return { arn, clusterName, kubeconfig, autoscalingGroups, nodeSecurityGroupId, oidcIssuer, oidcProviderArn };
  });

describe("the EKS cluster", () => {
  it("lets the VPC CNI enforce network policies", async () => {
    const made = await cluster();
    const { inputs } = one(made, "aws:eks/addon:Addon", "cluster-vpc-cni");
    expect(inputs.configurationValues).toBe('{"enableNetworkPolicy":"true"}');
  });

  it("makes exactly this with every option on", async () => {
    const full = await cluster({
      minNodes: 1,
      maxNodes: 6,
      autoscaling: true,
      nodeDiskGib: 100,
      moreNodeGroups: { arm: { nodeType: "m7g.large", nodeCount: 1 } },
      encryptionKeyArn: "arn:key",
      logRetentionDays: 90,
      logKeyArn: "arn:key",
      ebsDriver: true,
      addonVersions: { coredns: "v1.12.0-eksbuild.1" },
      access: { ops: { principalArn: "arn:aws:iam::1:role/ops", level: "cluster-admin" } },
    });
    expect(inputsOf(full)).toMatchSnapshot();
    expect(full.outputs).toMatchObject({
      arn: "arn:aws:eks:eu-central-1:123456789012:cluster/shop-prod",
      autoscalingGroups: { default: "eks-default-1", arm: "eks-arm-1" },
      nodeSecurityGroupId: "sg-nodes",
      oidcIssuer: "https://oidc.eks.test/id/1",
      oidcProviderArn: "arn:aws:iam::123456789012:oidc-provider/oidc.eks.test/id/1",
    });
    expect(full.secrets).toEqual(["kubeconfig"]);
  });

  it("keeps the names that it had before its options came", async () => {
    expect(namesOf(await cluster())).toEqual(
      expect.arrayContaining([
        "aws:eks/addon:Addon cluster-pod-identity",
        "aws:eks/cluster:Cluster cluster-cluster",
        "aws:eks/nodeGroup:NodeGroup cluster-nodes",
        "aws:iam/role:Role cluster-control-plane",
        "aws:iam/role:Role cluster-nodes",
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment cluster-control-plane-AmazonEKSClusterPolicy",
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment cluster-nodes-AmazonEKSWorkerNodePolicy",
      ]),
    );
  });

  it("changes no other child's name by any option", async () => {
    const base = await cluster();
    const options: [Partial<EksClusterArgs>, string[], string[]][] = [
      [
        { encryptionKeyArn: "arn:key" },
        ["aws:iam/rolePolicy:RolePolicy cluster-control-plane-encryption"],
        ["aws:eks/cluster:Cluster cluster-cluster"],
      ],
      [{ autoscaling: true }, [], []],
      [{ maxNodes: 5 }, [], ["aws:eks/nodeGroup:NodeGroup cluster-nodes"]],
      [{ nodeType: "t3.xlarge" }, [], ["aws:ec2/launchTemplate:LaunchTemplate cluster-nodes"]],
      [{ logRetentionDays: 7 }, [], ["aws:cloudwatch/logGroup:LogGroup cluster-logs"]],
      [{ addonVersions: { "vpc-cni": "v1" } }, [], ["aws:eks/addon:Addon cluster-vpc-cni"]],
      [
        { moreNodeGroups: { big: { nodeType: "m6i.large", nodeCount: 1 } } },
        ["aws:ec2/launchTemplate:LaunchTemplate cluster-nodes-big", "aws:eks/nodeGroup:NodeGroup cluster-nodes-big"],
        [],
      ],
      [
        { ebsDriver: true },
        [
          "aws:eks/addon:Addon cluster-ebs-csi",
          "aws:eks/podIdentityAssociation:PodIdentityAssociation cluster-ebs-csi",
          "aws:iam/role:Role cluster-ebs-csi",
          "aws:iam/rolePolicyAttachment:RolePolicyAttachment cluster-ebs-csi",
        ],
        [],
      ],
      [
        { access: { ops: { principalArn: "arn:aws:iam::1:role/ops" } } },
        [
          "aws:eks/accessEntry:AccessEntry cluster-access-ops-entry",
          "aws:eks/accessPolicyAssociation:AccessPolicyAssociation cluster-access-ops-policy",
        ],
        [],
      ],
    ];
    for (const [option, added, changed] of options) {
      expect(differenceOf(base, await cluster(option)), JSON.stringify(option)).toEqual({
        added,
        removed: [],
        changed,
      });
    }
    expect(differenceOf(base, await cluster({ oidcProvider: false }))).toEqual({
      added: [],
      removed: ["aws:iam/openIdConnectProvider:OpenIdConnectProvider cluster-oidc"],
      changed: [],
    });
  });

  it("lets an autoscaler have the number of nodes, and nobody else", async () => {
    const ignored = async (autoscaling: boolean) =>
      one(await cluster({ autoscaling }), "aws:eks/nodeGroup:NodeGroup", "cluster-nodes").ignoreChanges;
    expect(await ignored(true)).toEqual(["scalingConfig.desiredSize"]);
    expect(await ignored(false)).toEqual([]);
  });

  it("has its log group before the cluster, and what a node needs before nodes", async () => {
    const made = await cluster();
    const urn = (type: string, name: string) => one(made, type, name).urn;
    expect(one(made, "aws:eks/cluster:Cluster", "cluster-cluster").dependencies).toContain(
      urn("aws:cloudwatch/logGroup:LogGroup", "cluster-logs"),
    );
    const nodes = one(made, "aws:eks/nodeGroup:NodeGroup", "cluster-nodes");
    expect(nodes.dependencies).toEqual(
      expect.arrayContaining(["vpc-cni", "kube-proxy"].map((addon) => urn("aws:eks/addon:Addon", `cluster-${addon}`))),
    );
    for (const addon of ["coredns", "pod-identity"]) {
      expect(one(made, "aws:eks/addon:Addon", `cluster-${addon}`).dependencies).toContain(nodes.urn);
    }
  });

  it("refuses an old Kubernetes and a second group of the first one's name before anything is made", async () => {
    await expect(cluster({ version: "1.27" })).rejects.toThrow("cluster.version: 1.27; give 1.28 or newer");
    await expect(cluster({ moreNodeGroups: { default: { nodeType: "t3.large", nodeCount: 1 } } })).rejects.toThrow(
      "moreNodeGroups.default",
    );
  });
});

describe("access to the cluster", () => {
  it("can be kept to namespaces", async () => {
    const made = await record(() => {
      const access = { clusterName: "shop-prod", principalArn: "arn:aws:iam::1:role/driver", tags };
      new ClusterAccess("driver", { ...access, level: "edit", namespaces: ["shop"] });
      new ClusterAccess("reader", access);
      return {};
    });
    expect(inputsOf(made)).toMatchSnapshot();
  });
});

describe("the pods' role", () => {
  const role = (keyArn?: string) =>
    record(() => {
      const bucketArn = "arn:aws:s3:::objects";
      new PodRole("pods", {
        clusterName: "shop-prod",
        namespace: "shop",
        serviceAccount: "app",
        bucketArn,
        keyArn,
        tags,
      });
      return {};
    });

  it("may use the bucket and its key, and nothing else", async () => {
    expect(inputsOf(await role("arn:key"))).toMatchSnapshot();
    expect(differenceOf(await role(), await role("arn:key"))).toEqual({
      added: [],
      removed: [],
      changed: ["aws:iam/rolePolicy:RolePolicy pods-objects"],
    });
  });
});
