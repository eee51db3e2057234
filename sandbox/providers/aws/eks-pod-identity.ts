import {
  CreatePodIdentityAssociationCommand,
  DeletePodIdentityAssociationCommand,
  DescribePodIdentityAssociationCommand,
  UpdatePodIdentityAssociationCommand,
} from "@aws-sdk/client-eks";
import { z } from "zod";
import type { Properties } from "../resource-kind.ts";
import { awsKind, regional, tagsSchema } from "./aws-kind.ts";
import { updateEksTags } from "./eks-tags.ts";
import { orMissing } from "./errors.ts";

/** aws:eks/podIdentityAssociation:PodIdentityAssociation; its id is that of the association. */
export const podIdentityAssociation = awsKind({
  inputs: z.strictObject({
    ...regional,
    clusterName: z.string(),
    namespace: z.string(),
    serviceAccount: z.string(),
    roleArn: z.string(),
    disableSessionTags: z.boolean().optional(),
    targetRoleArn: z.string().optional(),
    tags: tagsSchema,
  }),
  replaceOnChanges: ["clusterName", "namespace", "serviceAccount"],

  async create(aws, wanted, { signal: abortSignal }) {
    const { region: _, ...request } = wanted;
    const { association } = await aws.eks.send(new CreatePodIdentityAssociationCommand(request), { abortSignal });
    return association?.associationId ?? "";
  },

  async look(aws, id, known, { signal: abortSignal }) {
    const command = new DescribePodIdentityAssociationCommand(parse(id, known));
    const found = (await orMissing(aws.eks.send(command, { abortSignal })))?.association;
    if (found?.associationId === undefined) return undefined;
    return {
      id: found.associationId,
      properties: {
        associationArn: found.associationArn,
        associationId: found.associationId,
        clusterName: found.clusterName,
        namespace: found.namespace,
        serviceAccount: found.serviceAccount,
        roleArn: found.roleArn,
        disableSessionTags: found.disableSessionTags ?? undefined,
        targetRoleArn: found.targetRoleArn ?? undefined,
        tags: found.tags ?? {},
      },
    };
  },

  async update(aws, id, change, call) {
    if (change.has("roleArn", "disableSessionTags", "targetRoleArn")) {
      const { roleArn, disableSessionTags, targetRoleArn } = change.inputs;
      const request = { ...parse(id, change.inputs), roleArn, disableSessionTags, targetRoleArn };
      await aws.eks.send(new UpdatePodIdentityAssociationCommand(request), { abortSignal: call.signal });
    }
    await updateEksTags(aws, String(change.old["associationArn"]), change, call);
  },

  async delete(aws, id, state, { signal: abortSignal }) {
    await orMissing(aws.eks.send(new DeletePodIdentityAssociationCommand(parse(id, state)), { abortSignal }));
  },
});

/** Imported as `<cluster>,<association>`. */
function parse(id: string, known: Properties): { readonly clusterName: string; readonly associationId: string } {
  const parts = id.split(",");
  const clusterName = typeof known["clusterName"] === "string" ? known["clusterName"] : parts[0];
  return { clusterName: clusterName ?? "", associationId: parts.at(-1) ?? "" };
}
