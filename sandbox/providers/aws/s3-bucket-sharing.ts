import {
  type CORSRule,
  DeleteBucketCorsCommand,
  DeleteBucketOwnershipControlsCommand,
  GetBucketCorsCommand,
  GetBucketOwnershipControlsCommand,
  PutBucketCorsCommand,
  PutBucketOwnershipControlsCommand,
} from "@aws-sdk/client-s3";
import { z } from "zod";
import type { AwsRegion } from "./aws-cloud.ts";
import { type AwsCall, awsKind, refused, regional } from "./aws-kind.ts";
import { orMissing } from "./errors.ts";

const list = z.array(z.string());
const corsInputs = z.strictObject({
  ...regional,
  bucket: z.string(),
  corsRules: z
    .array(
      z.strictObject({
        id: z.string().max(255).optional(),
        allowedHeaders: list.optional(),
        allowedMethods: z.array(z.enum(["GET", "PUT", "POST", "DELETE", "HEAD"])).min(1),
        allowedOrigins: list.min(1),
        exposeHeaders: list.optional(),
        maxAgeSeconds: z.number().int().optional(),
      }),
    )
    .min(1)
    .max(100),
  expectedBucketOwner: refused("it has one account"),
});

/** aws:s3/bucketCorsConfiguration:BucketCorsConfiguration */
export const bucketCors = awsKind({
  inputs: corsInputs,
  replaceOnChanges: ["bucket"],
  create: putCors,
  async look(aws, id, _known, { signal: abortSignal }) {
    const found = await orMissing(aws.s3.send(new GetBucketCorsCommand({ Bucket: id }), { abortSignal }));
    if (found?.CORSRules === undefined) return undefined;
    return { properties: { bucket: id, corsRules: found.CORSRules.map(fromCorsRule) } };
  },
  async update(aws, _id, { inputs }, call) {
    await putCors(aws, inputs, call);
  },
  async delete(aws, id, _state, { signal: abortSignal }) {
    await orMissing(aws.s3.send(new DeleteBucketCorsCommand({ Bucket: id }), { abortSignal }));
  },
});

async function putCors(aws: AwsRegion, wanted: z.infer<typeof corsInputs>, { signal: abortSignal }: AwsCall) {
  const CORSRules = wanted.corsRules.map((rule) => ({
    ID: rule.id,
    AllowedHeaders: rule.allowedHeaders,
    AllowedMethods: rule.allowedMethods,
    AllowedOrigins: rule.allowedOrigins,
    ExposeHeaders: rule.exposeHeaders,
    MaxAgeSeconds: rule.maxAgeSeconds,
  }));
  const request = { Bucket: wanted.bucket, CORSConfiguration: { CORSRules } };
  await aws.s3.send(new PutBucketCorsCommand(request), { abortSignal });
  return wanted.bucket;
}

function fromCorsRule(rule: CORSRule) {
  return {
    id: rule.ID === "" ? undefined : rule.ID,
    allowedHeaders: rule.AllowedHeaders,
    allowedMethods: rule.AllowedMethods,
    allowedOrigins: rule.AllowedOrigins,
    exposeHeaders: rule.ExposeHeaders,
    maxAgeSeconds: rule.MaxAgeSeconds,
  };
}

const ownershipInputs = z.strictObject({
  ...regional,
  bucket: z.string(),
  rule: z.strictObject({ objectOwnership: z.enum(["BucketOwnerPreferred", "ObjectWriter", "BucketOwnerEnforced"]) }),
});

/** aws:s3/bucketOwnershipControls:BucketOwnershipControls */
export const bucketOwnershipControls = awsKind({
  inputs: ownershipInputs,
  replaceOnChanges: ["bucket"],
  create: putOwnership,
  async look(aws, id, _known, { signal: abortSignal }) {
    const command = new GetBucketOwnershipControlsCommand({ Bucket: id });
    const found = await orMissing(aws.s3.send(command, { abortSignal }));
    const rule = found?.OwnershipControls?.Rules?.[0];
    return rule && { properties: { bucket: id, rule: { objectOwnership: rule.ObjectOwnership } } };
  },
  async update(aws, _id, { inputs }, call) {
    await putOwnership(aws, inputs, call);
  },
  async delete(aws, id, _state, { signal: abortSignal }) {
    await orMissing(aws.s3.send(new DeleteBucketOwnershipControlsCommand({ Bucket: id }), { abortSignal }));
  },
});

async function putOwnership(aws: AwsRegion, wanted: z.infer<typeof ownershipInputs>, { signal: abortSignal }: AwsCall) {
  const OwnershipControls = { Rules: [{ ObjectOwnership: wanted.rule.objectOwnership }] };
  const request = { Bucket: wanted.bucket, OwnershipControls };
  await aws.s3.send(new PutBucketOwnershipControlsCommand(request), { abortSignal });
  return wanted.bucket;
}
