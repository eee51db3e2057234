import {
  CreateAliasCommand,
  CreateKeyCommand,
  DeleteAliasCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  DisableKeyRotationCommand,
  EnableKeyCommand,
  EnableKeyRotationCommand,
  GetKeyPolicyCommand,
  GetKeyRotationStatusCommand,
  ListAliasesCommand,
  ListResourceTagsCommand,
  PutKeyPolicyCommand,
  ScheduleKeyDeletionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateAliasCommand,
  UpdateKeyDescriptionCommand,
} from "@aws-sdk/client-kms";
import { z } from "zod";
import type { AwsRegion } from "./aws-cloud.ts";
import { awsKind, refused, regional, tagsSchema } from "./aws-kind.ts";
import { orMissing } from "./errors.ts";
import { syncTags } from "./tags.ts";

/** aws:kms/key:Key */
export const key = awsKind({
  inputs: z.strictObject({
    ...regional,
    description: z.string().optional(),
    deletionWindowInDays: z.number().int().min(7).max(30).optional(),
    enableKeyRotation: z.boolean().optional(),
    isEnabled: z.boolean().optional(),
    keyUsage: z.literal("ENCRYPT_DECRYPT").optional(),
    customerMasterKeySpec: z.literal("SYMMETRIC_DEFAULT").optional(),
    multiRegion: z.boolean().optional(),
    policy: z.string().optional(),
    bypassPolicyLockoutSafetyCheck: z.boolean().optional(),
    rotationPeriodInDays: z.number().int().min(90).max(2560).optional(),
    customKeyStoreId: refused("it has no key stores of its users"),
    xksKeyId: refused("it has no key stores of its users"),
    tags: tagsSchema,
  }),
  defaults: {
    bypassPolicyLockoutSafetyCheck: false,
    customerMasterKeySpec: "SYMMETRIC_DEFAULT",
    enableKeyRotation: false,
    isEnabled: true,
    keyUsage: "ENCRYPT_DECRYPT",
  },
  replaceOnChanges: ["keyUsage", "customerMasterKeySpec", "multiRegion"],

  async create(aws, wanted, { signal }) {
    const { KeyMetadata } = await aws.kms.send(
      new CreateKeyCommand({
        Description: wanted.description,
        Policy: wanted.policy,
        MultiRegion: wanted.multiRegion,
        Tags: Object.entries(wanted.tags ?? {}).map(([TagKey, TagValue]) => ({ TagKey, TagValue })),
      }),
      { abortSignal: signal },
    );
    const id = KeyMetadata?.KeyId ?? "";
    if (wanted.enableKeyRotation === true) await setRotation(aws, id, true, wanted.rotationPeriodInDays, signal);
    if (wanted.isEnabled === false) await setEnabled(aws, id, false, signal);
    return id;
  },

  async look(aws, id, _known, { signal: abortSignal }) {
    const found = (await orMissing(aws.kms.send(new DescribeKeyCommand({ KeyId: id }), { abortSignal })))?.KeyMetadata;
    if (found === undefined || found.KeyState === "PendingDeletion") return undefined;
    const [policy, rotation, tags] = await Promise.all([
      aws.kms.send(new GetKeyPolicyCommand({ KeyId: id, PolicyName: "default" }), { abortSignal }),
      aws.kms.send(new GetKeyRotationStatusCommand({ KeyId: id }), { abortSignal }),
      aws.kms.send(new ListResourceTagsCommand({ KeyId: id }), { abortSignal }),
    ]);
    return {
      properties: {
        arn: found.Arn,
        keyId: found.KeyId,
        description: found.Description === "" ? undefined : found.Description,
        enableKeyRotation: rotation.KeyRotationEnabled ?? false,
        ...(rotation.RotationPeriodInDays !== undefined && { rotationPeriodInDays: rotation.RotationPeriodInDays }),
        isEnabled: found.Enabled ?? true,
        keyUsage: found.KeyUsage ?? "ENCRYPT_DECRYPT",
        customerMasterKeySpec: found.KeySpec ?? "SYMMETRIC_DEFAULT",
        multiRegion: found.MultiRegion ?? false,
        policy: policy.Policy,
        tags: Object.fromEntries((tags.Tags ?? []).map(({ TagKey = "", TagValue = "" }) => [TagKey, TagValue])),
      },
    };
  },

  async update(aws, id, change, { signal }) {
    const { description, enableKeyRotation, isEnabled, policy, rotationPeriodInDays, tags } = change.inputs;
    const abortSignal = signal;
    if (change.has("isEnabled") && isEnabled !== false) await setEnabled(aws, id, true, signal);
    if (change.has("description")) {
      const command = new UpdateKeyDescriptionCommand({ KeyId: id, Description: description ?? "" });
      await aws.kms.send(command, { abortSignal });
    }
    if (change.has("enableKeyRotation", "rotationPeriodInDays")) {
      await setRotation(aws, id, enableKeyRotation === true, rotationPeriodInDays, signal);
    }
    if (change.has("policy") && policy !== undefined) {
      const command = new PutKeyPolicyCommand({ KeyId: id, PolicyName: "default", Policy: policy });
      await aws.kms.send(command, { abortSignal });
    }
    if (change.has("isEnabled") && isEnabled === false) await setEnabled(aws, id, false, signal);
    await syncTags(change.oldTags, tags, {
      add: (added) => {
        const Tags = Object.entries(added).map(([TagKey, TagValue]) => ({ TagKey, TagValue }));
        return aws.kms.send(new TagResourceCommand({ KeyId: id, Tags }), { abortSignal });
      },
      remove: (TagKeys) => aws.kms.send(new UntagResourceCommand({ KeyId: id, TagKeys }), { abortSignal }),
    });
  },

  async delete(aws, id, state, { signal: abortSignal }) {
    const PendingWindowInDays = z.number().catch(30).parse(state["deletionWindowInDays"]);
    const found = await orMissing(aws.kms.send(new DescribeKeyCommand({ KeyId: id }), { abortSignal }));
    if (found === undefined || found.KeyMetadata?.KeyState === "PendingDeletion") return;
    await aws.kms.send(new ScheduleKeyDeletionCommand({ KeyId: id, PendingWindowInDays }), { abortSignal });
  },
});

async function setRotation(
  aws: AwsRegion,
  KeyId: string,
  isOn: boolean,
  RotationPeriodInDays: number | undefined,
  abortSignal: AbortSignal,
): Promise<void> {
  if (isOn) await aws.kms.send(new EnableKeyRotationCommand({ KeyId, RotationPeriodInDays }), { abortSignal });
  else await aws.kms.send(new DisableKeyRotationCommand({ KeyId }), { abortSignal });
}

async function setEnabled(aws: AwsRegion, KeyId: string, isOn: boolean, abortSignal: AbortSignal): Promise<void> {
  if (isOn) await aws.kms.send(new EnableKeyCommand({ KeyId }), { abortSignal });
  else await aws.kms.send(new DisableKeyCommand({ KeyId }), { abortSignal });
}

/** aws:kms/alias:Alias */
export const alias = awsKind({
  inputs: z.strictObject({
    ...regional,
    name: z.string().startsWith("alias/", 'must start with "alias/"').optional(),
    namePrefix: z.string().startsWith("alias/", 'must start with "alias/"').optional(),
    targetKeyId: z.string(),
  }),
  autoName: { property: "name", prefixProperty: "namePrefix", maxLength: 250, literalPrefix: "alias/" },
  replaceOnChanges: ["name", "namePrefix"],

  async create(aws, { name: AliasName, targetKeyId: TargetKeyId }, { signal: abortSignal }) {
    await aws.kms.send(new CreateAliasCommand({ AliasName, TargetKeyId }), { abortSignal });
    return AliasName ?? "";
  },

  async look(aws, id, known, { signal: abortSignal }) {
    let Marker: string | undefined;
    do {
      const page = await aws.kms.send(new ListAliasesCommand({ Marker }), { abortSignal });
      const found = page.Aliases?.find(({ AliasName }) => AliasName === id);
      if (found !== undefined) {
        const targetKeyArn = `arn:aws:kms:${aws.region}:${await aws.accountId(abortSignal)}:key/${found.TargetKeyId}`;
        // The program may give the key's id or its ARN.
        const targetKeyId = known["targetKeyId"] === targetKeyArn ? targetKeyArn : found.TargetKeyId;
        return { properties: { arn: found.AliasArn, name: id, targetKeyId, targetKeyArn } };
      }
      Marker = page.NextMarker;
    } while (Marker !== undefined);
    return undefined;
  },

  async update(aws, id, { inputs }, { signal: abortSignal }) {
    const command = new UpdateAliasCommand({ AliasName: id, TargetKeyId: inputs.targetKeyId });
    await aws.kms.send(command, { abortSignal });
  },

  async delete(aws, id, _state, { signal: abortSignal }) {
    await orMissing(aws.kms.send(new DeleteAliasCommand({ AliasName: id }), { abortSignal }));
  },
});
