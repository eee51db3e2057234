import { z } from "zod";
import { isCreatable, newestVersion } from "../../../components/kubernetes-versions.ts";
import type { ClusterSpec, KubernetesService, SandboxContext } from "../../contracts/contracts.ts";
import { azureAccount } from "../account.ts";
import { ArmError } from "../arm/arm-error.ts";
import { type ArmId, parseArmId } from "../arm/arm-id.ts";
import { isJson, type Json } from "../arm/json.ts";
import type { ResourceType } from "../arm/resource-type.ts";
import type { Capacity } from "../capacity.ts";
import { stableGuid } from "./stable-guid.ts";

const typeName = "Microsoft.ContainerService/managedClusters";

const poolSchema = z
  .looseObject({
    name: z
      .string()
      .regex(/^[a-z][a-z0-9]{0,11}$/, "must be 1-12 lower-case letters and digits, starting with a letter"),
    count: z.number().int().min(0).max(1000).default(1),
    mode: z.enum(["System", "User", "Gateway"]).default("User"),
    vmSize: z.string().default("Standard_D2s_v5"),
    enableAutoScaling: z.boolean().optional(),
    minCount: z.number().int().min(0).optional(),
    maxCount: z.number().int().min(1).optional(),
  })
  .refine((pool) => pool.mode !== "System" || pool.count > 0, {
    path: ["count"],
    message: "a system pool has at least one node",
  });

const properties = z.looseObject({
  dnsPrefix: z.string().regex(/^[A-Za-z0-9]([A-Za-z0-9-]{0,52}[A-Za-z0-9])?$/, "must be 1-54 letters, digits and -"),
  kubernetesVersion: z
    .string()
    .regex(/^1\.\d{2}(\.\d+)?$/, "must be a version such as 1.35")
    .default(newestVersion("aks")),
  agentPoolProfiles: z
    .array(poolSchema)
    .min(1)
    .refine((pools) => pools.some(({ mode }) => mode === "System"), "one agent pool must have mode System"),
  enableRBAC: z.boolean().default(true),
  nodeResourceGroup: z.string().optional(),
});

const identitySchema = z.looseObject({ type: z.enum(["SystemAssigned", "UserAssigned", "None"]) });

export interface ManagedClusterParts {
  readonly context: SandboxContext;
  readonly kubernetes: KubernetesService;
  readonly capacity: Capacity;
}

export function managedClusters({ context, kubernetes, capacity }: ManagedClusterParts): ResourceType {
  const spec = (id: ArmId): ClusterSpec => ({ cloud: "azure", name: id.name });
  const announce = (id: ArmId, fqdn: unknown, endpoint: string) => {
    const address = new URL(endpoint).hostname;
    context.dns.set(`azure-aks:${id.key}`, [{ name: String(fqdn), type: "A", ttl: 30, data: address }]);
  };
  const credential = (name: string) => async (id: ArmId) => {
    const access = kubernetes.access(spec(id));
    if (access === undefined)
      throw new ArmError(409, "ClusterNotReady", `The cluster '${id.name}' does not serve yet.`);
    return { kubeconfigs: [{ name, value: Buffer.from(access.kubeconfig).toString("base64") }] };
  };

  return {
    type: typeName,
    name: {
      pattern: /^[A-Za-z0-9]([-\w]{0,61}[A-Za-z0-9])?$/,
      text: "1-63 letters, digits, - and _, none at the ends",
    },
    location: "required",
    properties,
    createOnly: ["dnsPrefix", "nodeResourceGroup"],
    long: true,
    check({ id, top, properties: wanted, previous }, around) {
      requireSameSizes(wanted, previous?.properties);
      requireOffered(id, top, wanted, previous?.properties);
      const identity = identitySchema.safeParse(top.identity);
      if (!identity.success && wanted.servicePrincipalProfile === undefined) {
        throw new ArmError(400, "BadRequest", "Either 'identity' or 'properties.servicePrincipalProfile' is required.");
      }
      const taken = around
        .all(typeName)
        .find((record) => record.id.toLowerCase() !== id.key && parseArmId(record.id).name === id.name);
      if (taken !== undefined) {
        throw new ArmError(
          409,
          "NotSupportedInSandbox",
          `The sandbox keeps clusters by name; '${id.name}' is ${taken.id}.`,
        );
      }
    },
    async apply({ id, top, properties: wanted, previous }) {
      requireRoom(capacity, wanted, previous?.properties.fqdn === undefined ? undefined : previous.properties);
      const access = await kubernetes.ensureCluster(spec(id));
      const pools = properties.parse(wanted).agentPoolProfiles;
      for (const pool of pools) await kubernetes.setNodePool(spec(id), pool.name, nodeCount(pool));
      const before = properties.safeParse(previous?.properties).data?.agentPoolProfiles ?? [];
      for (const { name } of before.filter((old) => !pools.some((pool) => pool.name === old.name))) {
        await kubernetes.setNodePool(spec(id), name, 0);
      }
      const { dnsPrefix, kubernetesVersion } = properties.parse(wanted);
      const fqdn = `${dnsPrefix}-${stableGuid(id.key).slice(0, 8)}.hcp.${String(top.location)}.azmk8s.io`.toLowerCase();
      announce(id, fqdn, access.endpoint);
      const group = `MC_${id.resourceGroup}_${id.name}_${String(top.location)}`;
      return {
        properties: {
          nodeResourceGroup: group,
          ...wanted,
          agentPoolProfiles: pools.map((pool) => ({ ...pool, count: nodeCount(pool), provisioningState: "Succeeded" })),
          fqdn,
          currentKubernetesVersion: kubernetesVersion,
          powerState: { code: "Running" },
          maxAgentPools: 100,
          identityProfile: wanted.identityProfile ?? {
            kubeletidentity: {
              resourceId: `${id.scope}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${id.name}-agentpool`,
              clientId: stableGuid(`kubelet client ${id.key}`),
              objectId: stableGuid(`kubelet ${id.key}`),
            },
          },
          ...(isJson(wanted.oidcIssuerProfile) && wanted.oidcIssuerProfile.enabled === true
            ? { oidcIssuerProfile: { ...wanted.oidcIssuerProfile, issuerURL: issuerOf(id, top.location) } }
            : {}),
        },
      };
    },
    async remove(id) {
      context.dns.remove(`azure-aks:${id.key}`);
      await kubernetes.removeCluster(spec(id));
    },
    async restore(id, record) {
      // It never came to be.
      if (record.status === "Failed" && record.properties.fqdn === undefined) return;
      const access = await kubernetes.ensureCluster(spec(id));
      for (const pool of properties.parse(record.properties).agentPoolProfiles) {
        await kubernetes.setNodePool(spec(id), pool.name, nodeCount(pool));
      }
      announce(id, record.properties.fqdn, access.endpoint);
    },
    actions: {
      listClusterUserCredential: credential("clusterUser"),
      listClusterAdminCredential: credential("clusterAdmin"),
    },
  };
}

/** A new cluster, or a change of version, wants one that is still offered, or the tier that has long-term support. */
function requireOffered(id: ArmId, top: Json, wanted: Json, previous: Json | undefined): void {
  const { kubernetesVersion } = properties.parse(wanted);
  if (previous !== undefined && previous.kubernetesVersion === kubernetesVersion) return;
  if (isCreatable("aks", kubernetesVersion, new Date().toISOString().slice(0, 10))) return;
  const isPremium = isJson(top.sku) && top.sku.tier === "Premium" && wanted.supportPlan === "AKSLongTermSupport";
  if (isPremium) return;
  throw new ArmError(
    400,
    "K8sVersionNotSupported",
    `Managed cluster ${id.name} is on version ${kubernetesVersion}, which is only available for Long-Term Support (LTS). If you intend to onboard to LTS, please ensure the cluster is in Premium tier and LTS support plan (see https://aka.ms/aks/enable-lts). Otherwise, use [az aks get-versions] command to get the supported version list in this region. For more information, please check https://aka.ms/supported-version-list`,
  );
}

/** Nodes of one size stay of that size: another one takes another pool. */
function requireSameSizes(wanted: Json, previous: Json | undefined): void {
  const before = properties.safeParse(previous).data?.agentPoolProfiles ?? [];
  for (const [index, { name, vmSize }] of properties.parse(wanted).agentPoolProfiles.entries()) {
    const old = before.find((pool) => pool.name === name)?.vmSize;
    if (old === undefined || old.toLowerCase() === vmSize.toLowerCase()) continue;
    throw new ArmError(
      400,
      "PropertyChangeNotAllowed",
      `Changing property 'properties.agentPoolProfiles[${index}].vmSize' is not allowed: it is '${old}'.`,
    );
  }
}

/**
 * Azure takes the request, begins, and then finds no room: the operation fails, and what is left is a cluster in the state Failed. Nodes
 * that are there already need none.
 */
function requireRoom(capacity: Capacity, wanted: Json, previous: Json | undefined): void {
  const before = properties.safeParse(previous).data?.agentPoolProfiles ?? [];
  for (const pool of properties.parse(wanted).agentPoolProfiles) {
    const old = before.find(({ name }) => name === pool.name);
    if (capacity.hasRoomFor(pool.vmSize) || nodeCount(pool) <= (old === undefined ? 0 : nodeCount(old))) continue;
    throw new ArmError(
      400,
      "AllocationFailed",
      `Allocation failed. We do not have sufficient capacity for the requested VM size '${pool.vmSize}' in this region. Read more about improving likelihood of allocation success at https://aka.ms/allocation-guidance`,
    );
  }
}

/** With autoscaling, the count is kept within its bounds; the sandbox does not scale by load. */
function nodeCount(pool: z.infer<typeof poolSchema>): number {
  if (pool.enableAutoScaling !== true) return pool.count;
  return Math.min(Math.max(pool.count, pool.minCount ?? 1), pool.maxCount ?? pool.count);
}

/** Nothing answers there: who trusts it is state only. */
function issuerOf(id: ArmId, location: unknown): string {
  return `https://${String(location)}.oic.prod-aks.azure.com/${azureAccount.tenantId}/${stableGuid(`issuer ${id.key}`)}/`;
}
