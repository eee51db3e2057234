import { CreateAddonCommand, DeleteAddonCommand, DescribeAddonCommand } from "@aws-sdk/client-eks";
import { z } from "zod";
import type { AwsRegion } from "./aws-cloud.ts";
import { awsKind, regional, tagsSchema } from "./aws-kind.ts";
import { orMissing } from "./errors.ts";

/** aws:eks/addon:Addon; its id is `<cluster>:<add-on>`. The sandbox's node agent does what the known add-ons would. */
export const addon = awsKind({
  inputs: z.strictObject({
    ...regional,
    clusterName: z.string(),
    addonName: z.string(),
    addonVersion: z.string().optional(),
    resolveConflictsOnCreate: z.enum(["NONE", "OVERWRITE"]).optional(),
    resolveConflictsOnUpdate: z.enum(["NONE", "OVERWRITE", "PRESERVE"]).optional(),
    tags: tagsSchema,
  }),
  // moto's add-ons do not change in place; the real ones take a new version without a replace.
  replaceOnChanges: ["clusterName", "addonName", "addonVersion", "tags"],

  async create(aws, wanted, { signal: abortSignal }) {
    const { clusterName, addonName, addonVersion, tags } = wanted;
    await aws.eks.send(new CreateAddonCommand({ clusterName, addonName, addonVersion, tags }), { abortSignal });
    return `${clusterName}:${addonName}`;
  },

  async look(aws, id, _known, { signal }) {
    const found = await find(aws, id, signal);
    if (found === undefined) return undefined;
    return {
      properties: {
        arn: found.addonArn,
        clusterName: found.clusterName,
        addonName: found.addonName,
        addonVersion: found.addonVersion,
        tags: found.tags ?? {},
      },
    };
  },

  // Only what concerns conflicts is left to change, and that is not kept by the cloud.
  update: async () => {},

  async delete(aws, id, _state, { signal: abortSignal }) {
    await orMissing(aws.eks.send(new DeleteAddonCommand(parse(id)), { abortSignal }));
  },
});

async function find(aws: AwsRegion, id: string, abortSignal: AbortSignal) {
  const command = new DescribeAddonCommand(parse(id));
  return (await orMissing(aws.eks.send(command, { abortSignal })))?.addon;
}

function parse(id: string): { readonly clusterName: string; readonly addonName: string } {
  const [clusterName = "", addonName = ""] = id.split(":");
  return { clusterName, addonName };
}
