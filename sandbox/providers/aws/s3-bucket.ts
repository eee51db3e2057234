import {
  type BucketLocationConstraint,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteBucketTaggingCommand,
  DeleteObjectsCommand,
  GetBucketLocationCommand,
  GetBucketTaggingCommand,
  GetObjectLockConfigurationCommand,
  HeadBucketCommand,
  ListObjectVersionsCommand,
  PutBucketTaggingCommand,
} from "@aws-sdk/client-s3";
import { z } from "zod";
import type { AwsRegion } from "./aws-cloud.ts";
import { awsKind, regional, tagsSchema } from "./aws-kind.ts";
import { orMissing } from "./errors.ts";
import { tagList, tagMap } from "./tags.ts";

/** aws:s3/bucket:Bucket of v7, whose versioning, encryption and so on are resources of their own. */
export const bucket = awsKind({
  inputs: z.strictObject({
    ...regional,
    bucket: z.string().optional(),
    bucketPrefix: z.string().optional(),
    forceDestroy: z.boolean().optional(),
    objectLockEnabled: z.boolean().optional(),
    tags: tagsSchema,
  }),
  autoName: { property: "bucket", prefixProperty: "bucketPrefix", maxLength: 63, lowerCase: true },
  defaults: { forceDestroy: false },
  replaceOnChanges: ["bucket", "bucketPrefix", "objectLockEnabled"],

  async create(aws, wanted, { signal: abortSignal }) {
    const Bucket = wanted.bucket ?? "";
    await aws.s3.send(
      new CreateBucketCommand({
        Bucket,
        ObjectLockEnabledForBucket: wanted.objectLockEnabled,
        ...(aws.region !== "us-east-1" && {
          CreateBucketConfiguration: { LocationConstraint: aws.region as BucketLocationConstraint },
        }),
      }),
      { abortSignal },
    );
    await setTags(aws, Bucket, wanted.tags, abortSignal);
    return Bucket;
  },

  async look(aws, id, _known, { signal: abortSignal }) {
    if ((await orMissing(aws.s3.send(new HeadBucketCommand({ Bucket: id }), { abortSignal }))) === undefined) {
      return undefined;
    }
    const [location, tagging, lock] = await Promise.all([
      aws.s3.send(new GetBucketLocationCommand({ Bucket: id }), { abortSignal }),
      orMissing(aws.s3.send(new GetBucketTaggingCommand({ Bucket: id }), { abortSignal })),
      orMissing(aws.s3.send(new GetObjectLockConfigurationCommand({ Bucket: id }), { abortSignal })),
    ]);
    const region: string = location.LocationConstraint || "us-east-1";
    return {
      properties: {
        arn: `arn:aws:s3:::${id}`,
        bucket: id,
        bucketDomainName: `${id}.s3.amazonaws.com`,
        bucketRegion: region,
        bucketRegionalDomainName: `${id}.s3.${region}.amazonaws.com`,
        objectLockEnabled: lock?.ObjectLockConfiguration?.ObjectLockEnabled === "Enabled",
        requestPayer: "BucketOwner",
        tags: tagMap(tagging?.TagSet),
      },
    };
  },

  async update(aws, id, change, { signal }) {
    if (change.has("tags")) await setTags(aws, id, change.inputs.tags, signal);
  },

  async delete(aws, id, state, { signal }) {
    if (state["forceDestroy"] === true) await empty(aws, id, signal);
    await orMissing(aws.s3.send(new DeleteBucketCommand({ Bucket: id }), { abortSignal: signal }));
  },
});

async function setTags(
  aws: AwsRegion,
  Bucket: string,
  tags: Record<string, string> | undefined,
  abortSignal: AbortSignal,
): Promise<void> {
  const TagSet = tagList(tags);
  if (TagSet.length > 0)
    await aws.s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }), { abortSignal });
  else await orMissing(aws.s3.send(new DeleteBucketTaggingCommand({ Bucket }), { abortSignal }));
}

/** Deletes every version of every object. */
async function empty(aws: AwsRegion, Bucket: string, abortSignal: AbortSignal): Promise<void> {
  for (;;) {
    const page = await orMissing(aws.s3.send(new ListObjectVersionsCommand({ Bucket }), { abortSignal }));
    const all = [...(page?.Versions ?? []), ...(page?.DeleteMarkers ?? [])];
    if (all.length === 0) return;
    const Objects = all.map(({ Key = "", VersionId }) => ({ Key, VersionId }));
    const { Errors = [] } = await aws.s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }), {
      abortSignal,
    });
    const first = Errors[0];
    if (first !== undefined) throw new Error(`bucket ${Bucket}: ${first.Key} cannot be deleted: ${first.Message}`);
  }
}
