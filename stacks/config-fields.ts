import { z } from "zod";
import { parseCidr } from "../components/cidr.ts";

/** What would be right for each key; `*` stands for an index. Shown with every error, so it is also the reference. */
export const RIGHT: Readonly<Record<string, string>> = {
  application: "2-24 lower-case letters, digits and single hyphens, starting with a letter, e.g. shop",
  region: "a region of the site's cloud, e.g. eu-central-1 (AWS) or westeurope (Azure)",
  zones: "2-3 availability zones of the region, e.g. [eu-central-1a, eu-central-1b]",
  nat: "single (one NAT gateway) or per-zone",
  zoneName: "the DNS zone that holds the public name, e.g. shop.example",
  publicName: "a DNS name below zoneName, e.g. app.shop.example",
  drActive: "true or false, on the standby stack (the primary has no compute to light)",
  activeSite: "primary or standby",
  tier: "cold, pilot-light or warm",
  primaryCidr: "an IPv4 block of /16 to /20 that overlaps no other, e.g. 10.0.0.0/16",
  standbyCidr: "an IPv4 block of /16 to /20 that overlaps no other, e.g. 10.1.0.0/16",
  allowedCidrs:
    "a list of IPv4 blocks that may reach databases and API servers (driver, operators, the other site), e.g. [203.0.113.0/28]",
  protectData: "true or false",
  database: "an object: version, instanceClass (AWS) or sku (Azure), storageGib, name, appUser, sslMode, multiAz (AWS)",
  "database.version": "a PostgreSQL major version from 16 to 18",
  "database.instanceClass": "an RDS instance class, e.g. db.t4g.medium (the standby has database.sku)",
  "database.sku":
    "a flexible server SKU, e.g. Standard_D2ds_v5 or Standard_B2s (the primary has database.instanceClass)",
  "database.storageGib": "GiB as a whole number: AWS 20 to 65536; Azure a power of two from 32 to 32768",
  "database.name": "1-63 lower-case letters, digits and underscores, starting with a letter",
  "database.appUser":
    "1-63 lower-case letters, digits and underscores, starting with a letter, not pg_…, not pilotlight_…",
  "database.sslMode": "require or disable",
  "database.multiAz": "true or false",
  cluster: "an object: version, nodeType, nodeCount",
  "cluster.version": 'a Kubernetes version such as "1.34"',
  "cluster.nodeType": "an instance type of the site's cloud, e.g. t3.large (AWS) or Standard_D2s_v5 (Azure)",
  "cluster.nodeCount": "1 to 100",
  services: "a list of services, exactly one of them public, names unique",
  "services.*": "an object: name, image, replicas, port, role, healthPath",
  "services.*.name": "1-40 lower-case letters, digits and single hyphens, starting with a letter",
  "services.*.image": "a container image, e.g. registry.example/shop/api:1.4.2",
  "services.*.replicas": "1 to 100",
  "services.*.port": "the port that the container listens on, 1024 to 65535 (it does not run as root)",
  "services.*.role": "public (users come here) or internal",
  "services.*.healthPath": "a path that starts with /, e.g. /health",
  servicePort: "the port that load balancers listen on, 1 to 65535",
  traffic: "an object: protocol, ttlSeconds, probeIntervalSeconds, probeTimeoutSeconds, toleratedFailures",
  "traffic.protocol": "HTTP or HTTPS",
  "traffic.ttlSeconds": "0 to 2147483647 (seconds)",
  "traffic.probeIntervalSeconds": "10 or 30 (Azure's two probe intervals)",
  "traffic.probeTimeoutSeconds": "5 to 9 with a probe interval of 10 s, 5 to 10 with 30 s",
  "traffic.toleratedFailures": "0 to 9",
  tags: "an object of at most 30 tags, values at most 256 characters, keys at most 128 without < > % & \\ ? /",
};

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
export const portField = z.int().min(1).max(65535);

export const databaseFields = {
  version: version.pipe(z.enum(["16", "17", "18"])).default("18"),
  name: z.string().regex(sqlName).default("app"),
  appUser: z
    .string()
    .regex(sqlName)
    .regex(/^(?!pg_|pilotlight_)/)
    .default("app"),
  sslMode: z.enum(["require", "disable"]).default("require"),
};
export const awsStorageField = z.int().min(20).max(65536).default(50);
export const azureStorageField = z
  .int()
  .min(32)
  .max(32768)
  .refine((gib) => Number.isInteger(Math.log2(gib)))
  .default(64);
export const instanceClassField = z
  .string()
  .regex(/^db\.[a-z0-9-]+\.[a-z0-9]+$/)
  .default("db.t4g.medium");
export const skuField = z
  .string()
  .regex(/^Standard_[BDE]\w+$/)
  .default("Standard_D2ds_v5");

export function clusterSchema(nodeType: string) {
  return z.strictObject({
    version: version.pipe(z.string().regex(/^1\.\d{2}$/)).default("1.34"),
    nodeType: z.string().min(1).default(nodeType),
    nodeCount: z.int().min(1).max(100).default(2),
  });
}

const serviceSchema = z.strictObject({
  name: z.string().max(40).regex(label),
  image: z.string().regex(/^\S+$/),
  replicas: z.int().min(1).max(100).default(2),
  port: z.int().min(1024).max(65535).default(8080),
  role: z.enum(["public", "internal"]),
  healthPath: z
    .string()
    .regex(/^\/\S*$/)
    .default("/health"),
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
