import {
  type AMITypes,
  CreateNodegroupCommand,
  DeleteNodegroupCommand,
  DescribeNodegroupCommand,
  type Taint,
  UpdateNodegroupConfigCommand,
  UpdateNodegroupVersionCommand,
} from "@aws-sdk/client-eks";
import { z } from "zod";
import type { AwsRegion } from "./aws-cloud.ts";
import { awsKind, refused, regional, tagsSchema } from "./aws-kind.ts";
import { updateEksTags } from "./eks-tags.ts";
import { orMissing, poll } from "./errors.ts";

const taintSchema = z.strictObject({
  key: z.string(),
  value: z.string().optional(),
  effect: z.enum(["NO_SCHEDULE", "NO_EXECUTE", "PREFER_NO_SCHEDULE"]),
});
const templateSchema = z
  .strictObject({ id: z.string().optional(), name: z.string().optional(), version: z.string() })
  .refine(({ id, name }) => id !== undefined || name !== undefined, "give id or name");
const updateConfigSchema = z.strictObject({
  maxUnavailable: z.number().int().optional(),
  maxUnavailablePercentage: z.number().int().optional(),
  updateStrategy: refused("moto does not keep it"),
});

/** aws:eks/nodeGroup:NodeGroup */
export const nodeGroup = awsKind({
  inputs: z.strictObject({
    ...regional,
    clusterName: z.string(),
    nodeGroupName: z.string().optional(),
    nodeGroupNamePrefix: z.string().optional(),
    nodeRoleArn: z.string(),
    subnetIds: z.array(z.string()),
    scalingConfig: z.strictObject({
      desiredSize: z.number().int(),
      minSize: z.number().int(),
      maxSize: z.number().int(),
    }),
    amiType: z.string().optional(),
    capacityType: z.enum(["ON_DEMAND", "SPOT"]).optional(),
    diskSize: z.number().int().optional(),
    instanceTypes: z.array(z.string()).optional(),
    labels: z.record(z.string(), z.string()).optional(),
    launchTemplate: templateSchema.optional(),
    nodeRepairConfig: z.strictObject({ enabled: z.boolean().optional() }).optional(),
    taints: z.array(taintSchema).optional(),
    updateConfig: updateConfigSchema.optional(),
    version: z.string().optional(),
    releaseVersion: z.string().optional(),
    forceUpdateVersion: z.boolean().optional(),
    remoteAccess: refused("its nodes are processes, into which nobody logs in"),
    warmPoolConfig: refused("its nodes are processes, of which none wait"),
    tags: tagsSchema,
  }),
  computed: ["launchTemplate.id", "launchTemplate.name"],
  autoName: { property: "nodeGroupName", prefixProperty: "nodeGroupNamePrefix", maxLength: 63 },
  replaceOnChanges: [
    "clusterName",
    "nodeGroupName",
    "nodeGroupNamePrefix",
    "nodeRoleArn",
    "subnetIds",
    "amiType",
    "capacityType",
    "diskSize",
    "instanceTypes",
    "launchTemplate.id",
    "launchTemplate.name",
  ],

  async create(aws, wanted, { signal: abortSignal }) {
    await aws.eks.send(
      new CreateNodegroupCommand({
        clusterName: wanted.clusterName,
        nodegroupName: wanted.nodeGroupName,
        nodeRole: wanted.nodeRoleArn,
        subnets: wanted.subnetIds,
        scalingConfig: wanted.scalingConfig,
        amiType: wanted.amiType as AMITypes | undefined,
        capacityType: wanted.capacityType,
        diskSize: wanted.diskSize,
        instanceTypes: wanted.instanceTypes,
        labels: wanted.labels,
        launchTemplate: wanted.launchTemplate,
        nodeRepairConfig: wanted.nodeRepairConfig,
        taints: wanted.taints,
        updateConfig: wanted.updateConfig,
        version: wanted.version,
        releaseVersion: wanted.releaseVersion,
        tags: wanted.tags,
      }),
      { abortSignal },
    );
    return `${wanted.clusterName}:${wanted.nodeGroupName}`;
  },

  async ready(aws, id, { signal }) {
    await poll(`EKS node group ${id} is not ACTIVE`, signal, async () => {
      const status = (await findNodeGroup(aws, id, signal))?.status;
      if (status === "CREATE_FAILED") throw new Error(`EKS node group ${id} failed; the sandbox's log says why`);
      return status === "ACTIVE" ? true : undefined;
    });
  },

  async look(aws, id, _known, { signal }) {
    const found = await findNodeGroup(aws, id, signal);
    if (found === undefined) return undefined;
    const template = found.launchTemplate;
    return {
      properties: {
        arn: found.nodegroupArn,
        clusterName: found.clusterName,
        nodeGroupName: found.nodegroupName,
        nodeRoleArn: found.nodeRole,
        subnetIds: found.subnets,
        scalingConfig: found.scalingConfig,
        amiType: found.amiType,
        capacityType: found.capacityType,
        diskSize: found.diskSize,
        instanceTypes: found.instanceTypes ?? [],
        launchTemplate: template && { id: template.id, name: template.name, version: template.version },
        nodeRepairConfig: { enabled: found.nodeRepairConfig?.enabled ?? false },
        labels: Object.keys(found.labels ?? {}).length > 0 ? found.labels : undefined,
        taints: (found.taints ?? []).length > 0 ? found.taints : undefined,
        updateConfig: found.updateConfig,
        version: found.version,
        releaseVersion: found.releaseVersion,
        resources: [
          {
            autoscalingGroups: found.resources?.autoScalingGroups?.map(({ name }) => ({ name })),
            remoteAccessSecurityGroupId: found.resources?.remoteAccessSecurityGroup,
          },
        ],
        status: found.status,
        tags: found.tags ?? {},
      },
    };
  },

  async update(aws, id, change, call) {
    const { signal: abortSignal } = call;
    const { clusterName, nodeGroupName: nodegroupName, ...wanted } = change.inputs;
    if (change.has("version", "releaseVersion")) {
      throw new Error(`EKS node group ${id}: the sandbox cannot upgrade node groups; it serves one version`);
    }
    if (change.has("launchTemplate")) {
      const request = { clusterName, nodegroupName, launchTemplate: wanted.launchTemplate };
      await aws.eks.send(new UpdateNodegroupVersionCommand(request), { abortSignal });
    }
    if (change.has("scalingConfig", "labels", "taints", "updateConfig", "nodeRepairConfig")) {
      const oldLabels = z.record(z.string(), z.string()).catch({}).parse(change.old["labels"]);
      const oldTaints: Taint[] = z.array(taintSchema).catch([]).parse(change.old["taints"]);
      const labels = wanted.labels ?? {};
      const taints = wanted.taints ?? [];
      await aws.eks.send(
        new UpdateNodegroupConfigCommand({
          clusterName,
          nodegroupName,
          scalingConfig: wanted.scalingConfig,
          updateConfig: wanted.updateConfig,
          nodeRepairConfig: wanted.nodeRepairConfig,
          labels: {
            addOrUpdateLabels: labels,
            removeLabels: Object.keys(oldLabels).filter((key) => !(key in labels)),
          },
          taints: {
            addOrUpdateTaints: taints,
            removeTaints: oldTaints.filter((old) => !taints.some((t) => t.key === old.key && t.effect === old.effect)),
          },
        }),
        { abortSignal },
      );
    }
    await updateEksTags(aws, String(change.old["arn"]), change, call);
  },

  async delete(aws, id, _state, { signal }) {
    const [clusterName, nodegroupName] = id.split(":");
    const command = new DeleteNodegroupCommand({ clusterName, nodegroupName });
    await orMissing(aws.eks.send(command, { abortSignal: signal }));
    await poll(`EKS node group ${id} is still there`, signal, async () =>
      (await findNodeGroup(aws, id, signal)) === undefined ? true : undefined,
    );
  },
});

async function findNodeGroup(aws: AwsRegion, id: string, abortSignal: AbortSignal) {
  const [clusterName, nodegroupName] = id.split(":");
  const command = new DescribeNodegroupCommand({ clusterName, nodegroupName });
  return (await orMissing(aws.eks.send(command, { abortSignal })))?.nodegroup;
}
