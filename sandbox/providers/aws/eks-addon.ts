import { CreateAddonCommand, DeleteAddonCommand, DescribeAddonCommand, UpdateAddonCommand } from "@aws-sdk/client-eks";
import { z } from "zod";
import type { AwsRegion } from "./aws-cloud.ts";
import { awsKind, refused, regional, tagsSchema } from "./aws-kind.ts";
import { updateEksTags } from "./eks-tags.ts";
import { orMissing } from "./errors.ts";

/** aws:eks/addon:Addon; its id is `<cluster>:<add-on>`. The sandbox's node agent does what the known add-ons would. */
export const addon = awsKind({
  inputs: z.strictObject({
    ...regional,
    clusterName: z.string(),
    addonName: z.string(),
    addonVersion: z.string().optional(),
    configurationValues: z.string().optional(),
    preserve: z.boolean().optional(),
    resolveConflictsOnCreate: z.enum(["NONE", "OVERWRITE"]).optional(),
    resolveConflictsOnUpdate: z.enum(["NONE", "OVERWRITE", "PRESERVE"]).optional(),
    serviceAccountRoleArn: z.string().optional(),
    namespaceConfig: refused("its add-ons run nowhere"),
    podIdentityAssociations: refused("its add-ons have no roles; use PodIdentityAssociation"),
    tags: tagsSchema,
  }),
  replaceOnChanges: ["clusterName", "addonName"],

  async create(aws, wanted, { signal: abortSignal }) {
    const { clusterName, addonName, addonVersion, configurationValues, serviceAccountRoleArn, tags } = wanted;
    const request = { clusterName, addonName, addonVersion, configurationValues, serviceAccountRoleArn, tags };
    await aws.eks.send(new CreateAddonCommand(request), { abortSignal });
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
        configurationValues: found.configurationValues,
        serviceAccountRoleArn: found.serviceAccountRoleArn,
        createdAt: found.createdAt?.toISOString(),
        modifiedAt: found.modifiedAt?.toISOString(),
        tags: found.tags ?? {},
      },
    };
  },

  async update(aws, id, change, call) {
    if (change.has("addonVersion", "configurationValues", "serviceAccountRoleArn")) {
      const { addonVersion, configurationValues, serviceAccountRoleArn } = change.inputs;
      const request = { ...parse(id), addonVersion, configurationValues, serviceAccountRoleArn };
      await aws.eks.send(new UpdateAddonCommand(request), { abortSignal: call.signal });
    }
    await updateEksTags(aws, String(change.old["arn"]), change, call);
  },

  async delete(aws, id, state, { signal: abortSignal }) {
    const request = { ...parse(id), preserve: state["preserve"] === true };
    await orMissing(aws.eks.send(new DeleteAddonCommand(request), { abortSignal }));
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
