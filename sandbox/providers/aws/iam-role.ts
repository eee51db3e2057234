import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetRoleCommand,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  ListRoleTagsCommand,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
} from "@aws-sdk/client-iam";
import { z } from "zod";
import { awsKind, tagsSchema } from "./aws-kind.ts";
import { orMissing } from "./errors.ts";
import { syncTags, tagList, tagMap } from "./tags.ts";

/** aws:iam/role:Role */
export const role = awsKind({
  inputs: z.strictObject({
    assumeRolePolicy: z.string(),
    description: z.string().optional(),
    forceDetachPolicies: z.boolean().optional(),
    maxSessionDuration: z.number().int().optional(),
    name: z.string().optional(),
    namePrefix: z.string().optional(),
    path: z.string().optional(),
    permissionsBoundary: z.string().optional(),
    tags: tagsSchema,
  }),
  autoName: { property: "name", prefixProperty: "namePrefix", maxLength: 64 },
  defaults: { forceDetachPolicies: false, maxSessionDuration: 3600, path: "/" },
  replaceOnChanges: ["name", "namePrefix", "path"],

  async create(aws, wanted, { signal: abortSignal }) {
    const { Role } = await aws.iam.send(
      new CreateRoleCommand({
        RoleName: wanted.name,
        AssumeRolePolicyDocument: wanted.assumeRolePolicy,
        Description: wanted.description,
        MaxSessionDuration: wanted.maxSessionDuration,
        Path: wanted.path,
        PermissionsBoundary: wanted.permissionsBoundary,
        Tags: tagList(wanted.tags),
      }),
      { abortSignal },
    );
    return Role?.RoleName ?? "";
  },

  async look(aws, id, _known, { signal: abortSignal }) {
    const found = (await orMissing(aws.iam.send(new GetRoleCommand({ RoleName: id }), { abortSignal })))?.Role;
    if (found === undefined) return undefined;
    const { Tags } = await aws.iam.send(new ListRoleTagsCommand({ RoleName: id }), { abortSignal });
    const attached = await aws.iam.send(new ListAttachedRolePoliciesCommand({ RoleName: id }), { abortSignal });
    return {
      properties: {
        arn: found.Arn,
        assumeRolePolicy: decodeURIComponent(found.AssumeRolePolicyDocument ?? ""),
        createDate: found.CreateDate?.toISOString(),
        description: found.Description === "" ? undefined : found.Description,
        managedPolicyArns: attached.AttachedPolicies?.map(({ PolicyArn }) => PolicyArn).sort(),
        maxSessionDuration: found.MaxSessionDuration,
        name: found.RoleName,
        path: found.Path,
        permissionsBoundary: found.PermissionsBoundary?.PermissionsBoundaryArn,
        uniqueId: found.RoleId,
        tags: tagMap(Tags),
      },
    };
  },

  async update(aws, id, change, { signal: abortSignal }) {
    const { assumeRolePolicy, description, maxSessionDuration, tags } = change.inputs;
    if (change.has("assumeRolePolicy")) {
      const command = new UpdateAssumeRolePolicyCommand({ RoleName: id, PolicyDocument: assumeRolePolicy });
      await aws.iam.send(command, { abortSignal });
    }
    if (change.has("description", "maxSessionDuration")) {
      const wanted = { RoleName: id, Description: description ?? "", MaxSessionDuration: maxSessionDuration };
      await aws.iam.send(new UpdateRoleCommand(wanted), { abortSignal });
    }
    await syncTags(change.oldTags, tags, {
      add: (added) => aws.iam.send(new TagRoleCommand({ RoleName: id, Tags: tagList(added) }), { abortSignal }),
      remove: (TagKeys) => aws.iam.send(new UntagRoleCommand({ RoleName: id, TagKeys }), { abortSignal }),
    });
  },

  async delete(aws, id, state, { signal: abortSignal }) {
    if (state["forceDetachPolicies"] === true) {
      const attached = await orMissing(
        aws.iam.send(new ListAttachedRolePoliciesCommand({ RoleName: id }), { abortSignal }),
      );
      for (const { PolicyArn } of attached?.AttachedPolicies ?? []) {
        await orMissing(aws.iam.send(new DetachRolePolicyCommand({ RoleName: id, PolicyArn }), { abortSignal }));
      }
      const inline = await orMissing(aws.iam.send(new ListRolePoliciesCommand({ RoleName: id }), { abortSignal }));
      for (const PolicyName of inline?.PolicyNames ?? []) {
        await orMissing(aws.iam.send(new DeleteRolePolicyCommand({ RoleName: id, PolicyName }), { abortSignal }));
      }
    }
    await orMissing(aws.iam.send(new DeleteRoleCommand({ RoleName: id }), { abortSignal }));
  },
});

/** aws:iam/rolePolicyAttachment:RolePolicyAttachment */
export const rolePolicyAttachment = awsKind({
  inputs: z.strictObject({ role: z.string(), policyArn: z.string() }),
  replaceOnChanges: ["role", "policyArn"],

  async create(aws, { role: RoleName, policyArn: PolicyArn }, { signal: abortSignal }) {
    await aws.iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }), { abortSignal });
    return `${RoleName}/${PolicyArn}`;
  },

  async look(aws, id, _known, { signal: abortSignal }) {
    const RoleName = id.slice(0, id.indexOf("/"));
    const arn = id.slice(id.indexOf("/") + 1);
    const attached = await orMissing(aws.iam.send(new ListAttachedRolePoliciesCommand({ RoleName }), { abortSignal }));
    const found = attached?.AttachedPolicies?.some(({ PolicyArn }) => PolicyArn === arn);
    return found === true ? { properties: { role: RoleName, policyArn: arn } } : undefined;
  },

  async delete(aws, _id, state, { signal: abortSignal }) {
    const request = { RoleName: String(state["role"]), PolicyArn: String(state["policyArn"]) };
    await orMissing(aws.iam.send(new DetachRolePolicyCommand(request), { abortSignal }));
  },
});
