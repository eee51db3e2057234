import {
  AssociateEncryptionConfigCommand,
  type Cluster,
  CreateClusterCommand,
  DeleteClusterCommand,
  DescribeClusterCommand,
  type LogType,
  UpdateClusterConfigCommand,
} from "@aws-sdk/client-eks";
import { z } from "zod";
import type { AwsRegion } from "./aws-cloud.ts";
import { awsKind, refused, regional, tagsSchema } from "./aws-kind.ts";
import { updateEksTags } from "./eks-tags.ts";
import { orMissing, poll } from "./errors.ts";

const logTypes = ["api", "audit", "authenticator", "controllerManager", "scheduler"] as const;

const inputs = z.strictObject({
  ...regional,
  name: z.string().optional(),
  roleArn: z.string(),
  version: z.string().optional(),
  vpcConfig: z.strictObject({
    subnetIds: z.array(z.string()),
    securityGroupIds: z.array(z.string()).optional(),
    endpointPrivateAccess: z.boolean().optional(),
    endpointPublicAccess: z.boolean().optional(),
    publicAccessCidrs: z.array(z.string()).optional(),
  }),
  enabledClusterLogTypes: z.array(z.enum(logTypes)).optional(),
  encryptionConfig: z
    .strictObject({ provider: z.strictObject({ keyArn: z.string() }), resources: z.array(z.string()) })
    .optional(),
  kubernetesNetworkConfig: z
    .strictObject({ ipFamily: z.enum(["ipv4", "ipv6"]).optional(), serviceIpv4Cidr: z.string().optional() })
    .optional(),
  accessConfig: z
    .strictObject({
      authenticationMode: z.enum(["CONFIG_MAP", "API", "API_AND_CONFIG_MAP"]).optional(),
      bootstrapClusterCreatorAdminPermissions: z.boolean().optional(),
    })
    .optional(),
  // The sandbox's node agent does what the first add-ons would, so nothing is installed or left out.
  bootstrapSelfManagedAddons: z.boolean().optional(),
  defaultAddonsToRemoves: z.array(z.string()).optional(),
  deletionProtection: z.boolean().optional(),
  forceUpdateVersion: z.boolean().optional(),
  upgradePolicy: z.strictObject({ supportType: z.enum(["STANDARD", "EXTENDED"]).optional() }).optional(),
  zonalShiftConfig: z.strictObject({ enabled: z.boolean().optional() }).optional(),
  computeConfig: refused("it has no Auto Mode; use node groups"),
  controlPlaneScalingConfig: refused("its control planes have one size"),
  kubeApiServerConfig: refused("its control planes are set up in one way"),
  kubeControllerManagerConfig: refused("its control planes are set up in one way"),
  kubeSchedulerConfig: refused("its control planes are set up in one way"),
  outpostConfig: refused("it has no Outposts"),
  remoteNetworkConfig: refused("it has no hybrid nodes"),
  storageConfig: refused("it has no Auto Mode"),
  tags: tagsSchema,
});

/** aws:eks/cluster:Cluster */
export const cluster = awsKind({
  inputs,
  autoName: { property: "name", maxLength: 100 },
  defaults: { bootstrapSelfManagedAddons: true },
  replaceOnChanges: [
    "name",
    "roleArn",
    "bootstrapSelfManagedAddons",
    "kubernetesNetworkConfig",
    "accessConfig.bootstrapClusterCreatorAdminPermissions",
  ],
  computed: ["vpcConfig.clusterSecurityGroupId", "vpcConfig.vpcId"],
  // It can be added to a cluster, and never be changed or taken away.
  alsoReplace: (before) => (before["encryptionConfig"] === undefined ? [] : ["encryptionConfig"]),

  async create(aws, wanted, { signal: abortSignal }) {
    await aws.eks.send(
      new CreateClusterCommand({
        name: wanted.name,
        roleArn: wanted.roleArn,
        version: wanted.version,
        resourcesVpcConfig: vpcRequest(wanted),
        logging: loggingRequest(wanted.enabledClusterLogTypes),
        kubernetesNetworkConfig: wanted.kubernetesNetworkConfig,
        encryptionConfig: wanted.encryptionConfig && [wanted.encryptionConfig],
        accessConfig: wanted.accessConfig,
        bootstrapSelfManagedAddons: wanted.bootstrapSelfManagedAddons,
        deletionProtection: wanted.deletionProtection,
        upgradePolicy: wanted.upgradePolicy,
        zonalShiftConfig: wanted.zonalShiftConfig,
        tags: wanted.tags,
      }),
      { abortSignal },
    );
    return wanted.name ?? "";
  },

  async ready(aws, id, { signal }) {
    await poll(`EKS cluster ${id} is not ACTIVE`, signal, async () => {
      const status = (await findCluster(aws, id, signal))?.status;
      if (status === "FAILED") throw new Error(`EKS cluster ${id} failed; the sandbox's log says why`);
      return status === "ACTIVE" ? true : undefined;
    });
  },

  async look(aws, id, _known, { signal }) {
    const found = await findCluster(aws, id, signal);
    if (found === undefined) return undefined;
    const vpc = found.resourcesVpcConfig;
    const encryption = found.encryptionConfig?.[0];
    return {
      properties: {
        accessConfig: {
          authenticationMode: found.accessConfig?.authenticationMode,
          bootstrapClusterCreatorAdminPermissions: found.accessConfig?.bootstrapClusterCreatorAdminPermissions,
        },
        arn: found.arn,
        certificateAuthority: { data: found.certificateAuthority?.data },
        deletionProtection: found.deletionProtection ?? false,
        createdAt: found.createdAt?.toISOString(),
        enabledClusterLogTypes: enabledLogTypes(found),
        encryptionConfig: encryption && {
          provider: { keyArn: encryption.provider?.keyArn },
          resources: encryption.resources,
        },
        endpoint: found.endpoint,
        identities: [{ oidcs: [{ issuer: found.identity?.oidc?.issuer }] }],
        kubernetesNetworkConfig: {
          ipFamily: found.kubernetesNetworkConfig?.ipFamily ?? "ipv4",
          serviceIpv4Cidr: found.kubernetesNetworkConfig?.serviceIpv4Cidr,
        },
        name: found.name,
        platformVersion: found.platformVersion,
        roleArn: found.roleArn,
        status: found.status,
        upgradePolicy: { supportType: found.upgradePolicy?.supportType },
        zonalShiftConfig: { enabled: found.zonalShiftConfig?.enabled ?? false },
        version: found.version,
        vpcConfig: {
          clusterSecurityGroupId: vpc?.clusterSecurityGroupId,
          endpointPrivateAccess: vpc?.endpointPrivateAccess ?? false,
          endpointPublicAccess: vpc?.endpointPublicAccess ?? true,
          publicAccessCidrs: vpc?.publicAccessCidrs ?? ["0.0.0.0/0"],
          securityGroupIds: vpc?.securityGroupIds ?? [],
          subnetIds: vpc?.subnetIds ?? [],
          vpcId: vpc?.vpcId,
        },
        tags: found.tags ?? {},
      },
    };
  },

  async update(aws, id, change, call) {
    const { signal: abortSignal } = call;
    const wanted = change.inputs;
    if (change.has("version")) {
      throw new Error(
        `EKS cluster ${id}: version ${wanted.version}: the sandbox cannot upgrade clusters; it serves one version`,
      );
    }
    // EKS takes one kind of change a call.
    const requests = [
      change.has("vpcConfig") && { resourcesVpcConfig: vpcRequest(wanted) },
      change.has("enabledClusterLogTypes") && { logging: loggingRequest(wanted.enabledClusterLogTypes ?? []) },
      change.has("accessConfig") && {
        accessConfig: { authenticationMode: wanted.accessConfig?.authenticationMode },
      },
      change.has("deletionProtection") && { deletionProtection: wanted.deletionProtection ?? false },
      change.has("upgradePolicy") && { upgradePolicy: wanted.upgradePolicy },
      change.has("zonalShiftConfig") && { zonalShiftConfig: wanted.zonalShiftConfig },
    ];
    for (const request of requests) {
      if (request !== false)
        await aws.eks.send(new UpdateClusterConfigCommand({ name: id, ...request }), { abortSignal });
    }
    if (change.has("encryptionConfig") && wanted.encryptionConfig !== undefined) {
      const request = { clusterName: id, encryptionConfig: [wanted.encryptionConfig] };
      await aws.eks.send(new AssociateEncryptionConfigCommand(request), { abortSignal });
    }
    await updateEksTags(aws, String(change.old["arn"]), change, call);
  },

  async delete(aws, id, state, { signal }) {
    if (state["deletionProtection"] === true) {
      throw new Error(`EKS cluster ${id} has deletionProtection; set it to false and update first`);
    }
    await orMissing(aws.eks.send(new DeleteClusterCommand({ name: id }), { abortSignal: signal }));
    await poll(`EKS cluster ${id} is still there`, signal, async () =>
      (await findCluster(aws, id, signal)) === undefined ? true : undefined,
    );
  },
});

async function findCluster(aws: AwsRegion, name: string, abortSignal: AbortSignal): Promise<Cluster | undefined> {
  return (await orMissing(aws.eks.send(new DescribeClusterCommand({ name }), { abortSignal })))?.cluster;
}

function vpcRequest({ vpcConfig }: z.infer<typeof inputs>) {
  return {
    subnetIds: vpcConfig.subnetIds,
    securityGroupIds: vpcConfig.securityGroupIds,
    endpointPrivateAccess: vpcConfig.endpointPrivateAccess,
    endpointPublicAccess: vpcConfig.endpointPublicAccess,
    publicAccessCidrs: vpcConfig.publicAccessCidrs,
  };
}

function loggingRequest(enabled: readonly LogType[] | undefined) {
  if (enabled === undefined) return undefined;
  const disabled = logTypes.filter((type) => !enabled.includes(type));
  const setups = [
    { types: [...enabled], enabled: true },
    { types: disabled, enabled: false },
  ];
  return { clusterLogging: setups.filter(({ types }) => types.length > 0) };
}

function enabledLogTypes(found: Cluster): LogType[] {
  const setups = found.logging?.clusterLogging ?? [];
  return setups.flatMap(({ enabled, types }) => (enabled === true ? (types ?? []) : [])).sort();
}
