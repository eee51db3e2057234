import {
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
  DeleteRolePolicyCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRolePolicyCommand,
  ListPolicyVersionsCommand,
  PutRolePolicyCommand,
  TagPolicyCommand,
  UntagPolicyCommand,
} from "@aws-sdk/client-iam";
import { z } from "zod";
import { awsKind, tagsSchema } from "./aws-kind.ts";
import { orMissing } from "./errors.ts";
import { syncTags, tagList, tagMap } from "./tags.ts";

/** aws:iam/rolePolicy:RolePolicy */
export const rolePolicy = awsKind({
  inputs: z.strictObject({
    role: z.string(),
    policy: z.string(),
    name: z.string().optional(),
    namePrefix: z.string().optional(),
  }),
  autoName: { property: "name", prefixProperty: "namePrefix", maxLength: 128 },
  replaceOnChanges: ["role", "name", "namePrefix"],

  async create(aws, wanted, { signal: abortSignal }) {
    const request = { RoleName: wanted.role, PolicyName: wanted.name, PolicyDocument: wanted.policy };
    await aws.iam.send(new PutRolePolicyCommand(request), { abortSignal });
    return `${wanted.role}:${wanted.name}`;
  },

  async look(aws, id, _known, { signal: abortSignal }) {
    const [RoleName, PolicyName] = id.split(":");
    const command = new GetRolePolicyCommand({ RoleName, PolicyName });
    const found = await orMissing(aws.iam.send(command, { abortSignal }));
    if (found === undefined) return undefined;
    return {
      properties: { role: RoleName, name: PolicyName, policy: decodeURIComponent(found.PolicyDocument ?? "") },
    };
  },

  async update(aws, _id, { inputs }, { signal: abortSignal }) {
    const request = { RoleName: inputs.role, PolicyName: inputs.name, PolicyDocument: inputs.policy };
    await aws.iam.send(new PutRolePolicyCommand(request), { abortSignal });
  },

  async delete(aws, id, _state, { signal: abortSignal }) {
    const [RoleName, PolicyName] = id.split(":");
    await orMissing(aws.iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }), { abortSignal }));
  },
});

/** aws:iam/policy:Policy */
export const policy = awsKind({
  inputs: z.strictObject({
    policy: z.string(),
    description: z.string().optional(),
    name: z.string().optional(),
    namePrefix: z.string().optional(),
    path: z.string().optional(),
    tags: tagsSchema,
  }),
  autoName: { property: "name", prefixProperty: "namePrefix", maxLength: 128 },
  defaults: { path: "/" },
  replaceOnChanges: ["description", "name", "namePrefix", "path"],

  async create(aws, wanted, { signal: abortSignal }) {
    const { Policy } = await aws.iam.send(
      new CreatePolicyCommand({
        PolicyName: wanted.name,
        PolicyDocument: wanted.policy,
        Description: wanted.description,
        Path: wanted.path,
        Tags: tagList(wanted.tags),
      }),
      { abortSignal },
    );
    return Policy?.Arn ?? "";
  },

  async look(aws, id, _known, { signal: abortSignal }) {
    const found = (await orMissing(aws.iam.send(new GetPolicyCommand({ PolicyArn: id }), { abortSignal })))?.Policy;
    if (found === undefined) return undefined;
    const command = new GetPolicyVersionCommand({ PolicyArn: id, VersionId: found.DefaultVersionId });
    const { PolicyVersion } = await aws.iam.send(command, { abortSignal });
    return {
      properties: {
        arn: found.Arn,
        attachmentCount: found.AttachmentCount,
        description: found.Description === "" ? undefined : found.Description,
        name: found.PolicyName,
        path: found.Path,
        policy: decodeURIComponent(PolicyVersion?.Document ?? ""),
        policyId: found.PolicyId,
        tags: tagMap(found.Tags),
      },
    };
  },

  async update(aws, id, change, { signal: abortSignal }) {
    const { policy: PolicyDocument, tags } = change.inputs;
    if (change.has("policy")) {
      await dropOldVersions(id);
      const command = new CreatePolicyVersionCommand({ PolicyArn: id, PolicyDocument, SetAsDefault: true });
      await aws.iam.send(command, { abortSignal });
    }
    await syncTags(change.oldTags, tags, {
      add: (added) => aws.iam.send(new TagPolicyCommand({ PolicyArn: id, Tags: tagList(added) }), { abortSignal }),
      remove: (TagKeys) => aws.iam.send(new UntagPolicyCommand({ PolicyArn: id, TagKeys }), { abortSignal }),
    });

    // IAM keeps five versions at most.
    async function dropOldVersions(PolicyArn: string): Promise<void> {
      const { Versions = [] } = await aws.iam.send(new ListPolicyVersionsCommand({ PolicyArn }), { abortSignal });
      for (const { IsDefaultVersion, VersionId } of Versions) {
        if (IsDefaultVersion === true) continue;
        await orMissing(aws.iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId }), { abortSignal }));
      }
    }
  },

  async delete(aws, id, _state, { signal: abortSignal }) {
    const versions = await orMissing(aws.iam.send(new ListPolicyVersionsCommand({ PolicyArn: id }), { abortSignal }));
    for (const { IsDefaultVersion, VersionId } of versions?.Versions ?? []) {
      if (IsDefaultVersion === true) continue;
      await orMissing(aws.iam.send(new DeletePolicyVersionCommand({ PolicyArn: id, VersionId }), { abortSignal }));
    }
    await orMissing(aws.iam.send(new DeletePolicyCommand({ PolicyArn: id }), { abortSignal }));
  },
});
