import {
  CreateTopicCommand,
  DeleteTopicCommand,
  GetTopicAttributesCommand,
  ListTagsForResourceCommand,
  SetTopicAttributesCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-sns";
import { z } from "zod";
import type { AwsRegion } from "./aws-cloud.ts";
import { awsKind, refused, regional, tagsSchema } from "./aws-kind.ts";
import { orMissing } from "./errors.ts";
import { syncTags, tagList, tagMap } from "./tags.ts";

const text = z.string().optional();
const rate = z.number().int().min(0).max(100).optional();
const delivery = (name: string) => ({
  [`${name}FailureFeedbackRoleArn`]: text,
  [`${name}SuccessFeedbackRoleArn`]: text,
  [`${name}SuccessFeedbackSampleRate`]: rate,
});
/** Inputs that are attributes of the topic, under this name with a capital. */
const attributes: Readonly<Record<string, z.ZodType>> = {
  ...delivery("application"),
  ...delivery("firehose"),
  ...delivery("http"),
  ...delivery("lambda"),
  ...delivery("sqs"),
  deliveryPolicy: text,
  displayName: text,
  kmsMasterKeyId: text,
  policy: text,
  signatureVersion: z.union([z.literal(1), z.literal(2)]).optional(),
  tracingConfig: z.enum(["Active", "PassThrough"]).optional(),
};
const numbers = /SampleRate$|^signatureVersion$/;
const standardOnly = "its topics are standard ones";

/** aws:sns/topic:Topic; its id is its ARN. */
export const topic = awsKind({
  inputs: z.strictObject({
    ...regional,
    ...attributes,
    name: z.string().optional(),
    namePrefix: z.string().optional(),
    fifoTopic: z.literal(false, standardOnly).optional(),
    contentBasedDeduplication: z.literal(false, standardOnly).optional(),
    archivePolicy: refused(standardOnly),
    fifoThroughputScope: refused(standardOnly),
    tags: tagsSchema,
  }),
  autoName: { property: "name", prefixProperty: "namePrefix", maxLength: 256 },
  defaults: { contentBasedDeduplication: false, fifoTopic: false },
  replaceOnChanges: ["name", "namePrefix", "fifoTopic"],

  async create(aws, wanted, { signal: abortSignal }) {
    const { TopicArn = "" } = await aws.sns.send(
      new CreateTopicCommand({ Name: wanted.name, Tags: tagList(wanted.tags) }),
      { abortSignal },
    );
    const given = wanted as Readonly<Record<string, unknown>>;
    for (const name of Object.keys(attributes)) {
      if (given[name] !== undefined) await setTopicAttribute(aws, TopicArn, name, given[name], abortSignal);
    }
    return TopicArn;
  },

  async look(aws, id, _known, { signal: abortSignal }) {
    const found = await orMissing(aws.sns.send(new GetTopicAttributesCommand({ TopicArn: id }), { abortSignal }));
    if (found?.Attributes === undefined) return undefined;
    const told = found.Attributes;
    const { Tags } = await aws.sns.send(new ListTagsForResourceCommand({ ResourceArn: id }), { abortSignal });
    const own = Object.keys(attributes).map((name) => {
      const value = told[attributeName(name)];
      return [name, value !== undefined && numbers.test(name) ? Number(value) : value];
    });
    return {
      properties: {
        ...Object.fromEntries(own),
        arn: id,
        name: id.split(":").at(-1),
        owner: told["Owner"],
        fifoTopic: false,
        contentBasedDeduplication: false,
        tags: tagMap(Tags),
      },
    };
  },

  async update(aws, id, change, { signal: abortSignal }) {
    const given = change.inputs as Readonly<Record<string, unknown>>;
    for (const name of Object.keys(attributes)) {
      if (change.has(name as "name")) await setTopicAttribute(aws, id, name, given[name], abortSignal);
    }
    await syncTags(change.oldTags, change.inputs.tags, {
      add: (tags) => aws.sns.send(new TagResourceCommand({ ResourceArn: id, Tags: tagList(tags) }), { abortSignal }),
      remove: (TagKeys) => aws.sns.send(new UntagResourceCommand({ ResourceArn: id, TagKeys }), { abortSignal }),
    });
  },

  async delete(aws, id, _state, { signal: abortSignal }) {
    await orMissing(aws.sns.send(new DeleteTopicCommand({ TopicArn: id }), { abortSignal }));
  },
});

/** aws:sns/topicPolicy:TopicPolicy; its id is the topic's ARN. */
export const topicPolicy = awsKind({
  inputs: z.strictObject({ ...regional, arn: z.string(), policy: z.string() }),
  replaceOnChanges: ["arn"],

  async create(aws, { arn, policy }, { signal }) {
    await setTopicAttribute(aws, arn, "policy", policy, signal);
    return arn;
  },

  async look(aws, id, _known, { signal: abortSignal }) {
    const found = await orMissing(aws.sns.send(new GetTopicAttributesCommand({ TopicArn: id }), { abortSignal }));
    const { Policy, Owner = "" } = found?.Attributes ?? {};
    // A topic always has a policy; one without its own has the one that it was made with.
    if (Policy === undefined || isDefaultPolicy(Policy)) return undefined;
    return { properties: { arn: id, owner: Owner, policy: Policy } };
  },

  async update(aws, id, { inputs }, { signal }) {
    await setTopicAttribute(aws, id, "policy", inputs.policy, signal);
  },

  async delete(aws, id, state, { signal }) {
    const policy = defaultPolicy(id, String(state["owner"]));
    await orMissing(setTopicAttribute(aws, id, "policy", policy, signal));
  },
});

const defaultPolicyId = "__default_policy_ID";

function isDefaultPolicy(policy: string): boolean {
  return policy.includes(`"${defaultPolicyId}"`);
}

function defaultPolicy(arn: string, owner: string): string {
  const actions = [
    ...["GetTopicAttributes", "SetTopicAttributes", "AddPermission", "RemovePermission", "DeleteTopic"],
    ...["Subscribe", "ListSubscriptionsByTopic", "Publish"],
  ];
  return JSON.stringify({
    Version: "2008-10-17",
    Id: defaultPolicyId,
    Statement: [
      {
        Sid: "__default_statement_ID",
        Effect: "Allow",
        Principal: { AWS: "*" },
        Action: actions.map((action) => `SNS:${action}`),
        Resource: arn,
        Condition: { StringEquals: { "AWS:SourceOwner": owner } },
      },
    ],
  });
}

async function setTopicAttribute(
  aws: AwsRegion,
  TopicArn: string,
  name: string,
  value: unknown,
  abortSignal: AbortSignal,
): Promise<void> {
  const AttributeValue = value === undefined ? "" : String(value);
  const command = new SetTopicAttributesCommand({ TopicArn, AttributeName: attributeName(name), AttributeValue });
  await aws.sns.send(command, { abortSignal });
}

function attributeName(name: string): string {
  const capital = name.charAt(0).toUpperCase() + name.slice(1);
  return capital.replace(/^(Http|Sqs)(?=Failure|Success)/, (service) => service.toUpperCase());
}
