import {
  AssociateKmsKeyCommand,
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  DeleteRetentionPolicyCommand,
  DescribeLogGroupsCommand,
  DisassociateKmsKeyCommand,
  ListTagsForResourceCommand,
  PutRetentionPolicyCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { CreateFlowLogsCommand, DeleteFlowLogsCommand, DescribeFlowLogsCommand } from "@aws-sdk/client-ec2";
import { z } from "zod";
import type { AwsRegion } from "./aws-cloud.ts";
import { awsKind, refused, regional, tagsSchema } from "./aws-kind.ts";
import { tagSpecifications, updateEc2Tags } from "./ec2-tags.ts";
import { orMissing } from "./errors.ts";
import { syncTags, tagMap } from "./tags.ts";

/** aws:cloudwatch/logGroup:LogGroup */
export const logGroup = awsKind({
  inputs: z.strictObject({
    ...regional,
    name: z.string().optional(),
    namePrefix: z.string().optional(),
    kmsKeyId: z.string().optional(),
    retentionInDays: z.number().int().optional(),
    skipDestroy: z.boolean().optional(),
    logGroupClass: z.literal("STANDARD", "the sandbox has one class").optional(),
    deletionProtectionEnabled: z.literal(false, "moto does not keep it").optional(),
    tags: tagsSchema,
  }),
  autoName: { property: "name", prefixProperty: "namePrefix", maxLength: 512 },
  defaults: { retentionInDays: 0, skipDestroy: false },
  replaceOnChanges: ["name", "namePrefix"],

  async create(aws, wanted, { signal }) {
    const logGroupName = wanted.name ?? "";
    const request = { logGroupName, kmsKeyId: wanted.kmsKeyId, ...(wanted.tags && { tags: wanted.tags }) };
    await aws.logs.send(new CreateLogGroupCommand(request), { abortSignal: signal });
    if (wanted.retentionInDays) await setRetention(aws, logGroupName, wanted.retentionInDays, signal);
    return logGroupName;
  },

  async look(aws, id, _known, { signal: abortSignal }) {
    const { logGroups } = await aws.logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: id }), {
      abortSignal,
    });
    const found = logGroups?.find(({ logGroupName }) => logGroupName === id);
    if (found === undefined) return undefined;
    const arn = found.arn?.replace(/:\*$/, "");
    const { tags } = await aws.logs.send(new ListTagsForResourceCommand({ resourceArn: arn }), { abortSignal });
    return {
      properties: {
        arn,
        name: id,
        kmsKeyId: found.kmsKeyId,
        logGroupClass: found.logGroupClass ?? "STANDARD",
        retentionInDays: found.retentionInDays ?? 0,
        tags: tags ?? {},
      },
    };
  },

  async update(aws, id, change, { signal: abortSignal }) {
    const { kmsKeyId, retentionInDays, tags } = change.inputs;
    if (change.has("retentionInDays")) await setRetention(aws, id, retentionInDays ?? 0, abortSignal);
    if (change.has("kmsKeyId")) {
      if (kmsKeyId === undefined)
        await aws.logs.send(new DisassociateKmsKeyCommand({ logGroupName: id }), { abortSignal });
      else await aws.logs.send(new AssociateKmsKeyCommand({ logGroupName: id, kmsKeyId }), { abortSignal });
    }
    const resourceArn = String(change.old["arn"]);
    await syncTags(change.oldTags, tags, {
      add: (added) => aws.logs.send(new TagResourceCommand({ resourceArn, tags: added }), { abortSignal }),
      remove: (tagKeys) => aws.logs.send(new UntagResourceCommand({ resourceArn, tagKeys }), { abortSignal }),
    });
  },

  async delete(aws, id, state, { signal: abortSignal }) {
    if (state["skipDestroy"] === true) return;
    await orMissing(aws.logs.send(new DeleteLogGroupCommand({ logGroupName: id }), { abortSignal }));
  },
});

async function setRetention(aws: AwsRegion, logGroupName: string, days: number, abortSignal: AbortSignal) {
  if (days === 0) await orMissing(aws.logs.send(new DeleteRetentionPolicyCommand({ logGroupName }), { abortSignal }));
  else await aws.logs.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays: days }), { abortSignal });
}

/** aws:ec2/flowLog:FlowLog */
export const flowLog = awsKind({
  inputs: z.strictObject({
    ...regional,
    vpcId: z.string().optional(),
    subnetId: z.string().optional(),
    iamRoleArn: z.string().optional(),
    logDestination: z.string().optional(),
    logDestinationType: z.enum(["cloud-watch-logs", "s3"]).optional(),
    logFormat: z.string().optional(),
    maxAggregationInterval: z.union([z.literal(60), z.literal(600)]).optional(),
    trafficType: z.enum(["ACCEPT", "REJECT", "ALL"]).optional(),
    deliverCrossAccountRole: refused("it has one account"),
    destinationOptions: refused("moto does not keep them"),
    eniId: refused("its flow logs are of networks and subnets"),
    regionalNatGatewayId: refused("its flow logs are of networks and subnets"),
    tagFieldSpecifications: refused("moto does not keep them"),
    transitGatewayAttachmentId: refused("it has no transit gateways"),
    transitGatewayId: refused("it has no transit gateways"),
    tags: tagsSchema,
  }),
  defaults: { logDestinationType: "cloud-watch-logs", maxAggregationInterval: 600 },
  replaceOnChanges: [
    "vpcId",
    "subnetId",
    "iamRoleArn",
    "logDestination",
    "logDestinationType",
    "logFormat",
    "maxAggregationInterval",
    "trafficType",
  ],

  async create(aws, wanted, { signal: abortSignal }) {
    const { FlowLogIds, Unsuccessful } = await aws.ec2.send(
      new CreateFlowLogsCommand({
        ResourceIds: [wanted.vpcId ?? wanted.subnetId ?? ""],
        ResourceType: wanted.vpcId === undefined ? "Subnet" : "VPC",
        DeliverLogsPermissionArn: wanted.iamRoleArn,
        LogDestination: wanted.logDestination,
        LogDestinationType: wanted.logDestinationType,
        LogFormat: wanted.logFormat,
        MaxAggregationInterval: wanted.maxAggregationInterval,
        TrafficType: wanted.trafficType,
        TagSpecifications: tagSpecifications("vpc-flow-log", wanted.tags),
      }),
      { abortSignal },
    );
    const id = FlowLogIds?.[0];
    if (id === undefined) throw new Error(`the flow log was refused: ${Unsuccessful?.[0]?.Error?.Message}`);
    return id;
  },

  async look(aws, id, _known, { signal: abortSignal }) {
    const command = new DescribeFlowLogsCommand({ FlowLogIds: [id] });
    const found = (await orMissing(aws.ec2.send(command, { abortSignal })))?.FlowLogs?.[0];
    if (found === undefined) return undefined;
    const isVpc = found.ResourceId?.startsWith("vpc-") ?? false;
    return {
      properties: {
        arn: `arn:aws:ec2:${aws.region}:${await aws.accountId(abortSignal)}:vpc-flow-log/${id}`,
        vpcId: isVpc ? found.ResourceId : undefined,
        subnetId: isVpc ? undefined : found.ResourceId,
        iamRoleArn: found.DeliverLogsPermissionArn,
        ...(found.LogDestination !== undefined && { logDestination: found.LogDestination }),
        logDestinationType: found.LogDestinationType,
        logFormat: found.LogFormat,
        maxAggregationInterval: found.MaxAggregationInterval,
        trafficType: found.TrafficType,
        tags: tagMap(found.Tags),
      },
    };
  },

  update: updateEc2Tags,

  async delete(aws, id, _state, { signal: abortSignal }) {
    await orMissing(aws.ec2.send(new DeleteFlowLogsCommand({ FlowLogIds: [id] }), { abortSignal }));
  },
});
