import {
  CreateRepositoryCommand,
  DeleteLifecyclePolicyCommand,
  DeleteRepositoryCommand,
  DescribeRepositoriesCommand,
  GetLifecyclePolicyCommand,
  ListTagsForResourceCommand,
  PutImageScanningConfigurationCommand,
  PutImageTagMutabilityCommand,
  PutLifecyclePolicyCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-ecr";
import { z } from "zod";
import type { AwsRegion } from "./aws-cloud.ts";
import { type AwsCall, awsKind, regional, tagsSchema } from "./aws-kind.ts";
import { orMissing } from "./errors.ts";
import { syncTags, tagList, tagMap } from "./tags.ts";

const mutabilities = ["MUTABLE", "IMMUTABLE", "MUTABLE_WITH_EXCLUSION", "IMMUTABLE_WITH_EXCLUSION"] as const;

/** aws:ecr/repository:Repository; its id is its name. */
export const repository = awsKind({
  inputs: z.strictObject({
    ...regional,
    name: z
      .string()
      .regex(/^[a-z0-9]+([._/-][a-z0-9]+)*$/, "lower-case letters, digits and single separators (. _ - /)")
      .optional(),
    encryptionConfigurations: z
      .array(z.strictObject({ encryptionType: z.enum(["AES256", "KMS"]).optional(), kmsKey: z.string().optional() }))
      .max(1)
      .optional(),
    forceDelete: z.boolean().optional(),
    imageScanningConfiguration: z.strictObject({ scanOnPush: z.boolean() }).optional(),
    imageTagMutability: z.enum(mutabilities).optional(),
    imageTagMutabilityExclusionFilters: z
      .array(z.strictObject({ filter: z.string(), filterType: z.literal("WILDCARD") }))
      .max(5)
      .optional(),
    tags: tagsSchema,
  }),
  autoName: { property: "name", maxLength: 256, lowerCase: true },
  defaults: { imageTagMutability: "MUTABLE" },
  replaceOnChanges: ["name", "encryptionConfigurations"],

  async create(aws, wanted, { signal: abortSignal }) {
    const encryption = wanted.encryptionConfigurations?.[0];
    const { repository: made } = await aws.ecr.send(
      new CreateRepositoryCommand({
        repositoryName: wanted.name,
        imageTagMutability: wanted.imageTagMutability,
        imageTagMutabilityExclusionFilters: wanted.imageTagMutabilityExclusionFilters,
        imageScanningConfiguration: wanted.imageScanningConfiguration,
        ...(encryption && {
          encryptionConfiguration: { encryptionType: encryption.encryptionType ?? "AES256", kmsKey: encryption.kmsKey },
        }),
        tags: tagList(wanted.tags),
      }),
      { abortSignal },
    );
    return made?.repositoryName ?? "";
  },

  async look(aws, id, _known, { signal: abortSignal }) {
    const command = new DescribeRepositoriesCommand({ repositoryNames: [id] });
    const found = (await orMissing(aws.ecr.send(command, { abortSignal })))?.repositories?.[0];
    if (found === undefined) return undefined;
    const list = new ListTagsForResourceCommand({ resourceArn: found.repositoryArn });
    const { tags } = await aws.ecr.send(list, { abortSignal });
    const filters = found.imageTagMutabilityExclusionFilters ?? [];
    const { encryptionType, kmsKey } = found.encryptionConfiguration ?? {};
    return {
      properties: {
        arn: found.repositoryArn,
        name: found.repositoryName,
        registryId: found.registryId,
        // moto tells the address of a machine of its own.
        repositoryUrl: `${found.registryId}.dkr.ecr.${aws.region}.amazonaws.com/${found.repositoryName}`,
        encryptionConfigurations: [{ encryptionType: encryptionType ?? "AES256", ...(kmsKey && { kmsKey }) }],
        imageScanningConfiguration: { scanOnPush: found.imageScanningConfiguration?.scanOnPush ?? false },
        imageTagMutability: found.imageTagMutability,
        imageTagMutabilityExclusionFilters: filters.length > 0 ? filters : undefined,
        tags: tagMap(tags),
      },
    };
  },

  async update(aws, id, change, { signal: abortSignal }) {
    const { imageScanningConfiguration, imageTagMutability, imageTagMutabilityExclusionFilters, tags } = change.inputs;
    if (change.has("imageTagMutability", "imageTagMutabilityExclusionFilters")) {
      const request = { repositoryName: id, imageTagMutability, imageTagMutabilityExclusionFilters };
      await aws.ecr.send(new PutImageTagMutabilityCommand(request), { abortSignal });
    }
    if (change.has("imageScanningConfiguration")) {
      const scan = imageScanningConfiguration ?? { scanOnPush: false };
      const request = { repositoryName: id, imageScanningConfiguration: scan };
      await aws.ecr.send(new PutImageScanningConfigurationCommand(request), { abortSignal });
    }
    const resourceArn = String(change.old["arn"]);
    await syncTags(change.oldTags, tags, {
      add: (added) => aws.ecr.send(new TagResourceCommand({ resourceArn, tags: tagList(added) }), { abortSignal }),
      remove: (tagKeys) => aws.ecr.send(new UntagResourceCommand({ resourceArn, tagKeys }), { abortSignal }),
    });
  },

  async delete(aws, id, state, { signal: abortSignal }) {
    const force = state["forceDelete"] === true;
    await orMissing(aws.ecr.send(new DeleteRepositoryCommand({ repositoryName: id, force }), { abortSignal }));
  },
});

const policyInputs = z.strictObject({ ...regional, repository: z.string(), policy: z.string() });

/** aws:ecr/lifecyclePolicy:LifecyclePolicy; its id is the repository's name. */
export const repositoryLifecyclePolicy = awsKind({
  inputs: policyInputs,
  replaceOnChanges: ["repository"],
  create: putPolicy,

  async look(aws, id, _known, { signal: abortSignal }) {
    const found = await orMissing(aws.ecr.send(new GetLifecyclePolicyCommand({ repositoryName: id }), { abortSignal }));
    if (found?.lifecyclePolicyText === undefined) return undefined;
    return { properties: { repository: id, policy: found.lifecyclePolicyText, registryId: found.registryId } };
  },

  async update(aws, _id, { inputs }, call) {
    await putPolicy(aws, inputs, call);
  },

  async delete(aws, id, _state, { signal: abortSignal }) {
    await orMissing(aws.ecr.send(new DeleteLifecyclePolicyCommand({ repositoryName: id }), { abortSignal }));
  },
});

async function putPolicy(aws: AwsRegion, wanted: z.infer<typeof policyInputs>, { signal: abortSignal }: AwsCall) {
  const request = { repositoryName: wanted.repository, lifecyclePolicyText: wanted.policy };
  await aws.ecr.send(new PutLifecyclePolicyCommand(request), { abortSignal });
  return wanted.repository;
}
