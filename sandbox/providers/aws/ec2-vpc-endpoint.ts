import {
  CreateVpcEndpointCommand,
  DeleteVpcEndpointsCommand,
  DescribePrefixListsCommand,
  DescribeVpcEndpointsCommand,
  ModifyVpcEndpointCommand,
} from "@aws-sdk/client-ec2";
import { z } from "zod";
import type { AwsRegion } from "./aws-cloud.ts";
import { awsKind, refused, regional, tagsSchema } from "./aws-kind.ts";
import { tagSpecifications, updateEc2Tags } from "./ec2-tags.ts";
import { orMissing } from "./errors.ts";
import { tagMap } from "./tags.ts";

const ids = z.array(z.string()).optional();

/** aws:ec2/vpcEndpoint:VpcEndpoint */
export const vpcEndpoint = awsKind({
  inputs: z.strictObject({
    ...regional,
    vpcId: z.string(),
    serviceName: z.string(),
    vpcEndpointType: z.enum(["Gateway", "Interface"]).optional(),
    autoAccept: z.boolean().optional(),
    policy: z.string().optional(),
    privateDnsEnabled: z.boolean().optional(),
    routeTableIds: ids,
    subnetIds: ids,
    securityGroupIds: ids,
    ipAddressType: z.literal("ipv4").optional(),
    dnsOptions: refused("moto keeps no DNS options of endpoints"),
    resourceConfigurationArn: refused("it has no VPC Lattice"),
    serviceNetworkArn: refused("it has no VPC Lattice"),
    serviceRegion: refused("its endpoints reach services of their own region only"),
    subnetConfigurations: refused("moto chooses the addresses of endpoints; use subnetIds"),
    tags: tagsSchema,
  }),
  defaults: { vpcEndpointType: "Gateway" },
  replaceOnChanges: ["serviceName", "vpcEndpointType", "vpcId"],

  async create(aws, wanted, { signal: abortSignal }) {
    const { VpcEndpoint } = await aws.ec2.send(
      new CreateVpcEndpointCommand({
        VpcId: wanted.vpcId,
        ServiceName: wanted.serviceName,
        VpcEndpointType: wanted.vpcEndpointType,
        PolicyDocument: wanted.policy,
        PrivateDnsEnabled: wanted.privateDnsEnabled ?? false,
        RouteTableIds: wanted.routeTableIds,
        SubnetIds: wanted.subnetIds,
        SecurityGroupIds: wanted.securityGroupIds,
        TagSpecifications: tagSpecifications("vpc-endpoint", wanted.tags),
      }),
      { abortSignal },
    );
    return VpcEndpoint?.VpcEndpointId ?? "";
  },

  async look(aws, id, _known, { signal }) {
    const command = new DescribeVpcEndpointsCommand({ VpcEndpointIds: [id] });
    const found = (await orMissing(aws.ec2.send(command, { abortSignal: signal })))?.VpcEndpoints?.[0];
    if (found === undefined) return undefined;
    const isGateway = found.VpcEndpointType === "Gateway";
    const prefixes = isGateway ? await prefixListOf(aws, found.ServiceName, signal) : undefined;
    return {
      properties: {
        arn: `arn:aws:ec2:${aws.region}:${found.OwnerId}:vpc-endpoint/${id}`,
        cidrBlocks: prefixes?.Cidrs ?? [],
        dnsEntries: (found.DnsEntries ?? []).map(({ DnsName, HostedZoneId }) => ({
          dnsName: DnsName,
          hostedZoneId: HostedZoneId,
        })),
        networkInterfaceIds: found.NetworkInterfaceIds ?? [],
        ownerId: found.OwnerId,
        policy: found.PolicyDocument,
        prefixListId: prefixes?.PrefixListId,
        privateDnsEnabled: found.PrivateDnsEnabled ?? false,
        requesterManaged: false,
        routeTableIds: found.RouteTableIds ?? [],
        securityGroupIds: (found.Groups ?? []).map(({ GroupId }) => GroupId),
        serviceName: found.ServiceName,
        state: found.State,
        subnetIds: found.SubnetIds ?? [],
        vpcEndpointType: found.VpcEndpointType,
        vpcId: found.VpcId,
        tags: tagMap(found.Tags),
      },
    };
  },

  async update(aws, id, change, call) {
    const { inputs, old } = change;
    const difference = (name: "routeTableIds" | "subnetIds" | "securityGroupIds") => {
      const before = z.array(z.string()).catch([]).parse(old[name]);
      // Undeclared: the service's own choice, or other resources'.
      const after = inputs[name] ?? before;
      const add = after.filter((each) => !before.includes(each));
      const remove = before.filter((each) => !after.includes(each));
      return { add: add.length > 0 ? add : undefined, remove: remove.length > 0 ? remove : undefined };
    };
    if (change.has("policy", "privateDnsEnabled", "routeTableIds", "subnetIds", "securityGroupIds")) {
      const tables = difference("routeTableIds");
      const subnets = difference("subnetIds");
      const groups = difference("securityGroupIds");
      await aws.ec2.send(
        new ModifyVpcEndpointCommand({
          VpcEndpointId: id,
          ...(change.has("policy") && { PolicyDocument: inputs.policy, ResetPolicy: inputs.policy === undefined }),
          PrivateDnsEnabled: change.has("privateDnsEnabled") ? (inputs.privateDnsEnabled ?? false) : undefined,
          AddRouteTableIds: tables.add,
          RemoveRouteTableIds: tables.remove,
          AddSubnetIds: subnets.add,
          RemoveSubnetIds: subnets.remove,
          AddSecurityGroupIds: groups.add,
          RemoveSecurityGroupIds: groups.remove,
        }),
        { abortSignal: call.signal },
      );
    }
    await updateEc2Tags(aws, id, change, call);
  },

  async delete(aws, id, _state, { signal: abortSignal }) {
    await orMissing(aws.ec2.send(new DeleteVpcEndpointsCommand({ VpcEndpointIds: [id] }), { abortSignal }));
  },
});

async function prefixListOf(aws: AwsRegion, serviceName: string | undefined, abortSignal: AbortSignal) {
  const { PrefixLists = [] } = await aws.ec2.send(new DescribePrefixListsCommand({}), { abortSignal });
  return PrefixLists.find(({ PrefixListName }) => PrefixListName === serviceName);
}
