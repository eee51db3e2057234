import {
  CreatePodIdentityAssociationCommand,
  DeletePodIdentityAssociationCommand,
  DescribePodIdentityAssociationCommand,
  UpdatePodIdentityAssociationCommand,
} from "@aws-sdk/client-eks";
import { z } from "zod";
import type { AwsRegion } from "./aws-cloud.ts";
import { awsKind, regional, tagsSchema } from "./aws-kind.ts";
import { orMissing } from "./errors.ts";

/** aws:eks/podIdentityAssociation:PodIdentityAssociation; its id is `<cluster>,<association id>`. */
export const podIdentityAssociation = awsKind({
  inputs: z.strictObject({
    ...regional,
    clusterName: z.string(),
    namespace: z.string(),
    serviceAccount: z.string(),
    roleArn: z.string(),
    tags: tagsSchema,
  }),
  replaceOnChanges: ["clusterName", "namespace", "serviceAccount", "tags"],

  async create(aws, wanted, { signal: abortSignal }) {
    const { clusterName, namespace, serviceAccount, roleArn, tags } = wanted;
    const command = new CreatePodIdentityAssociationCommand({ clusterName, namespace, serviceAccount, roleArn, tags });
    const { association } = await aws.eks.send(command, { abortSignal });
    return `${clusterName},${association?.associationId}`;
  },

  async look(aws, id, _known, { signal }) {
    const found = await find(aws, id, signal);
    if (found === undefined) return undefined;
    return {
      properties: {
        associationArn: found.associationArn,
        associationId: found.associationId,
        clusterName: found.clusterName,
        namespace: found.namespace,
        serviceAccount: found.serviceAccount,
        roleArn: found.roleArn,
        tags: found.tags ?? {},
      },
    };
  },

  async update(aws, id, { inputs: { roleArn } }, { signal: abortSignal }) {
    await aws.eks.send(new UpdatePodIdentityAssociationCommand({ ...parse(id), roleArn }), { abortSignal });
  },

  async delete(aws, id, _state, { signal: abortSignal }) {
    await orMissing(aws.eks.send(new DeletePodIdentityAssociationCommand(parse(id)), { abortSignal }));
  },
});

async function find(aws: AwsRegion, id: string, abortSignal: AbortSignal) {
  const command = new DescribePodIdentityAssociationCommand(parse(id));
  return (await orMissing(aws.eks.send(command, { abortSignal })))?.association;
}

function parse(id: string): { readonly clusterName: string; readonly associationId: string } {
  const [clusterName = "", associationId = ""] = id.split(",");
  return { clusterName, associationId };
}
