import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateSecretCommand,
  UpdateSecretVersionStageCommand,
} from "@aws-sdk/client-secrets-manager";
import { z } from "zod";
import { awsKind, regional, tagsSchema } from "./aws-kind.ts";
import { orMissing } from "./errors.ts";
import { syncTags, tagList, tagMap } from "./tags.ts";

/** aws:secretsmanager/secret:Secret */
export const secret = awsKind({
  inputs: z.strictObject({
    ...regional,
    name: z.string().optional(),
    namePrefix: z.string().optional(),
    description: z.string().optional(),
    kmsKeyId: z.string().optional(),
    recoveryWindowInDays: z
      .number()
      .int()
      .refine((days) => days === 0 || (days >= 7 && days <= 30), "0 (delete at once) or 7 to 30 days")
      .optional(),
    forceOverwriteReplicaSecret: z.boolean().optional(),
    tags: tagsSchema,
  }),
  autoName: { property: "name", prefixProperty: "namePrefix", maxLength: 512 },
  defaults: { forceOverwriteReplicaSecret: false, recoveryWindowInDays: 30 },
  replaceOnChanges: ["name", "namePrefix"],

  async create(aws, wanted, { signal: abortSignal }) {
    const { ARN } = await aws.secrets.send(
      new CreateSecretCommand({
        Name: wanted.name,
        Description: wanted.description,
        KmsKeyId: wanted.kmsKeyId,
        Tags: tagList(wanted.tags),
      }),
      { abortSignal },
    );
    return ARN ?? "";
  },

  async look(aws, id, _known, { signal: abortSignal }) {
    const found = await orMissing(aws.secrets.send(new DescribeSecretCommand({ SecretId: id }), { abortSignal }));
    // One that waits for its deletion is as good as gone.
    if (found === undefined || found.DeletedDate !== undefined) return undefined;
    return {
      ...(found.ARN !== undefined && { id: found.ARN }),
      properties: {
        arn: found.ARN,
        name: found.Name,
        description: found.Description === "" ? undefined : found.Description,
        kmsKeyId: found.KmsKeyId === "" ? undefined : found.KmsKeyId,
        tags: tagMap(found.Tags),
      },
    };
  },

  async update(aws, id, change, { signal: abortSignal }) {
    const { description, kmsKeyId, tags } = change.inputs;
    if (change.has("description", "kmsKeyId")) {
      const request = { SecretId: id, Description: description ?? "", KmsKeyId: kmsKeyId };
      await aws.secrets.send(new UpdateSecretCommand(request), { abortSignal });
    }
    await syncTags(change.oldTags, tags, {
      add: (added) => aws.secrets.send(new TagResourceCommand({ SecretId: id, Tags: tagList(added) }), { abortSignal }),
      remove: (TagKeys) => aws.secrets.send(new UntagResourceCommand({ SecretId: id, TagKeys }), { abortSignal }),
    });
  },

  async delete(aws, id, state, { signal: abortSignal }) {
    const days = z.number().catch(30).parse(state["recoveryWindowInDays"]);
    const how = days === 0 ? { ForceDeleteWithoutRecovery: true } : { RecoveryWindowInDays: days };
    await orMissing(aws.secrets.send(new DeleteSecretCommand({ SecretId: id, ...how }), { abortSignal }).catch(gone));
  },
});

/** aws:secretsmanager/secretVersion:SecretVersion */
export const secretVersion = awsKind({
  inputs: z.strictObject({
    ...regional,
    secretId: z.string(),
    secretString: z.string().optional(),
    secretBinary: z.string().optional(),
    versionStages: z.array(z.string()).optional(),
  }),
  replaceOnChanges: ["secretId", "secretString", "secretBinary"],

  async create(aws, wanted, { signal: abortSignal }) {
    const { ARN, VersionId } = await aws.secrets.send(
      new PutSecretValueCommand({
        SecretId: wanted.secretId,
        SecretString: wanted.secretString,
        SecretBinary: wanted.secretBinary === undefined ? undefined : Buffer.from(wanted.secretBinary, "base64"),
        VersionStages: wanted.versionStages,
      }),
      { abortSignal },
    );
    return `${ARN}|${VersionId}`;
  },

  async look(aws, id, known, { signal: abortSignal }) {
    const [SecretId, VersionId] = id.split("|");
    const found = await orMissing(
      aws.secrets.send(new GetSecretValueCommand({ SecretId, VersionId }), { abortSignal }).catch(gone),
    );
    if (found === undefined) return undefined;
    return {
      properties: {
        arn: found.ARN,
        secretArn: found.ARN,
        // The program may say it by name.
        secretId: known["secretId"] ?? found.ARN,
        secretString: found.SecretString,
        secretBinary: found.SecretBinary === undefined ? undefined : Buffer.from(found.SecretBinary).toString("base64"),
        hasSecretStringWo: false,
        versionId: found.VersionId,
        versionStages: [...(found.VersionStages ?? [])].sort(),
      },
    };
  },

  async update(aws, id, change, { signal: abortSignal }) {
    const [SecretId, MoveToVersionId] = id.split("|");
    const before = z.array(z.string()).catch([]).parse(change.old["versionStages"]);
    for (const VersionStage of change.inputs.versionStages ?? []) {
      if (before.includes(VersionStage)) continue;
      const described = await aws.secrets.send(new DescribeSecretCommand({ SecretId }), { abortSignal });
      const holder = Object.entries(described.VersionIdsToStages ?? {}).find(([, all]) => all?.includes(VersionStage));
      const request = { SecretId, VersionStage, MoveToVersionId, RemoveFromVersionId: holder?.[0] };
      await aws.secrets.send(new UpdateSecretVersionStageCommand(request), { abortSignal });
    }
  },

  async delete(aws, id, state, { signal: abortSignal }) {
    const [SecretId, VersionId] = id.split("|");
    const found = await orMissing(
      aws.secrets.send(new DescribeSecretCommand({ SecretId }), { abortSignal }).catch(gone),
    );
    const stages =
      found?.VersionIdsToStages?.[VersionId ?? ""] ?? z.array(z.string()).catch([]).parse(state["versionStages"]);
    // Only a label's removal deletes a version; the current one cannot lose its own and goes with the secret.
    for (const VersionStage of stages.filter((stage) => stage !== "AWSCURRENT")) {
      const request = { SecretId, VersionStage, RemoveFromVersionId: VersionId };
      await orMissing(aws.secrets.send(new UpdateSecretVersionStageCommand(request), { abortSignal }).catch(gone));
    }
  },
});

/** A secret that waits for its deletion answers "invalid request" to nearly all. */
function gone(error: unknown): undefined {
  if (error instanceof Error && ["InvalidRequestException", "InvalidParameterException"].includes(error.name)) return;
  throw error;
}
