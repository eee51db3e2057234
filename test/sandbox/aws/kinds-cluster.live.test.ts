import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Properties } from "../../../sandbox/providers/resource-kind.ts";
import { type Made, trust, useKindBench } from "./kind-bench.ts";

const bench = useKindBench(3);
const { drop, live, make, read } = bench;

describe("a cluster", () => {
  let vpc: Made;
  let subnets: readonly Made[];
  let role: Made;
  let key: Made;
  beforeAll(async () => {
    vpc = await make("aws:ec2/vpc:Vpc", { cidrBlock: "10.3.0.0/16" });
    const zones = ["a", "b"].map((zone) => `eu-central-1${zone}`);
    subnets = await Promise.all(
      zones.map((availabilityZone, at) =>
        make("aws:ec2/subnet:Subnet", { vpcId: vpc.id, cidrBlock: `10.3.${at}.0/24`, availabilityZone }),
      ),
    );
    role = await make("aws:iam/role:Role", { assumeRolePolicy: trust });
    key = await make("aws:kms/key:Key", { deletionWindowInDays: 7 });
  });
  afterAll(async () => {
    await drop("aws:kms/key:Key", key);
    await drop("aws:iam/role:Role", role);
    for (const one of subnets) await drop("aws:ec2/subnet:Subnet", one);
    // Refused while something of the clusters is left in it.
    await drop("aws:ec2/vpc:Vpc", vpc);
  });
  const subnetIds = () => subnets.map(({ id }) => id);

  it("with nodes, add-ons and access", async () => {
    const roleArn = role.outputs["arn"];
    const cluster = await make("aws:eks/cluster:Cluster", { roleArn, vpcConfig: { subnetIds: subnetIds() } });
    const name = String(cluster.outputs["name"]);
    expect(cluster.outputs).toMatchObject({
      endpoint: "https://127.13.8.8:6443",
      status: "ACTIVE",
      identities: [
        { oidcs: [{ issuer: expect.stringMatching(/^https:\/\/oidc\.eks\.eu-central-1\..*\/id\/[0-9A-F]{32}$/) }] },
      ],
      vpcConfig: { clusterSecurityGroupId: expect.stringMatching(/^sg-/), vpcId: vpc.id },
    });
    const scaling = (desiredSize: number) => ({ scalingConfig: { desiredSize, minSize: 1, maxSize: 5 } });
    const template = await make("aws:ec2/launchTemplate:LaunchTemplate", { instanceType: "t3.large" });
    const version = (number: string) => ({ launchTemplate: { id: template.id, version: number } });
    const nodes = { clusterName: name, nodeRoleArn: roleArn, subnetIds: subnetIds(), ...scaling(2), ...version("1") };
    await live("aws:eks/nodeGroup:NodeGroup", nodes, {
      ...scaling(3),
      labels: { a: "1" },
      taints: [{ key: "a", value: "1", effect: "NO_SCHEDULE" }],
      updateConfig: { maxUnavailable: 2 },
      tags: { a: "1" },
    });
    await expect.poll(() => bench.world.clusters.get(name)?.size).toBe(0);
    await attach(nodes);
    await drop("aws:ec2/launchTemplate:LaunchTemplate", template);
    const addon = { clusterName: name, addonName: "eks-pod-identity-agent" };
    await live("aws:eks/addon:Addon", addon, { addonVersion: "v2", tags: { a: "1" } });
    const identity = { clusterName: name, namespace: "app", serviceAccount: "app", roleArn, tags: { a: "1" } };
    const token = "aws:eks/podIdentityAssociation:PodIdentityAssociation";
    const association = await make(token, identity);
    expect(association.id).toMatch(/^a-[0-9a-z]{17}$/);
    const imported = await read(token, `${name},${association.id}`, {});
    expect(imported).toMatchObject({ id: association.id, inputs: identity });
    await drop(token, association);
    expect(await read(token, association.id, association.outputs)).toBeUndefined();
    const principal = { clusterName: name, principalArn: "arn:aws:iam::123456789012:role/path/observer" };
    await live("aws:eks/accessEntry:AccessEntry", principal, { kubernetesGroups: ["viewers"], tags: { a: "1" } });
    const entry = await make("aws:eks/accessEntry:AccessEntry", principal);
    const view = { ...principal, policyArn: "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy" };
    const associations = "aws:eks/accessPolicyAssociation:AccessPolicyAssociation";
    await live(associations, { ...view, accessScope: { type: "cluster" } }, undefined);
    await live(associations, { ...view, accessScope: { type: "namespace", namespaces: ["app"] } }, undefined);
    await drop("aws:eks/accessEntry:AccessEntry", entry);
    await drop("aws:eks/cluster:Cluster", cluster);
  });

  /** What an application load balancer does with the nodes. */
  async function attach(nodes: Properties): Promise<void> {
    const group = await make("aws:eks/nodeGroup:NodeGroup", nodes);
    const [resources] = group.outputs["resources"] as { autoscalingGroups: { name: string }[] }[];
    const autoscalingGroupName = resources?.autoscalingGroups[0]?.name;
    expect(autoscalingGroupName).toMatch(/^eks-.*-[0-9a-f-]{36}$/);
    const target = await make("aws:lb/targetGroup:TargetGroup", { port: 30080, protocol: "HTTP", vpcId: vpc.id });
    const token = "aws:autoscaling/attachment:Attachment";
    const inputs = { autoscalingGroupName, lbTargetGroupArn: target.id };
    const made = await make(token, inputs);
    expect((await read(token, made.id, made.outputs, inputs))?.inputs).toEqual(inputs);
    await drop(token, made);
    expect(await read(token, made.id, made.outputs, inputs)).toBeUndefined();
    await drop("aws:eks/nodeGroup:NodeGroup", group);
    await drop(token, made);
    await drop("aws:lb/targetGroup:TargetGroup", target);
  }

  it("in all its settings", async () => {
    const vpcConfig = { subnetIds: subnetIds(), endpointPrivateAccess: true, publicAccessCidrs: ["192.0.2.0/24"] };
    await live(
      "aws:eks/cluster:Cluster",
      {
        roleArn: role.outputs["arn"],
        vpcConfig,
        accessConfig: { authenticationMode: "API_AND_CONFIG_MAP", bootstrapClusterCreatorAdminPermissions: true },
        enabledClusterLogTypes: ["api", "audit"],
        zonalShiftConfig: { enabled: true },
      },
      {
        vpcConfig: { ...vpcConfig, publicAccessCidrs: ["198.51.100.0/24"] },
        accessConfig: { authenticationMode: "API", bootstrapClusterCreatorAdminPermissions: true },
        enabledClusterLogTypes: ["audit"],
        encryptionConfig: { provider: { keyArn: key.outputs["arn"] }, resources: ["secrets"] },
        tags: { a: "1" },
      },
    );
    await expect.poll(() => bench.world.clusters.size).toBe(0);
  });

  it("beside another one in another region, by another name", async () => {
    const roleArn = role.outputs["arn"];
    const here = await make("aws:eks/cluster:Cluster", {
      name: "shop",
      roleArn,
      vpcConfig: { subnetIds: subnetIds() },
    });
    const region = "us-east-1";
    const otherVpc = await make("aws:ec2/vpc:Vpc", { region, cidrBlock: "10.3.0.0/16" });
    const subnet = await make("aws:ec2/subnet:Subnet", { region, vpcId: otherVpc.id, cidrBlock: "10.3.0.0/24" });
    const there = { region, roleArn, vpcConfig: { subnetIds: [subnet.id] } };
    await expect(make("aws:eks/cluster:Cluster", { ...there, name: "shop" })).rejects.toThrow(
      "shop is a cluster in eu-central-1; the sandbox wants names that are unique in all regions",
    );
    const other = await make("aws:eks/cluster:Cluster", { ...there, name: "shop-us" });
    expect(other.outputs).toMatchObject({ status: "ACTIVE", region, arn: expect.stringContaining(`:${region}:`) });
    expect([...bench.world.clusters.keys()].sort()).toEqual(["shop", "shop-us"]);
    for (const one of [here, other]) await drop("aws:eks/cluster:Cluster", one);
    await drop("aws:ec2/subnet:Subnet", subnet);
    await drop("aws:ec2/vpc:Vpc", otherVpc);
  });
});
