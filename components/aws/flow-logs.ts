import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup.js";
import { FlowLog } from "@pulumi/aws/ec2/flowLog.js";
import { Role } from "@pulumi/aws/iam/role.js";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy.js";
import { ComponentResource, type ComponentResourceOptions, type Input, type Output } from "@pulumi/pulumi";
import type { Tags } from "../tags.ts";
import { logRetention } from "./log-retention.ts";
import { trustPolicy } from "./trust-policy.ts";

export interface FlowLogsArgs {
  /** The network whose traffic is logged, accepted and refused. */
  readonly vpcId: Input<string>;
  /** Name of the CloudWatch log group that is made for it. */
  readonly logGroupName: string;
  /** Days that records are kept; default 30. One of CloudWatch's own retention times. */
  readonly logRetentionDays?: number | undefined;
  /** KMS key of the log group, which must let CloudWatch Logs use it (EncryptionKey does). Default: CloudWatch's own key. */
  readonly logKeyArn?: Input<string> | undefined;
  /** Tags of everything here. */
  readonly tags: Tags;
}

/** Records of every connection in a network, in a log group of their own. */
export class FlowLogs extends ComponentResource {
  /** Name of the log group. */
  readonly logGroup: Output<string>;

  constructor(name: string, args: FlowLogsArgs, options?: ComponentResourceOptions) {
    super("pilotlight:aws:FlowLogs", name, {}, options);
    const tags = { ...args.tags };
    const group = new LogGroup(
      `${name}-group`,
      {
        name: args.logGroupName,
        retentionInDays: logRetention(args.logRetentionDays),
        ...(args.logKeyArn === undefined ? {} : { kmsKeyId: args.logKeyArn }),
        tags,
      },
      { parent: this },
    );
    const role = new Role(
      `${name}-role`,
      { assumeRolePolicy: trustPolicy("vpc-flow-logs.amazonaws.com"), tags },
      { parent: this },
    );
    const policy = new RolePolicy(
      `${name}-write`,
      { role: role.name, policy: group.arn.apply(flowLogPolicy) },
      { parent: this },
    );
    new FlowLog(
      `${name}-log`,
      {
        vpcId: args.vpcId,
        trafficType: "ALL",
        logDestinationType: "cloud-watch-logs",
        logDestination: group.arn,
        iamRoleArn: role.arn,
        maxAggregationInterval: 600,
        tags,
      },
      { parent: this, dependsOn: policy },
    );
    this.logGroup = group.name;
    this.registerOutputs({ logGroup: this.logGroup });
  }
}

/** Writes into one group. Not CreateLogGroup: late records would bring a deleted group back, and the next update would stop at it. */
export function flowLogPolicy(groupArn: string): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogGroups", "logs:DescribeLogStreams"],
        Resource: [groupArn, `${groupArn}:*`],
      },
    ],
  });
}
