import { CancelRotateSecretCommand, DescribeSecretCommand, RotateSecretCommand } from "@aws-sdk/client-secrets-manager";
import { z } from "zod";
import type { AwsRegion } from "./aws-cloud.ts";
import { type AwsCall, awsKind, refused, regional } from "./aws-kind.ts";
import { orMissing } from "./errors.ts";

const inputs = z.strictObject({
  ...regional,
  secretId: z.string(),
  rotateImmediately: z.boolean().optional(),
  rotationEnabled: z.literal(true, "remove the resource to end the rotation").optional(),
  rotationLambdaArn: z.string(),
  rotationRules: z.strictObject({
    automaticallyAfterDays: z.number().int().min(1).max(1000).optional(),
    duration: z.string().optional(),
    scheduleExpression: z.string().optional(),
  }),
  externalSecretRotationMetadatas: refused("it rotates by function only"),
  externalSecretRotationRoleArn: refused("it rotates by function only"),
});

/**
 * aws:secretsmanager/secretRotation:SecretRotation; its id is the secret's ARN. The schedule is kept and shown, but the
 * sandbox has no Lambda functions, so nothing rotates.
 */
export const secretRotation = awsKind({
  inputs,
  defaults: { rotateImmediately: true },
  replaceOnChanges: ["secretId"],
  create: rotate,

  async look(aws, id, known, { signal: abortSignal }) {
    const found = await orMissing(aws.secrets.send(new DescribeSecretCommand({ SecretId: id }), { abortSignal }));
    if (found === undefined || found.DeletedDate !== undefined || found.RotationEnabled !== true) return undefined;
    const rules = found.RotationRules;
    return {
      ...(found.ARN !== undefined && { id: found.ARN }),
      properties: {
        // The program may say it by name.
        secretId: known["secretId"] ?? found.ARN,
        rotationEnabled: true,
        rotationLambdaArn: found.RotationLambdaARN,
        rotationRules: {
          automaticallyAfterDays: rules?.AutomaticallyAfterDays,
          duration: rules?.Duration,
          scheduleExpression: rules?.ScheduleExpression,
        },
      },
    };
  },

  async update(aws, _id, { inputs: wanted }, call) {
    await rotate(aws, wanted, call);
  },

  async delete(aws, id, _state, { signal: abortSignal }) {
    const found = await orMissing(aws.secrets.send(new DescribeSecretCommand({ SecretId: id }), { abortSignal }));
    if (found === undefined || found.DeletedDate !== undefined || found.RotationEnabled !== true) return;
    await orMissing(aws.secrets.send(new CancelRotateSecretCommand({ SecretId: id }), { abortSignal }));
  },
});

async function rotate(aws: AwsRegion, wanted: z.infer<typeof inputs>, { signal: abortSignal }: AwsCall) {
  const { automaticallyAfterDays, duration, scheduleExpression } = wanted.rotationRules;
  const { ARN } = await aws.secrets.send(
    new RotateSecretCommand({
      SecretId: wanted.secretId,
      RotationLambdaARN: wanted.rotationLambdaArn,
      RotateImmediately: wanted.rotateImmediately,
      RotationRules: {
        AutomaticallyAfterDays: automaticallyAfterDays,
        Duration: duration,
        ScheduleExpression: scheduleExpression,
      },
    }),
    { abortSignal },
  );
  return ARN ?? "";
}
