import {
  AssociateAccessPolicyCommand,
  CreateAccessEntryCommand,
  DeleteAccessEntryCommand,
  DescribeAccessEntryCommand,
  DisassociateAccessPolicyCommand,
  ListAssociatedAccessPoliciesCommand,
  UpdateAccessEntryCommand,
} from "@aws-sdk/client-eks";
import { z } from "zod";
import { awsKind, regional, tagsSchema } from "./aws-kind.ts";
import { updateEksTags } from "./eks-tags.ts";
import { orMissing } from "./errors.ts";

const types = [
  "STANDARD",
  "EC2_LINUX",
  "EC2_WINDOWS",
  "EC2",
  "FARGATE_LINUX",
  "HYBRID_LINUX",
  "HYPERPOD_LINUX",
] as const;

/**
 * aws:eks/accessEntry:AccessEntry; its id is `<cluster>:<principal>`. Kept and shown, but it lets nobody in or out: the
 * sandbox's clusters know one administrator.
 */
export const accessEntry = awsKind({
  inputs: z.strictObject({
    ...regional,
    clusterName: z.string(),
    principalArn: z.string(),
    kubernetesGroups: z.array(z.string()).optional(),
    type: z.enum(types).optional(),
    userName: z.string().optional(),
    tags: tagsSchema,
  }),
  defaults: { type: "STANDARD" },
  replaceOnChanges: ["clusterName", "principalArn", "type"],

  async create(aws, wanted, { signal: abortSignal }) {
    const { clusterName, principalArn, kubernetesGroups, type, userName: username, tags } = wanted;
    const request = { clusterName, principalArn, kubernetesGroups, type, username, tags };
    await aws.eks.send(new CreateAccessEntryCommand(request), { abortSignal });
    return `${clusterName}:${principalArn}`;
  },

  async look(aws, id, _known, { signal: abortSignal }) {
    const found = (await orMissing(aws.eks.send(new DescribeAccessEntryCommand(parse(id)), { abortSignal })))
      ?.accessEntry;
    if (found === undefined) return undefined;
    return {
      properties: {
        accessEntryArn: found.accessEntryArn,
        clusterName: found.clusterName,
        principalArn: found.principalArn,
        kubernetesGroups: found.kubernetesGroups ?? [],
        type: found.type,
        userName: found.username,
        createdAt: found.createdAt?.toISOString(),
        modifiedAt: found.modifiedAt?.toISOString(),
        tags: found.tags ?? {},
      },
    };
  },

  async update(aws, id, change, call) {
    if (change.has("kubernetesGroups", "userName")) {
      const { kubernetesGroups, userName } = change.inputs;
      const request = { ...parse(id), kubernetesGroups: kubernetesGroups ?? [], username: userName };
      await aws.eks.send(new UpdateAccessEntryCommand(request), { abortSignal: call.signal });
    }
    await updateEksTags(aws, String(change.old["accessEntryArn"]), change, call);
  },

  async delete(aws, id, _state, { signal: abortSignal }) {
    await orMissing(aws.eks.send(new DeleteAccessEntryCommand(parse(id)), { abortSignal }));
  },
});

/** aws:eks/accessPolicyAssociation:AccessPolicyAssociation; its id is `<cluster>#<principal>#<policy>`. */
export const accessPolicyAssociation = awsKind({
  inputs: z.strictObject({
    ...regional,
    clusterName: z.string(),
    principalArn: z.string(),
    policyArn: z.string(),
    accessScope: z.strictObject({
      type: z.enum(["cluster", "namespace"]),
      namespaces: z.array(z.string()).optional(),
    }),
  }),
  replaceOnChanges: ["clusterName", "principalArn", "policyArn", "accessScope"],

  async create(aws, { clusterName, principalArn, policyArn, accessScope }, { signal: abortSignal }) {
    const request = { clusterName, principalArn, policyArn, accessScope };
    await aws.eks.send(new AssociateAccessPolicyCommand(request), { abortSignal });
    return `${clusterName}#${principalArn}#${policyArn}`;
  },

  async look(aws, id, _known, { signal: abortSignal }) {
    const [clusterName, principalArn, policyArn] = id.split("#");
    const command = new ListAssociatedAccessPoliciesCommand({ clusterName, principalArn });
    const policies = (await orMissing(aws.eks.send(command, { abortSignal })))?.associatedAccessPolicies;
    const found = policies?.find((each) => each.policyArn === policyArn);
    if (found === undefined) return undefined;
    const { type, namespaces = [] } = found.accessScope ?? {};
    return {
      properties: {
        clusterName,
        principalArn,
        policyArn,
        accessScope: { type, ...(namespaces.length > 0 && { namespaces }) },
        associatedAt: found.associatedAt?.toISOString(),
        modifiedAt: found.modifiedAt?.toISOString(),
      },
    };
  },

  async delete(aws, id, _state, { signal: abortSignal }) {
    const [clusterName, principalArn, policyArn] = id.split("#");
    const request = { clusterName, principalArn, policyArn };
    await orMissing(aws.eks.send(new DisassociateAccessPolicyCommand(request), { abortSignal }));
  },
});

function parse(id: string): { readonly clusterName: string; readonly principalArn: string } {
  const at = id.indexOf(":");
  return { clusterName: id.slice(0, at), principalArn: id.slice(at + 1) };
}
