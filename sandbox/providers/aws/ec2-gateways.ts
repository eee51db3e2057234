import {
  AllocateAddressCommand,
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  CreateNatGatewayCommand,
  DeleteInternetGatewayCommand,
  DeleteNatGatewayCommand,
  DescribeAddressesCommand,
  DescribeInternetGatewaysCommand,
  DescribeNatGatewaysCommand,
  DetachInternetGatewayCommand,
  ReleaseAddressCommand,
} from "@aws-sdk/client-ec2";
import { z } from "zod";
import type { AwsRegion } from "./aws-cloud.ts";
import { awsKind, regional, tagsSchema } from "./aws-kind.ts";
import { tagSpecifications, updateEc2Tags } from "./ec2-tags.ts";
import { orMissing, poll, retryWhile } from "./errors.ts";
import { tagMap } from "./tags.ts";

/** aws:ec2/internetGateway:InternetGateway */
export const internetGateway = awsKind({
  inputs: z.strictObject({ ...regional, vpcId: z.string().optional(), tags: tagsSchema }),
  replaceOnChanges: [],

  async create(aws, wanted, { signal: abortSignal }) {
    const { InternetGateway } = await aws.ec2.send(
      new CreateInternetGatewayCommand({ TagSpecifications: tagSpecifications("internet-gateway", wanted.tags) }),
      { abortSignal },
    );
    const id = InternetGateway?.InternetGatewayId ?? "";
    if (wanted.vpcId !== undefined) {
      await aws.ec2.send(new AttachInternetGatewayCommand({ InternetGatewayId: id, VpcId: wanted.vpcId }), {
        abortSignal,
      });
    }
    return id;
  },

  async look(aws, id, _known, { signal: abortSignal }) {
    const answer = await orMissing(
      aws.ec2.send(new DescribeInternetGatewaysCommand({ InternetGatewayIds: [id] }), { abortSignal }),
    );
    const found = answer?.InternetGateways?.[0];
    if (found === undefined) return undefined;
    return {
      properties: {
        arn: `arn:aws:ec2:${aws.region}:${found.OwnerId}:internet-gateway/${id}`,
        vpcId: found.Attachments?.[0]?.VpcId,
        ownerId: found.OwnerId,
        tags: tagMap(found.Tags),
      },
    };
  },

  async update(aws, id, change, call) {
    if (change.has("vpcId")) {
      await detach(aws, id, change.old["vpcId"], call.signal);
      const VpcId = change.inputs.vpcId;
      if (VpcId !== undefined) {
        const attach = new AttachInternetGatewayCommand({ InternetGatewayId: id, VpcId });
        await aws.ec2.send(attach, { abortSignal: call.signal });
      }
    }
    await updateEc2Tags(aws, id, change, call);
  },

  async delete(aws, id, state, { signal }) {
    await detach(aws, id, state["vpcId"], signal);
    await retryWhile(/^DependencyViolation$/, signal, () =>
      orMissing(aws.ec2.send(new DeleteInternetGatewayCommand({ InternetGatewayId: id }), { abortSignal: signal })),
    );
  },
});

async function detach(aws: AwsRegion, id: string, vpcId: unknown, signal: AbortSignal): Promise<void> {
  if (typeof vpcId !== "string") return;
  await retryWhile(/^DependencyViolation$/, signal, async () => {
    try {
      const command = new DetachInternetGatewayCommand({ InternetGatewayId: id, VpcId: vpcId });
      await orMissing(aws.ec2.send(command, { abortSignal: signal }));
    } catch (error) {
      if (!(error instanceof Error && error.name === "Gateway.NotAttached")) throw error;
    }
  });
}

/** aws:ec2/eip:Eip */
export const eip = awsKind({
  inputs: z.strictObject({ ...regional, domain: z.literal("vpc").optional(), tags: tagsSchema }),
  replaceOnChanges: ["domain"],

  async create(aws, wanted, { signal: abortSignal }) {
    const { AllocationId } = await aws.ec2.send(
      new AllocateAddressCommand({ Domain: "vpc", TagSpecifications: tagSpecifications("elastic-ip", wanted.tags) }),
      { abortSignal },
    );
    return AllocationId ?? "";
  },

  async look(aws, id, _known, { signal: abortSignal }) {
    const answer = await orMissing(
      aws.ec2.send(new DescribeAddressesCommand({ AllocationIds: [id] }), { abortSignal }),
    );
    const found = answer?.Addresses?.[0];
    if (found === undefined) return undefined;
    const publicIp = found.PublicIp ?? "";
    const zone = aws.region === "us-east-1" ? "compute-1" : `${aws.region}.compute`;
    return {
      properties: {
        allocationId: id,
        arn: `arn:aws:ec2:${aws.region}:${await aws.accountId(abortSignal)}:elastic-ip/${id}`,
        domain: found.Domain ?? "vpc",
        publicIp,
        publicDns: `ec2-${publicIp.replaceAll(".", "-")}.${zone}.amazonaws.com`,
        tags: tagMap(found.Tags),
      },
    };
  },

  update: updateEc2Tags,

  async delete(aws, id, _state, { signal }) {
    await retryWhile(/^(AuthFailure|InvalidIPAddress.InUse|DependencyViolation)$/, signal, () =>
      orMissing(aws.ec2.send(new ReleaseAddressCommand({ AllocationId: id }), { abortSignal: signal })),
    );
  },
});

/** aws:ec2/natGateway:NatGateway */
export const natGateway = awsKind({
  inputs: z.strictObject({
    ...regional,
    allocationId: z.string().optional(),
    connectivityType: z.enum(["public", "private"]).optional(),
    privateIp: z.string().optional(),
    subnetId: z.string(),
    tags: tagsSchema,
  }),
  defaults: { connectivityType: "public" },
  replaceOnChanges: ["allocationId", "connectivityType", "privateIp", "subnetId"],

  async create(aws, wanted, { signal: abortSignal }) {
    const { NatGateway } = await aws.ec2.send(
      new CreateNatGatewayCommand({
        SubnetId: wanted.subnetId,
        AllocationId: wanted.allocationId,
        ConnectivityType: wanted.connectivityType,
        PrivateIpAddress: wanted.privateIp,
        TagSpecifications: tagSpecifications("natgateway", wanted.tags),
      }),
      { abortSignal },
    );
    return NatGateway?.NatGatewayId ?? "";
  },

  async ready(aws, id, { signal }) {
    await poll(`NAT gateway ${id} is not available`, signal, async () => {
      const { State, FailureMessage } = (await findNatGateway(aws, id, signal)) ?? {};
      if (State === "failed") throw new Error(`NAT gateway ${id} failed: ${FailureMessage}`);
      return State === "available" ? true : undefined;
    });
  },

  async look(aws, id, _known, { signal }) {
    const found = await findNatGateway(aws, id, signal);
    if (found === undefined || found.State === "deleted" || found.State === "deleting") return undefined;
    const address = found.NatGatewayAddresses?.[0];
    return {
      properties: {
        allocationId: address?.AllocationId,
        associationId: address?.AssociationId,
        connectivityType: found.ConnectivityType,
        networkInterfaceId: address?.NetworkInterfaceId,
        privateIp: address?.PrivateIp,
        publicIp: address?.PublicIp,
        subnetId: found.SubnetId,
        tags: tagMap(found.Tags),
      },
    };
  },

  update: updateEc2Tags,

  async delete(aws, id, _state, { signal }) {
    await orMissing(aws.ec2.send(new DeleteNatGatewayCommand({ NatGatewayId: id }), { abortSignal: signal }));
    await poll(`NAT gateway ${id} is still there`, signal, async () => {
      const found = await findNatGateway(aws, id, signal);
      return found === undefined || found.State === "deleted" ? true : undefined;
    });
  },
});

async function findNatGateway(aws: AwsRegion, id: string, abortSignal: AbortSignal) {
  const command = new DescribeNatGatewaysCommand({ NatGatewayIds: [id] });
  return (await orMissing(aws.ec2.send(command, { abortSignal })))?.NatGateways?.[0];
}
