import { MetricAlarm } from "@pulumi/aws/cloudwatch/metricAlarm.js";
import { Topic } from "@pulumi/aws/sns/topic.js";
import { TopicPolicy } from "@pulumi/aws/sns/topicPolicy.js";
import { TopicSubscription } from "@pulumi/aws/sns/topicSubscription.js";
import { ComponentResource, type ComponentResourceOptions, type Input, type Output, output } from "@pulumi/pulumi";
import type { Tags } from "../tags.ts";
import { type AlarmSpec, type DatabaseLimits, databaseAlarms, loadBalancerAlarms, nodeAlarms } from "./alarm-plan.ts";

/** A database to watch. */
export interface WatchedDatabase extends DatabaseLimits {
  /** Name of the RDS instance. */
  readonly identifier: Input<string>;
}

/** An application load balancer to watch. */
export interface WatchedLoadBalancer {
  /** What metrics call it (ApplicationLoadBalancer.metricName). */
  readonly metricName: Input<string>;
  /** Service → what metrics call its target group (ApplicationLoadBalancer.targetGroupMetricNames). */
  readonly targetGroups: Readonly<Record<string, Input<string>>>;
  /** 5xx answers a minute that are too many; default 10. */
  readonly errorsPerMinute?: number | undefined;
}

export interface AlarmsArgs {
  /** What the alarms' names begin with, unique in the account. */
  readonly prefix: string;
  /** Name of the topic that they are sent to. */
  readonly topicName: string;
  /** KMS key of the topic, which must let CloudWatch alarms use it (EncryptionKey does; AWS's own `alias/aws/sns` does not). */
  readonly keyArn: Input<string>;
  /** https address of the driver's alert receiver, which has to confirm the subscription. Default: nobody is told. */
  readonly receiverUrl?: Input<string> | undefined;
  /** The database. Default: not watched. */
  readonly database?: WatchedDatabase | undefined;
  /** The load balancer. Default: not watched. */
  readonly loadBalancer?: WatchedLoadBalancer | undefined;
  /** Node group → name of its autoscaling group (EksCluster.autoscalingGroups). Default: not watched. */
  readonly nodeGroups?: Readonly<Record<string, Input<string>>> | undefined;
  /** Tags of alarms and topic. */
  readonly tags: Tags;
}

/** CloudWatch alarms and the topic that takes them to the driver: when they go off, and when they are over. */
export class Alarms extends ComponentResource {
  /** ARN of the topic that every alarm is sent to. */
  readonly topicArn: Output<string>;

  readonly #name: string;
  readonly #args: AlarmsArgs;

  constructor(name: string, args: AlarmsArgs, options?: ComponentResourceOptions) {
    super("pilotlight:aws:Alarms", name, {}, options);
    this.#name = name;
    this.#args = args;
    const topic = this.#topic();
    if (args.receiverUrl !== undefined) this.#subscription(topic, args.receiverUrl);
    const { database, loadBalancer, nodeGroups = {} } = args;
    const alarms = [
      ...(database ? databaseAlarms(database.identifier, database) : []),
      ...(loadBalancer
        ? loadBalancerAlarms(loadBalancer.metricName, loadBalancer.targetGroups, loadBalancer.errorsPerMinute ?? 10)
        : []),
      ...nodeAlarms(nodeGroups),
    ];
    for (const alarm of alarms) this.#alarm(alarm, topic);
    this.topicArn = topic.arn;
    this.registerOutputs({ topicArn: this.topicArn });
  }

  #topic(): Topic {
    const topic = new Topic(
      `${this.#name}-topic`,
      {
        name: this.#args.topicName,
        kmsMasterKeyId: this.#args.keyArn,
        // SHA-256; the default of 1 is SHA-1.
        signatureVersion: 2,
        tags: { ...this.#args.tags },
      },
      { parent: this },
    );
    new TopicPolicy(`${this.#name}-topic`, { arn: topic.arn, policy: topic.arn.apply(topicPolicy) }, { parent: this });
    return topic;
  }

  /** The driver confirms when it comes up, so an update does not wait for that: the driver may not run yet. */
  #subscription(topic: Topic, receiverUrl: Input<string>): void {
    new TopicSubscription(
      `${this.#name}-receiver`,
      {
        topic: topic.arn,
        protocol: "https",
        endpoint: output(receiverUrl).apply(requireHttps),
        // The receiver wants SNS's own envelope, whose signature it checks.
        rawMessageDelivery: false,
      },
      { parent: this },
    );
  }

  #alarm(spec: AlarmSpec, topic: Topic): void {
    const { prefix, tags } = this.#args;
    new MetricAlarm(
      `${this.#name}-${spec.key}`,
      {
        name: `${prefix}-${spec.key}`,
        alarmDescription: spec.description,
        namespace: spec.namespace,
        metricName: spec.metricName,
        dimensions: { ...spec.dimensions },
        statistic: spec.statistic,
        period: 60,
        evaluationPeriods: 5,
        datapointsToAlarm: spec.badMinutes,
        comparisonOperator: spec.comparison,
        threshold: spec.threshold,
        // No requests, no slot: no data, and nothing wrong. Whether a thing is there at all the driver sees for itself.
        treatMissingData: "notBreaching",
        alarmActions: [topic.arn],
        okActions: [topic.arn],
        tags: { ...tags },
      },
      { parent: this },
    );
  }
}

/** Errors: not https. The address is not told, because it may carry a token. */
function requireHttps(url: string): string {
  if (!url.startsWith("https://"))
    throw new Error("alerts.receiver: does not begin with https://; alarms are sent over TLS only");
  return url;
}

/** The alarms of the topic's own account and region may publish, and nobody in the clear. */
export function topicPolicy(topicArn: string): string {
  const [, partition, , region, account] = topicArn.split(":");
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "Alarms",
        Effect: "Allow",
        Principal: { Service: "cloudwatch.amazonaws.com" },
        Action: "sns:Publish",
        Resource: topicArn,
        Condition: {
          StringEquals: { "aws:SourceAccount": account },
          ArnLike: { "aws:SourceArn": `arn:${partition}:cloudwatch:${region}:${account}:alarm:*` },
        },
      },
      {
        Sid: "TlsOnly",
        Effect: "Deny",
        Principal: "*",
        Action: "sns:Publish",
        Resource: topicArn,
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ],
  });
}
