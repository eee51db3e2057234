import {
  GetSubscriptionAttributesCommand,
  SetSubscriptionAttributesCommand,
  SubscribeCommand,
  UnsubscribeCommand,
} from "@aws-sdk/client-sns";
import { z } from "zod";
import { awsKind, refused, regional } from "./aws-kind.ts";
import { orMissing } from "./errors.ts";

const changeable = {
  DeliveryPolicy: "deliveryPolicy",
  FilterPolicy: "filterPolicy",
  FilterPolicyScope: "filterPolicyScope",
  RawMessageDelivery: "rawMessageDelivery",
  RedrivePolicy: "redrivePolicy",
  SubscriptionRoleArn: "subscriptionRoleArn",
} as const;

/** aws:sns/topicSubscription:TopicSubscription; its id is its ARN. Endpoints that must confirm stay pending. */
export const topicSubscription = awsKind({
  inputs: z.strictObject({
    ...regional,
    topic: z.string(),
    protocol: z.enum(["sqs", "sms", "lambda", "firehose", "application", "email", "email-json", "http", "https"]),
    endpoint: z.string(),
    confirmationTimeoutInMinutes: z.number().int().optional(),
    deliveryPolicy: z.string().optional(),
    endpointAutoConfirms: z
      .literal(false, "the sandbox's SNS asks no endpoint to confirm, so waiting for it would never end")
      .optional(),
    filterPolicy: z.string().optional(),
    filterPolicyScope: z.enum(["MessageAttributes", "MessageBody"]).optional(),
    rawMessageDelivery: z.boolean().optional(),
    redrivePolicy: z.string().optional(),
    subscriptionRoleArn: z.string().optional(),
    replayPolicy: refused("its topics are standard ones and keep no archive"),
  }),
  defaults: { confirmationTimeoutInMinutes: 1, endpointAutoConfirms: false, rawMessageDelivery: false },
  replaceOnChanges: ["topic", "protocol", "endpoint"],

  async create(aws, wanted, { signal: abortSignal }) {
    const given = Object.entries(changeable).flatMap(([attribute, name]) =>
      wanted[name] === undefined ? [] : [[attribute, String(wanted[name])]],
    );
    const { SubscriptionArn } = await aws.sns.send(
      new SubscribeCommand({
        TopicArn: wanted.topic,
        Protocol: wanted.protocol,
        Endpoint: wanted.endpoint,
        Attributes: Object.fromEntries(given),
        ReturnSubscriptionArn: true,
      }),
      { abortSignal },
    );
    return SubscriptionArn ?? "";
  },

  async look(aws, id, _known, { signal: abortSignal }) {
    const command = new GetSubscriptionAttributesCommand({ SubscriptionArn: id });
    const told = (await orMissing(aws.sns.send(command, { abortSignal })))?.Attributes;
    if (told === undefined) return undefined;
    return {
      properties: {
        arn: id,
        topic: told["TopicArn"],
        protocol: told["Protocol"],
        endpoint: told["Endpoint"],
        ownerId: told["Owner"],
        confirmationWasAuthenticated: told["ConfirmationWasAuthenticated"] === "true",
        pendingConfirmation: told["PendingConfirmation"] === "true",
        deliveryPolicy: told["DeliveryPolicy"],
        filterPolicy: told["FilterPolicy"],
        filterPolicyScope: told["FilterPolicyScope"],
        rawMessageDelivery: told["RawMessageDelivery"] === "true",
        redrivePolicy: told["RedrivePolicy"],
        subscriptionRoleArn: told["SubscriptionRoleArn"],
      },
    };
  },

  async update(aws, id, change, { signal: abortSignal }) {
    for (const [AttributeName, name] of Object.entries(changeable)) {
      if (!change.has(name)) continue;
      const AttributeValue = String(change.inputs[name] ?? "");
      const request = { SubscriptionArn: id, AttributeName, AttributeValue };
      await aws.sns.send(new SetSubscriptionAttributesCommand(request), { abortSignal });
    }
  },

  async delete(aws, id, _state, { signal: abortSignal }) {
    await orMissing(aws.sns.send(new UnsubscribeCommand({ SubscriptionArn: id }), { abortSignal }));
  },
});
