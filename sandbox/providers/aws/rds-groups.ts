import {
  AddTagsToResourceCommand,
  CreateDBParameterGroupCommand,
  CreateDBSubnetGroupCommand,
  DeleteDBParameterGroupCommand,
  DeleteDBSubnetGroupCommand,
  DescribeDBParameterGroupsCommand,
  DescribeDBParametersCommand,
  DescribeDBSubnetGroupsCommand,
  ListTagsForResourceCommand,
  ModifyDBParameterGroupCommand,
  ModifyDBSubnetGroupCommand,
  type Parameter,
  RemoveTagsFromResourceCommand,
} from "@aws-sdk/client-rds";
import { z } from "zod";
import type { AwsRegion } from "./aws-cloud.ts";
import { type AwsCall, awsKind, type Change, regional, tagsSchema } from "./aws-kind.ts";
import { orMissing, retryWhile } from "./errors.ts";
import { syncTags, tagList, tagMap } from "./tags.ts";

/** aws:rds/subnetGroup:SubnetGroup */
export const subnetGroup = awsKind({
  inputs: z.strictObject({
    ...regional,
    name: z.string().optional(),
    namePrefix: z.string().optional(),
    description: z.string().optional(),
    subnetIds: z.array(z.string()).min(1),
    tags: tagsSchema,
  }),
  autoName: { property: "name", prefixProperty: "namePrefix", maxLength: 255, lowerCase: true },
  defaults: { description: "Managed by Pulumi" },
  replaceOnChanges: ["name", "namePrefix"],

  async create(aws, wanted, { signal: abortSignal }) {
    const { DBSubnetGroup } = await aws.rds.send(
      new CreateDBSubnetGroupCommand({
        DBSubnetGroupName: wanted.name,
        DBSubnetGroupDescription: wanted.description,
        SubnetIds: wanted.subnetIds,
        Tags: tagList(wanted.tags),
      }),
      { abortSignal },
    );
    return DBSubnetGroup?.DBSubnetGroupName ?? "";
  },

  async look(aws, id, _known, { signal }) {
    const command = new DescribeDBSubnetGroupsCommand({ DBSubnetGroupName: id });
    const answer = await orMissing(aws.rds.send(command, { abortSignal: signal }));
    const found = answer?.DBSubnetGroups?.[0];
    if (found === undefined) return undefined;
    return {
      properties: {
        arn: found.DBSubnetGroupArn,
        name: found.DBSubnetGroupName,
        description: found.DBSubnetGroupDescription,
        subnetIds: found.Subnets?.map(({ SubnetIdentifier }) => SubnetIdentifier),
        supportedNetworkTypes: found.SupportedNetworkTypes ?? ["IPV4"],
        vpcId: found.VpcId,
        tags: await readRdsTags(aws, found.DBSubnetGroupArn, signal),
      },
    };
  },

  async update(aws, id, change, call) {
    const { description, subnetIds } = change.inputs;
    if (change.has("description", "subnetIds")) {
      const request = { DBSubnetGroupName: id, DBSubnetGroupDescription: description, SubnetIds: subnetIds };
      await aws.rds.send(new ModifyDBSubnetGroupCommand(request), { abortSignal: call.signal });
    }
    await updateRdsTags(aws, change, call);
  },

  async delete(aws, id, _state, { signal }) {
    await retryWhile(/InvalidDBSubnetGroupState/, signal, () =>
      orMissing(aws.rds.send(new DeleteDBSubnetGroupCommand({ DBSubnetGroupName: id }), { abortSignal: signal })),
    );
  },
});

const parameterSchema = z.strictObject({
  name: z.string(),
  value: z.string(),
  applyMethod: z.enum(["immediate", "pending-reboot"]).optional(),
});

/** aws:rds/parameterGroup:ParameterGroup */
export const parameterGroup = awsKind({
  inputs: z.strictObject({
    ...regional,
    name: z.string().optional(),
    namePrefix: z.string().optional(),
    family: z.string(),
    description: z.string().optional(),
    parameters: z.array(parameterSchema).optional(),
    skipDestroy: z.boolean().optional(),
    tags: tagsSchema,
  }),
  autoName: { property: "name", prefixProperty: "namePrefix", maxLength: 255, lowerCase: true },
  defaults: { description: "Managed by Pulumi", skipDestroy: false },
  replaceOnChanges: ["name", "namePrefix", "family", "description"],

  async create(aws, wanted, { signal }) {
    const { DBParameterGroup } = await aws.rds.send(
      new CreateDBParameterGroupCommand({
        DBParameterGroupName: wanted.name,
        DBParameterGroupFamily: wanted.family,
        Description: wanted.description,
        Tags: tagList(wanted.tags),
      }),
      { abortSignal: signal },
    );
    const id = DBParameterGroup?.DBParameterGroupName ?? "";
    await setParameters(aws, id, (wanted.parameters ?? []).map(toParameter), signal);
    return id;
  },

  async look(aws, id, _known, { signal: abortSignal }) {
    const command = new DescribeDBParameterGroupsCommand({ DBParameterGroupName: id });
    const found = (await orMissing(aws.rds.send(command, { abortSignal })))?.DBParameterGroups?.[0];
    if (found === undefined) return undefined;
    const describe = new DescribeDBParametersCommand({ DBParameterGroupName: id, Source: "user" });
    const { Parameters = [] } = await aws.rds.send(describe, { abortSignal });
    return {
      properties: {
        arn: found.DBParameterGroupArn,
        name: found.DBParameterGroupName,
        family: found.DBParameterGroupFamily,
        description: found.Description,
        parameters: Parameters.filter(
          ({ ParameterValue }) => ParameterValue !== undefined && ParameterValue !== "",
        ).map((one) => ({
          name: one.ParameterName,
          value: one.ParameterValue,
          applyMethod: one.ApplyMethod ?? "immediate",
        })),
        tags: await readRdsTags(aws, found.DBParameterGroupArn, abortSignal),
      },
    };
  },

  async update(aws, id, change, call) {
    if (change.has("parameters")) {
      const wanted = change.inputs.parameters ?? [];
      const before = z
        .array(z.looseObject({ name: z.string() }))
        .catch([])
        .parse(change.old["parameters"]);
      // moto cannot reset a parameter; the sandbox takes an empty value for "not set".
      const gone = before.filter(({ name }) => !wanted.some((one) => one.name === name));
      const reset = gone.map(({ name }) => toParameter({ name, value: "" }));
      await setParameters(aws, id, [...reset, ...wanted.map(toParameter)], call.signal);
    }
    await updateRdsTags(aws, change, call);
  },

  async delete(aws, id, state, { signal }) {
    if (state["skipDestroy"] === true) return;
    await retryWhile(/InvalidDBParameterGroupState/, signal, () =>
      orMissing(aws.rds.send(new DeleteDBParameterGroupCommand({ DBParameterGroupName: id }), { abortSignal: signal })),
    );
  },
});

function toParameter(wanted: z.infer<typeof parameterSchema>): Parameter {
  const { name: ParameterName, value: ParameterValue, applyMethod: ApplyMethod = "immediate" } = wanted;
  return { ParameterName, ParameterValue, ApplyMethod };
}

/** RDS takes twenty at once. */
async function setParameters(aws: AwsRegion, id: string, all: readonly Parameter[], abortSignal: AbortSignal) {
  for (let at = 0; at < all.length; at += 20) {
    const request = { DBParameterGroupName: id, Parameters: all.slice(at, at + 20) };
    await aws.rds.send(new ModifyDBParameterGroupCommand(request), { abortSignal });
  }
}

export async function readRdsTags(aws: AwsRegion, arn: string | undefined, abortSignal: AbortSignal) {
  const { TagList } = await aws.rds.send(new ListTagsForResourceCommand({ ResourceName: arn }), { abortSignal });
  return tagMap(TagList);
}

export function updateRdsTags(
  aws: AwsRegion,
  change: Change<{ readonly tags?: Record<string, string> | undefined }>,
  { signal: abortSignal }: AwsCall,
): Promise<void> {
  const ResourceName = String(change.old["arn"]);
  return syncTags(change.oldTags, change.inputs.tags, {
    add: (tags) => aws.rds.send(new AddTagsToResourceCommand({ ResourceName, Tags: tagList(tags) }), { abortSignal }),
    remove: (TagKeys) => aws.rds.send(new RemoveTagsFromResourceCommand({ ResourceName, TagKeys }), { abortSignal }),
  });
}
