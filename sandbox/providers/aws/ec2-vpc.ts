import {
  CreateVpcCommand,
  DeleteVpcCommand,
  DescribeNetworkAclsCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeVpcAttributeCommand,
  DescribeVpcsCommand,
  type Filter,
  ModifyVpcAttributeCommand,
} from "@aws-sdk/client-ec2";
import { z } from "zod";
import type { AwsRegion } from "./aws-cloud.ts";
import { awsKind, regional, tagsSchema } from "./aws-kind.ts";
import { tagSpecifications, updateEc2Tags } from "./ec2-tags.ts";
import { orMissing, retryWhile } from "./errors.ts";
import { tagMap } from "./tags.ts";

const inputs = z.strictObject({
  ...regional,
  cidrBlock: z.string(),
  enableDnsHostnames: z.boolean().optional(),
  enableDnsSupport: z.boolean().optional(),
  enableNetworkAddressUsageMetrics: z.boolean().optional(),
  instanceTenancy: z.enum(["default", "dedicated"]).optional(),
  tags: tagsSchema,
});

/** aws:ec2/vpc:Vpc */
export const vpc = awsKind({
  inputs,
  defaults: { enableDnsSupport: true, instanceTenancy: "default" },
  replaceOnChanges: ["cidrBlock", "instanceTenancy"],

  async create(aws, wanted, { signal: abortSignal }) {
    const { Vpc } = await aws.ec2.send(
      new CreateVpcCommand({
        CidrBlock: wanted.cidrBlock,
        InstanceTenancy: wanted.instanceTenancy,
        TagSpecifications: tagSpecifications("vpc", wanted.tags),
      }),
      { abortSignal },
    );
    const id = Vpc?.VpcId ?? "";
    await setDns(aws, id, wanted, abortSignal);
    return id;
  },

  async look(aws, id, _known, { signal: abortSignal }) {
    const answer = await orMissing(aws.ec2.send(new DescribeVpcsCommand({ VpcIds: [id] }), { abortSignal }));
    const found = answer?.Vpcs?.[0];
    if (found === undefined) return undefined;
    const ofVpc: Filter = { Name: "vpc-id", Values: [id] };
    const [support, hostnames, tables, groups, acls] = await Promise.all([
      aws.ec2.send(new DescribeVpcAttributeCommand({ VpcId: id, Attribute: "enableDnsSupport" }), { abortSignal }),
      aws.ec2.send(new DescribeVpcAttributeCommand({ VpcId: id, Attribute: "enableDnsHostnames" }), { abortSignal }),
      aws.ec2.send(
        new DescribeRouteTablesCommand({ Filters: [ofVpc, { Name: "association.main", Values: ["true"] }] }),
        { abortSignal },
      ),
      aws.ec2.send(
        new DescribeSecurityGroupsCommand({ Filters: [ofVpc, { Name: "group-name", Values: ["default"] }] }),
        { abortSignal },
      ),
      aws.ec2.send(new DescribeNetworkAclsCommand({ Filters: [ofVpc, { Name: "default", Values: ["true"] }] }), {
        abortSignal,
      }),
    ]);
    const mainTable = tables.RouteTables?.[0]?.RouteTableId;
    return {
      properties: {
        arn: `arn:aws:ec2:${aws.region}:${found.OwnerId}:vpc/${id}`,
        cidrBlock: found.CidrBlock,
        instanceTenancy: found.InstanceTenancy,
        enableDnsSupport: support.EnableDnsSupport?.Value ?? true,
        enableDnsHostnames: hostnames.EnableDnsHostnames?.Value ?? false,
        dhcpOptionsId: found.DhcpOptionsId,
        mainRouteTableId: mainTable,
        defaultRouteTableId: mainTable,
        defaultSecurityGroupId: groups.SecurityGroups?.[0]?.GroupId,
        defaultNetworkAclId: acls.NetworkAcls?.[0]?.NetworkAclId,
        ownerId: found.OwnerId,
        tags: tagMap(found.Tags),
      },
    };
  },

  async update(aws, id, change, call) {
    if (change.has("enableDnsHostnames", "enableDnsSupport")) await setDns(aws, id, change.inputs, call.signal);
    await updateEc2Tags(aws, id, change, call);
  },

  async delete(aws, id, _state, { signal }) {
    await retryWhile(/^DependencyViolation$/, signal, () =>
      orMissing(aws.ec2.send(new DeleteVpcCommand({ VpcId: id }), { abortSignal: signal })),
    );
  },
});

async function setDns(aws: AwsRegion, id: string, wanted: z.infer<typeof inputs>, abortSignal: AbortSignal) {
  // One attribute a call, as EC2 wants it.
  const support = { VpcId: id, EnableDnsSupport: { Value: wanted.enableDnsSupport ?? true } };
  await aws.ec2.send(new ModifyVpcAttributeCommand(support), { abortSignal });
  const hostnames = { VpcId: id, EnableDnsHostnames: { Value: wanted.enableDnsHostnames ?? false } };
  await aws.ec2.send(new ModifyVpcAttributeCommand(hostnames), { abortSignal });
}
