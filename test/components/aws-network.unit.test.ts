import { describe, expect, it } from "vitest";
import { EncryptionKey, keyPolicy } from "../../components/aws/encryption-key.ts";
import { Network, type NetworkArgs } from "../../components/aws/network.ts";
import { defaultZones } from "../../components/aws/network-plan.ts";
import { differenceOf, inputsOf, one, protectedNames, record } from "./support/component.ts";

const tags = { application: "shop" };
const plain: NetworkArgs = {
  cidr: "10.0.0.0/16",
  zones: defaultZones("eu-central-1"),
  nat: "single",
  clusterName: "shop-prod",
  tags,
};
const network = (args: Partial<NetworkArgs> = {}) =>
  record(() => {
    const made = new Network("network", { ...plain, ...args });
    return { vpcId: made.vpcId, accountId: made.accountId, zones: made.privateSubnetIds };
  });

describe("the AWS network", () => {
  it("makes exactly this with every option on", async () => {
    const full = await network({
      nat: "per-zone",
      flowLogs: true,
      logRetentionDays: 90,
      logKeyArn: "arn:key",
      gatewayEndpoints: true,
    });
    expect(inputsOf(full)).toMatchSnapshot();
    expect(full.outputs).toEqual({
      vpcId: "network-vpc-id",
      accountId: "123456789012",
      zones: ["network-private-a-id", "network-private-b-id", "network-private-c-id"],
    });
  });

  it("gives S3 and DynamoDB a way of their own from private and database subnets, not from public ones", async () => {
    const { changed, removed, added } = differenceOf(await network(), await network({ gatewayEndpoints: true }));
    expect({ changed, removed }).toEqual({ changed: [], removed: [] });
    expect(added).toEqual([
      "aws:ec2/vpcEndpoint:VpcEndpoint network-dynamodb",
      "aws:ec2/vpcEndpoint:VpcEndpoint network-s3",
    ]);
    const full = await network({ gatewayEndpoints: true });
    expect(one(full, "aws:ec2/vpcEndpoint:VpcEndpoint", "network-s3").inputs).toMatchObject({
      serviceName: "com.amazonaws.eu-central-1.s3",
      vpcEndpointType: "Gateway",
      routeTableIds: ["private-a", "private-b", "private-c", "database"].map((key) => `network-${key}-id`),
    });
  });

  it("logs its traffic by option, and whoever writes cannot bring a deleted group back", async () => {
    const { changed, removed, added } = differenceOf(await network(), await network({ flowLogs: true }));
    expect({ changed, removed }).toEqual({ changed: [], removed: [] });
    expect(added).toEqual([
      "aws:cloudwatch/logGroup:LogGroup network-flow-logs-group",
      "aws:ec2/flowLog:FlowLog network-flow-logs-log",
      "aws:iam/role:Role network-flow-logs-role",
      "aws:iam/rolePolicy:RolePolicy network-flow-logs-write",
    ]);
    const full = await network({ flowLogs: true });
    const group = one(full, "aws:cloudwatch/logGroup:LogGroup", "network-flow-logs-group").inputs;
    expect(group).toMatchObject({ name: "/aws/vpc/shop-prod/flow-logs", retentionInDays: 30 });
    expect(group).not.toHaveProperty("kmsKeyId");
    expect(one(full, "aws:iam/rolePolicy:RolePolicy", "network-flow-logs-write").wire).not.toContain("CreateLogGroup");
  });

  it("goes from one NAT gateway to one per zone without a new subnet or route table", async () => {
    const { removed, added, changed } = differenceOf(await network(), await network({ nat: "per-zone" }));
    expect(removed).toEqual([]);
    expect(added).toEqual(
      [
        "eip:Eip network-nat-b",
        "eip:Eip network-nat-c",
        "natGateway:NatGateway network-nat-b",
        "natGateway:NatGateway network-nat-c",
      ].map((child) => `aws:ec2/${child}`),
    );
    expect(changed).toEqual(["aws:ec2/route:Route network-private-b-nat", "aws:ec2/route:Route network-private-c-nat"]);
  });
});

describe("the encryption key", () => {
  const key = (protectData: boolean, accountId?: string) =>
    record(() => {
      const made = new EncryptionKey("key", {
        alias: "alias/shop-prod",
        region: "eu-central-1",
        accountId,
        protectData,
        tags,
      });
      return { arn: made.arn };
    });

  it("is made exactly so", async () => {
    const made = await key(true, "210987654321");
    expect(inputsOf(made)).toMatchSnapshot();
    expect(made.calls).toEqual([]);
  });

  it("asks AWS for the account where none is given", async () => {
    const made = await key(true);
    expect(made.calls).toEqual(["aws:index/getCallerIdentity:getCallerIdentity"]);
    expect(String(one(made, "aws:kms/key:Key", "key-key").inputs.policy)).toContain("arn:aws:iam::123456789012:root");
  });

  it("is protected like the data that it encrypts", async () => {
    expect(protectedNames(await key(true))).toEqual(["key-key"]);
    const open = await key(false);
    expect(protectedNames(open)).toEqual([]);
    expect(one(open, "aws:kms/key:Key", "key-key").inputs.deletionWindowInDays).toBe(7);
  });

  it("lets in the account, and of AWS's services only its own logs and alarms", () => {
    const { Statement } = JSON.parse(keyPolicy("210987654321", "eu-central-1"));
    expect(Statement.map(({ Principal }: { Principal: unknown }) => Principal)).toEqual([
      { AWS: "arn:aws:iam::210987654321:root" },
      { Service: "logs.eu-central-1.amazonaws.com" },
      { Service: "cloudwatch.amazonaws.com" },
    ]);
    for (const { Condition } of Statement.slice(1)) expect(JSON.stringify(Condition)).toContain("210987654321");
  });
});
