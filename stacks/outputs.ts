import { z } from "zod";

/** The two sites of an application. The active one may write and gets traffic. */
export const siteSchema = z.enum(["primary", "standby"]);
export type Site = z.infer<typeof siteSchema>;

/** How much of the standby runs while it is inactive. */
export const tierSchema = z.enum(["cold", "pilot-light", "warm"]);
export type Tier = z.infer<typeof tierSchema>;

const databaseSchema = z.object({
  host: z.string().min(1),
  port: z.number().int(),
  /** Database of the application. */
  name: z.string().min(1),
  adminUser: z.string().min(1),
  adminPassword: z.string().min(1),
  /** The role that the application logs in with; the fence acts on it. */
  appUser: z.string().min(1),
  appPassword: z.string().min(1),
  /** `require` (default on real clouds) or `disable` (loopback). */
  sslMode: z.enum(["require", "disable"]),
});

const workloadsSchema = z.object({
  namespace: z.string(),
  /** Deployments with the replicas that they have while their site is active. */
  deployments: z.array(z.object({ name: z.string(), replicas: z.number().int().positive() })),
});

const clusterSchema = z.object({
  name: z.string(),
  /** May hold an exec credential plugin (EKS) or a certificate (AKS); always a secret. */
  kubeconfig: z.string().min(1),
});

/** Where a service answers, outside its cluster. `role` says whether users come here or only the health watch. */
const serviceEndpointSchema = z.object({
  service: z.string(),
  role: z.enum(["public", "internal"]),
  protocol: z.enum(["http", "https"]),
  host: z.string().min(1),
  port: z.number().int(),
});

const commonShape = {
  /** Form of this contract; a driver refuses what it does not know. */
  contract: z.literal(1),
  application: z.string().min(1),
  environment: z.string().min(1),
  region: z.string().min(1),
  database: databaseSchema,
  workloads: workloadsSchema,
};

export const primaryOutputsSchema = z.object({
  ...commonShape,
  site: z.literal("primary"),
  cluster: clusterSchema,
  objects: z.object({ kind: z.literal("s3"), bucket: z.string(), region: z.string() }),
  endpoints: z.array(serviceEndpointSchema),
  dns: z.object({ zoneId: z.string(), zoneName: z.string(), publicName: z.string(), nameServers: z.array(z.string()) }),
});
export type PrimaryOutputs = z.infer<typeof primaryOutputsSchema>;

export const standbyOutputsSchema = z.object({
  ...commonShape,
  site: z.literal("standby"),
  /** Compute and capacity are lit. */
  drActive: z.boolean(),
  /** Who gets traffic, as declared. */
  activeSite: siteSchema,
  tier: tierSchema,
  subscriptionId: z.string(),
  resourceGroup: z.string(),
  /** Absent while the standby is dark. */
  cluster: clusterSchema.optional(),
  objects: z.object({
    kind: z.literal("blob"),
    account: z.string(),
    /** Blob service URL, e.g. https://acct.blob.core.windows.net/ */
    endpoint: z.string(),
    container: z.string(),
    accountKey: z.string(),
  }),
  vault: z.object({ name: z.string(), uri: z.string() }),
  endpoints: z.array(serviceEndpointSchema),
  traffic: z.object({
    kind: z.literal("traffic-manager"),
    profile: z.string(),
    /** The CNAME target of the public name. */
    fqdn: z.string(),
    endpoints: z.object({ primary: z.string(), standby: z.string() }),
    ttlSeconds: z.number().int().nonnegative(),
  }),
  /** Name and port that users call: a CNAME to `traffic.fqdn`. */
  publicEndpoint: z.object({ host: z.string(), port: z.number().int(), protocol: z.enum(["http", "https"]) }),
});
export type StandbyOutputs = z.infer<typeof standbyOutputsSchema>;

export type DatabaseEndpoint = z.infer<typeof databaseSchema>;
export type ServiceEndpoint = z.infer<typeof serviceEndpointSchema>;
export type ObjectsEndpoint = PrimaryOutputs["objects"] | StandbyOutputs["objects"];
