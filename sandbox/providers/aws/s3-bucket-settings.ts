import {
  DeleteBucketEncryptionCommand,
  DeleteBucketPolicyCommand,
  DeletePublicAccessBlockCommand,
  GetBucketEncryptionCommand,
  GetBucketPolicyCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
  PutBucketEncryptionCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutPublicAccessBlockCommand,
} from "@aws-sdk/client-s3";
import { z } from "zod";
import type { AwsRegion } from "./aws-cloud.ts";
import { type AwsCall, awsKind, regional } from "./aws-kind.ts";
import { orMissing } from "./errors.ts";

const versioningInputs = z.strictObject({
  ...regional,
  bucket: z.string(),
  versioningConfiguration: z.strictObject({
    status: z.enum(["Enabled", "Suspended", "Disabled"]),
    mfaDelete: z.enum(["Enabled", "Disabled"]).optional(),
  }),
});

/** aws:s3/bucketVersioning:BucketVersioning */
export const bucketVersioning = awsKind({
  inputs: versioningInputs,
  replaceOnChanges: ["bucket"],
  create: putVersioning,
  async look(aws, id, _known, { signal: abortSignal }) {
    const found = await orMissing(aws.s3.send(new GetBucketVersioningCommand({ Bucket: id }), { abortSignal }));
    if (found === undefined) return undefined;
    return { properties: { bucket: id, versioningConfiguration: { status: found.Status ?? "Disabled" } } };
  },
  async update(aws, _id, { inputs }, call) {
    await putVersioning(aws, inputs, call);
  },
  async delete(aws, id, _state, { signal: abortSignal }) {
    // What had versions once can only be suspended.
    const request = { Bucket: id, VersioningConfiguration: { Status: "Suspended" as const } };
    await orMissing(aws.s3.send(new PutBucketVersioningCommand(request), { abortSignal }));
  },
});

async function putVersioning(
  aws: AwsRegion,
  wanted: z.infer<typeof versioningInputs>,
  { signal: abortSignal }: AwsCall,
) {
  const { status, mfaDelete } = wanted.versioningConfiguration;
  if (status !== "Disabled") {
    const VersioningConfiguration = { Status: status, ...(mfaDelete !== undefined && { MFADelete: mfaDelete }) };
    await aws.s3.send(new PutBucketVersioningCommand({ Bucket: wanted.bucket, VersioningConfiguration }), {
      abortSignal,
    });
  }
  return wanted.bucket;
}

const encryptionInputs = z.strictObject({
  ...regional,
  bucket: z.string(),
  rules: z.array(
    z.strictObject({
      applyServerSideEncryptionByDefault: z
        .strictObject({
          sseAlgorithm: z.enum(["AES256", "aws:kms", "aws:kms:dsse"]),
          kmsMasterKeyId: z.string().optional(),
        })
        .optional(),
      bucketKeyEnabled: z.boolean().optional(),
    }),
  ),
});

/** aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration */
export const bucketEncryption = awsKind({
  inputs: encryptionInputs,
  replaceOnChanges: ["bucket"],
  create: putEncryption,
  async look(aws, id, _known, { signal: abortSignal }) {
    const found = await orMissing(aws.s3.send(new GetBucketEncryptionCommand({ Bucket: id }), { abortSignal }));
    const rules = found?.ServerSideEncryptionConfiguration?.Rules;
    if (rules === undefined) return undefined;
    return {
      properties: {
        bucket: id,
        rules: rules.map(({ ApplyServerSideEncryptionByDefault: by, BucketKeyEnabled }) => ({
          ...(by && {
            applyServerSideEncryptionByDefault: { sseAlgorithm: by.SSEAlgorithm, kmsMasterKeyId: by.KMSMasterKeyID },
          }),
          ...(BucketKeyEnabled !== undefined && { bucketKeyEnabled: BucketKeyEnabled }),
        })),
      },
    };
  },
  async update(aws, _id, { inputs }, call) {
    await putEncryption(aws, inputs, call);
  },
  async delete(aws, id, _state, { signal: abortSignal }) {
    await orMissing(aws.s3.send(new DeleteBucketEncryptionCommand({ Bucket: id }), { abortSignal }));
  },
});

async function putEncryption(
  aws: AwsRegion,
  wanted: z.infer<typeof encryptionInputs>,
  { signal: abortSignal }: AwsCall,
) {
  const Rules = wanted.rules.map(({ applyServerSideEncryptionByDefault: by, bucketKeyEnabled }) => ({
    ...(by && {
      ApplyServerSideEncryptionByDefault: { SSEAlgorithm: by.sseAlgorithm, KMSMasterKeyID: by.kmsMasterKeyId },
    }),
    BucketKeyEnabled: bucketKeyEnabled,
  }));
  const request = { Bucket: wanted.bucket, ServerSideEncryptionConfiguration: { Rules } };
  await aws.s3.send(new PutBucketEncryptionCommand(request), { abortSignal });
  return wanted.bucket;
}

const blockInputs = z.strictObject({
  ...regional,
  bucket: z.string(),
  blockPublicAcls: z.boolean().optional(),
  blockPublicPolicy: z.boolean().optional(),
  ignorePublicAcls: z.boolean().optional(),
  restrictPublicBuckets: z.boolean().optional(),
  skipDestroy: z.boolean().optional(),
});

/** aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock */
export const bucketPublicAccessBlock = awsKind({
  inputs: blockInputs,
  defaults: { blockPublicAcls: false, blockPublicPolicy: false, ignorePublicAcls: false, restrictPublicBuckets: false },
  replaceOnChanges: ["bucket"],
  create: putBlock,
  async look(aws, id, _known, { signal: abortSignal }) {
    const found = await orMissing(aws.s3.send(new GetPublicAccessBlockCommand({ Bucket: id }), { abortSignal }));
    const block = found?.PublicAccessBlockConfiguration;
    if (block === undefined) return undefined;
    return {
      properties: {
        bucket: id,
        blockPublicAcls: block.BlockPublicAcls ?? false,
        blockPublicPolicy: block.BlockPublicPolicy ?? false,
        ignorePublicAcls: block.IgnorePublicAcls ?? false,
        restrictPublicBuckets: block.RestrictPublicBuckets ?? false,
      },
    };
  },
  async update(aws, _id, { inputs }, call) {
    await putBlock(aws, inputs, call);
  },
  async delete(aws, id, state, { signal: abortSignal }) {
    if (state["skipDestroy"] === true) return;
    await orMissing(aws.s3.send(new DeletePublicAccessBlockCommand({ Bucket: id }), { abortSignal }));
  },
});

async function putBlock(aws: AwsRegion, wanted: z.infer<typeof blockInputs>, { signal: abortSignal }: AwsCall) {
  const PublicAccessBlockConfiguration = {
    BlockPublicAcls: wanted.blockPublicAcls,
    BlockPublicPolicy: wanted.blockPublicPolicy,
    IgnorePublicAcls: wanted.ignorePublicAcls,
    RestrictPublicBuckets: wanted.restrictPublicBuckets,
  };
  const request = { Bucket: wanted.bucket, PublicAccessBlockConfiguration };
  await aws.s3.send(new PutPublicAccessBlockCommand(request), { abortSignal });
  return wanted.bucket;
}

const policyInputs = z.strictObject({ ...regional, bucket: z.string(), policy: z.string() });

/** aws:s3/bucketPolicy:BucketPolicy */
export const bucketPolicy = awsKind({
  inputs: policyInputs,
  replaceOnChanges: ["bucket"],
  create: putPolicy,
  async look(aws, id, _known, { signal: abortSignal }) {
    const found = await orMissing(aws.s3.send(new GetBucketPolicyCommand({ Bucket: id }), { abortSignal }));
    return found?.Policy === undefined ? undefined : { properties: { bucket: id, policy: found.Policy } };
  },
  async update(aws, _id, { inputs }, call) {
    await putPolicy(aws, inputs, call);
  },
  async delete(aws, id, _state, { signal: abortSignal }) {
    await orMissing(aws.s3.send(new DeleteBucketPolicyCommand({ Bucket: id }), { abortSignal }));
  },
});

async function putPolicy(aws: AwsRegion, wanted: z.infer<typeof policyInputs>, { signal: abortSignal }: AwsCall) {
  await aws.s3.send(new PutBucketPolicyCommand({ Bucket: wanted.bucket, Policy: wanted.policy }), { abortSignal });
  return wanted.bucket;
}
