import {
  DeleteBucketLifecycleCommand,
  GetBucketLifecycleConfigurationCommand,
  type LifecycleRule,
  type LifecycleRuleFilter,
  PutBucketLifecycleConfigurationCommand,
} from "@aws-sdk/client-s3";
import { z } from "zod";
import type { AwsRegion } from "./aws-cloud.ts";
import { type AwsCall, awsKind, refused, regional } from "./aws-kind.ts";
import { orMissing } from "./errors.ts";
import { tagList, tagMap } from "./tags.ts";

const days = z.number().int();
const storageClass = z.enum([
  "GLACIER",
  "STANDARD_IA",
  "ONEZONE_IA",
  "INTELLIGENT_TIERING",
  "DEEP_ARCHIVE",
  "GLACIER_IR",
]);
const ruleSchema = z.strictObject({
  id: z.string(),
  status: z.enum(["Enabled", "Disabled"]),
  prefix: z.string().optional(),
  filter: z
    .strictObject({
      prefix: z.string().optional(),
      objectSizeGreaterThan: z.number().int().optional(),
      objectSizeLessThan: z.number().int().optional(),
      tag: z.strictObject({ key: z.string(), value: z.string() }).optional(),
      and: z
        .strictObject({
          prefix: z.string().optional(),
          objectSizeGreaterThan: z.number().int().optional(),
          objectSizeLessThan: z.number().int().optional(),
          tags: z.record(z.string(), z.string()).optional(),
        })
        .optional(),
    })
    .optional(),
  expiration: z
    .strictObject({
      days: days.optional(),
      date: z.string().optional(),
      expiredObjectDeleteMarker: z.boolean().optional(),
    })
    .optional(),
  transitions: z.array(z.strictObject({ days: days.optional(), date: z.string().optional(), storageClass })).optional(),
  noncurrentVersionExpiration: z
    .strictObject({ noncurrentDays: days, newerNoncurrentVersions: z.number().int().optional() })
    .optional(),
  noncurrentVersionTransitions: z
    .array(z.strictObject({ noncurrentDays: days, newerNoncurrentVersions: z.number().int().optional(), storageClass }))
    .optional(),
  abortIncompleteMultipartUpload: z.strictObject({ daysAfterInitiation: days.optional() }).optional(),
});
const inputs = z.strictObject({
  ...regional,
  bucket: z.string(),
  rules: z.array(ruleSchema).min(1),
  expectedBucketOwner: refused("it has one account"),
  transitionDefaultMinimumObjectSize: z.enum(["all_storage_classes_128K", "varies_by_storage_class"]).optional(),
});

/** aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration */
export const bucketLifecycle = awsKind({
  inputs,
  defaults: { transitionDefaultMinimumObjectSize: "all_storage_classes_128K" },
  replaceOnChanges: ["bucket"],
  create: put,
  async look(aws, id, _known, { signal: abortSignal }) {
    const command = new GetBucketLifecycleConfigurationCommand({ Bucket: id });
    const found = await orMissing(aws.s3.send(command, { abortSignal }));
    if (found?.Rules === undefined) return undefined;
    return {
      properties: {
        bucket: id,
        rules: found.Rules.map(fromRule),
        transitionDefaultMinimumObjectSize: found.TransitionDefaultMinimumObjectSize,
      },
    };
  },
  async update(aws, _id, change, call) {
    await put(aws, change.inputs, call);
  },
  async delete(aws, id, _state, { signal: abortSignal }) {
    await orMissing(aws.s3.send(new DeleteBucketLifecycleCommand({ Bucket: id }), { abortSignal }));
  },
});

async function put(aws: AwsRegion, wanted: z.infer<typeof inputs>, { signal: abortSignal }: AwsCall): Promise<string> {
  const request = {
    Bucket: wanted.bucket,
    LifecycleConfiguration: { Rules: wanted.rules.map(toRule) },
    TransitionDefaultMinimumObjectSize: wanted.transitionDefaultMinimumObjectSize,
  };
  await aws.s3.send(new PutBucketLifecycleConfigurationCommand(request), { abortSignal });
  return wanted.bucket;
}

function toRule(rule: z.infer<typeof ruleSchema>): LifecycleRule {
  const { expiration, noncurrentVersionExpiration: old, abortIncompleteMultipartUpload: abort, filter } = rule;
  return {
    ID: rule.id,
    Status: rule.status,
    ...(rule.prefix !== undefined ? { Prefix: rule.prefix } : { Filter: toFilter(filter) }),
    ...(expiration && {
      Expiration: {
        Days: expiration.days,
        Date: expiration.date === undefined ? undefined : new Date(expiration.date),
        ExpiredObjectDeleteMarker: expiration.expiredObjectDeleteMarker,
      },
    }),
    ...(rule.transitions && {
      Transitions: rule.transitions.map((one) => ({
        Days: one.days,
        Date: one.date === undefined ? undefined : new Date(one.date),
        StorageClass: one.storageClass,
      })),
    }),
    ...(old && {
      NoncurrentVersionExpiration: {
        NoncurrentDays: old.noncurrentDays,
        NewerNoncurrentVersions: old.newerNoncurrentVersions,
      },
    }),
    ...(rule.noncurrentVersionTransitions && {
      NoncurrentVersionTransitions: rule.noncurrentVersionTransitions.map((one) => ({
        NoncurrentDays: one.noncurrentDays,
        NewerNoncurrentVersions: one.newerNoncurrentVersions,
        StorageClass: one.storageClass,
      })),
    }),
    ...(abort && { AbortIncompleteMultipartUpload: { DaysAfterInitiation: abort.daysAfterInitiation } }),
  };
}

function toFilter(filter: z.infer<typeof ruleSchema>["filter"]): LifecycleRuleFilter {
  const { and, tag, objectSizeGreaterThan: greater, objectSizeLessThan: less, prefix } = filter ?? {};
  if (and !== undefined) {
    return {
      And: {
        Prefix: and.prefix,
        ObjectSizeGreaterThan: and.objectSizeGreaterThan,
        ObjectSizeLessThan: and.objectSizeLessThan,
        Tags: and.tags && tagList(and.tags),
      },
    };
  }
  if (tag !== undefined) return { Tag: { Key: tag.key, Value: tag.value } };
  if (greater !== undefined) return { ObjectSizeGreaterThan: greater };
  if (less !== undefined) return { ObjectSizeLessThan: less };
  return { Prefix: prefix ?? "" };
}

function fromFilter({ And, Tag, ObjectSizeGreaterThan, ObjectSizeLessThan, Prefix }: LifecycleRuleFilter) {
  return {
    ...(And && {
      and: {
        prefix: And.Prefix,
        objectSizeGreaterThan: And.ObjectSizeGreaterThan,
        objectSizeLessThan: And.ObjectSizeLessThan,
        ...(And.Tags && { tags: tagMap(And.Tags) }),
      },
    }),
    ...(Tag && { tag: { key: Tag.Key, value: Tag.Value } }),
    objectSizeGreaterThan: ObjectSizeGreaterThan,
    objectSizeLessThan: ObjectSizeLessThan,
    // An empty prefix is how a filter for everything is said.
    ...(Prefix !== undefined && { prefix: Prefix }),
  };
}

function fromRule(rule: LifecycleRule) {
  const { Expiration, NoncurrentVersionExpiration: old, AbortIncompleteMultipartUpload: abort } = rule;
  return {
    id: rule.ID,
    status: rule.Status,
    ...(rule.Filter && { filter: fromFilter(rule.Filter) }),
    expiration: Expiration && {
      days: Expiration.Days,
      ...(Expiration.Date && { date: Expiration.Date.toISOString() }),
      expiredObjectDeleteMarker: Expiration.ExpiredObjectDeleteMarker,
    },
    transitions: rule.Transitions?.map((one) => ({
      days: one.Days,
      ...(one.Date && { date: one.Date.toISOString() }),
      storageClass: one.StorageClass,
    })),
    noncurrentVersionExpiration: old && {
      noncurrentDays: old.NoncurrentDays,
      newerNoncurrentVersions: old.NewerNoncurrentVersions,
    },
    noncurrentVersionTransitions: rule.NoncurrentVersionTransitions?.map((one) => ({
      noncurrentDays: one.NoncurrentDays,
      newerNoncurrentVersions: one.NewerNoncurrentVersions,
      storageClass: one.StorageClass,
    })),
    abortIncompleteMultipartUpload: abort && { daysAfterInitiation: abort.DaysAfterInitiation },
  };
}
