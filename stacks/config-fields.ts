import { z } from "zod";
import { parseCidr } from "../components/cidr.ts";
import { type KubernetesVersion, minorOf, newestVersion } from "../components/kubernetes-versions.ts";
import { isAzureSqlSku, isAzureVmSize, isEc2Type, isFlexibleServerSku, isRdsClass } from "./config-catalogue.ts";
import { engineSchema } from "./outputs.ts";

const label = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const dnsName = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;
const sqlName = /^[a-z][a-z0-9_]{0,62}$/;

/** `pulumi config set --path` turns 18 and 1.34 into numbers; versions are text. */
const version = z.preprocess((value) => (typeof value === "number" ? String(value) : value), z.string());

export const cidrField = z.string().refine((text) => parseCidr(text) !== undefined);
export const networkField = cidrField.refine((text) => {
  const prefix = parseCidr(text)?.prefix ?? 0;
  return prefix >= 16 && prefix <= 20;
});
export const identityField = z.string().min(2).max(24).regex(label);
export const dnsNameField = z.string().regex(dnsName);
/** What load balancers listen on unless told otherwise. */
export const DEFAULT_PORT = 443;
/** What containers listen on unless told otherwise. */
export const DEFAULT_SERVICE_PORT = 8080;
/** Where services say how they are unless told otherwise. */
export const DEFAULT_HEALTH_PATH = "/health";
export const portField = z.int().min(1).max(65535);

export const databaseFields = {
  engine: engineSchema.default("postgres"),
  version: version.pipe(z.enum(["15", "16", "17", "18"])).default("18"),
  name: z.string().regex(sqlName).default("app"),
  additional: z
    .array(z.string().regex(sqlName))
    .refine((names) => new Set(names).size === names.length)
    .default([]),
  appUser: z
    .string()
    .regex(sqlName)
    .regex(/^(?!pg_|pilotlight_)/)
    .default("app"),
  sslMode: z.enum(["require", "disable"]).default("require"),
  sslRootCert: z
    .string()
    .regex(/^(system|unverified|\/.+)$/)
    .optional(),
};
/** What the application creates with `create extension`; Azure refuses those that are not listed. */
export const extensionsField = z
  .array(z.string().regex(/^[a-z][a-z0-9_-]{0,62}$/))
  .refine((names) => new Set(names).size === names.length)
  .default([]);
export const awsStorageField = z.int().min(20).max(65536).default(50);
export const azureStorageField = z
  .int()
  .min(32)
  .max(32768)
  .refine((gib) => Number.isInteger(Math.log2(gib)))
  .default(64);
export const instanceClassField = z.string().refine(isRdsClass).default("db.t4g.medium");
/** Default: by tier (components/azure/postgres.ts), or Basic for Azure SQL. */
export const skuField = z
  .string()
  .refine((sku) => isFlexibleServerSku(sku) || isAzureSqlSku(sku))
  .optional();

/** `newest`: what the dated table has last. The default as well. */
const clusterVersion = (cloud: KubernetesVersion["cloud"]) =>
  version
    .pipe(z.string().regex(/^(1\.\d{2}|newest)$/))
    .refine((text) => text === "newest" || minorOf(text) >= 28)
    .transform((text) => (text === "newest" ? newestVersion(cloud) : text))
    .prefault("newest");
const clusterFields = {
  nodeCount: z.int().min(1).max(100),
  maxNodes: z.int().min(1).max(100).optional(),
};
const enoughNodes = <Cluster extends { nodeCount: number; maxNodes?: number | undefined }>(cluster: Cluster) =>
  cluster.maxNodes === undefined || cluster.maxNodes >= cluster.nodeCount;

export const eksSchema = z
  .strictObject({
    ...clusterFields,
    version: clusterVersion("eks"),
    nodeCount: clusterFields.nodeCount.default(2),
    nodeType: z.string().refine(isEc2Type).default("t3.large"),
    accessPrincipals: z.array(arnField("iam")).default([]),
  })
  .refine(enoughNodes, { path: ["maxNodes"] });

export const aksSchema = z
  .strictObject({
    ...clusterFields,
    version: clusterVersion("aks"),
    nodeCount: clusterFields.nodeCount.default(3),
    nodeType: z.string().refine(isAzureVmSize).default("Standard_D2s_v3"),
    fallbackNodeTypes: z.array(z.string().refine(isAzureVmSize)).default(["Standard_D2as_v5", "Standard_D2s_v5"]),
    identity: z.enum(["user-assigned", "system-assigned"]).default("user-assigned"),
  })
  .refine(enoughNodes, { path: ["maxNodes"] });

/** An ARN of one service, e.g. arn:aws:iam::123456789012:role/driver. */
export function arnField(service: string) {
  return z.string().regex(new RegExp(`^arn:aws[a-z-]*:${service}:[a-z0-9-]*:\\d{12}:.+$`));
}

const serviceSchema = z
  .strictObject({
    name: z.string().max(40).regex(label),
    image: z.string().regex(/^\S+$/),
    replicas: z.int().min(1).max(100).default(2),
    maxReplicas: z.int().min(1).max(100).optional(),
    port: z.int().min(1024).max(65535).default(DEFAULT_SERVICE_PORT),
    role: z.enum(["public", "internal"]),
    healthPath: z
      .string()
      .regex(/^\/\S*$/)
      .default(DEFAULT_HEALTH_PATH),
  })
  .refine(({ replicas, maxReplicas }) => maxReplicas === undefined || maxReplicas >= replicas, {
    path: ["maxReplicas"],
  });
/** One Deployment and its load balancer. */
export type ServiceConfig = z.infer<typeof serviceSchema>;

export const servicesSchema = z
  .array(serviceSchema)
  .min(1)
  .refine((services) => services.filter(({ role }) => role === "public").length === 1)
  .refine((services) => new Set(services.map(({ name }) => name)).size === services.length);

export const trafficSchema = z
  .strictObject({
    strategy: z
      .enum(["traffic-manager", "front-door", "route53-failover", "route53-update"])
      .default("traffic-manager"),
    standbyHost: dnsNameField.optional(),
    protocol: z.enum(["HTTP", "HTTPS"]).default("HTTPS"),
    ttlSeconds: z.int().min(0).max(2_147_483_647).default(30),
    probeIntervalSeconds: z.union([z.literal(10), z.literal(30)]).default(10),
    probeTimeoutSeconds: z.int().min(5).max(10).default(5),
    toleratedFailures: z.int().min(0).max(9).default(3),
  })
  .refine((traffic) => traffic.probeIntervalSeconds === 30 || traffic.probeTimeoutSeconds <= 9, {
    path: ["probeTimeoutSeconds"],
  });
export type TrafficConfig = z.infer<typeof trafficSchema>;

export const tagsSchema = z
  .record(
    z
      .string()
      .min(1)
      .max(128)
      .regex(/^[^<>%&\\?/]+$/),
    z.string().max(256),
  )
  .refine((tags) => Object.keys(tags).length <= 30);
