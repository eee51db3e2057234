import {
  CreateSubnetCommand,
  DeleteSubnetCommand,
  DescribeSubnetsCommand,
  ModifySubnetAttributeCommand,
} from "@aws-sdk/client-ec2";
import { z } from "zod";
import { awsKind, regional, tagsSchema } from "./aws-kind.ts";
import { tagSpecifications, updateEc2Tags } from "./ec2-tags.ts";
import { orMissing, retryWhile } from "./errors.ts";
import { tagMap } from "./tags.ts";

/** aws:ec2/subnet:Subnet */
export const subnet = awsKind({
  inputs: z.strictObject({
    ...regional,
    vpcId: z.string(),
    cidrBlock: z.string().optional(),
    availabilityZone: z.string().optional(),
    availabilityZoneId: z.string().optional(),
    mapPublicIpOnLaunch: z.boolean().optional(),
    tags: tagsSchema,
  }),
  defaults: { mapPublicIpOnLaunch: false },
  replaceOnChanges: ["vpcId", "cidrBlock", "availabilityZone", "availabilityZoneId"],

  async create(aws, wanted, { signal: abortSignal }) {
    const { Subnet } = await aws.ec2.send(
      new CreateSubnetCommand({
        VpcId: wanted.vpcId,
        CidrBlock: wanted.cidrBlock,
        AvailabilityZone: wanted.availabilityZone,
        AvailabilityZoneId: wanted.availabilityZoneId,
        TagSpecifications: tagSpecifications("subnet", wanted.tags),
      }),
      { abortSignal },
    );
    const id = Subnet?.SubnetId ?? "";
    if (wanted.mapPublicIpOnLaunch === true) {
      const attribute = { SubnetId: id, MapPublicIpOnLaunch: { Value: true } };
      await aws.ec2.send(new ModifySubnetAttributeCommand(attribute), { abortSignal });
    }
    return id;
  },

  async look(aws, id, _known, { signal: abortSignal }) {
    const answer = await orMissing(aws.ec2.send(new DescribeSubnetsCommand({ SubnetIds: [id] }), { abortSignal }));
    const found = answer?.Subnets?.[0];
    if (found === undefined) return undefined;
    return {
      properties: {
        arn: `arn:aws:ec2:${aws.region}:${found.OwnerId}:subnet/${id}`,
        vpcId: found.VpcId,
        cidrBlock: found.CidrBlock,
        availabilityZone: found.AvailabilityZone,
        availabilityZoneId: found.AvailabilityZoneId,
        mapPublicIpOnLaunch: found.MapPublicIpOnLaunch ?? false,
        assignIpv6AddressOnCreation: found.AssignIpv6AddressOnCreation ?? false,
        ownerId: found.OwnerId,
        tags: tagMap(found.Tags),
      },
    };
  },

  async update(aws, id, change, call) {
    if (change.has("mapPublicIpOnLaunch")) {
      const attribute = { SubnetId: id, MapPublicIpOnLaunch: { Value: change.inputs.mapPublicIpOnLaunch ?? false } };
      await aws.ec2.send(new ModifySubnetAttributeCommand(attribute), { abortSignal: call.signal });
    }
    await updateEc2Tags(aws, id, change, call);
  },

  async delete(aws, id, _state, { signal }) {
    await retryWhile(/^DependencyViolation$/, signal, () =>
      orMissing(aws.ec2.send(new DeleteSubnetCommand({ SubnetId: id }), { abortSignal: signal })),
    );
  },
});
