import { z } from "zod";

/** The two sites of an application. The active one may write and gets traffic. */
export const siteSchema = z.enum(["primary", "standby"]);
export type Site = z.infer<typeof siteSchema>;

/** The name of an environment, which begins the names of its stacks: `<environment>-primary` and `<environment>-standby`. */
export const ENVIRONMENT_NAME = /^(?=.{2,24}$)[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;
/** For messages. */
export const ENVIRONMENT_NAME_RIGHT =
  "an environment: 2-24 lower-case letters, digits and single hyphens, first a letter, e.g. production as in production-primary";

/** How much of the standby runs while it is inactive. */
export const tierSchema = z.enum(["cold", "pilot-light", "warm"]);
export type Tier = z.infer<typeof tierSchema>;

/** The switches of a stack's configuration, with the epoch at which they were written. */
export const deployedSwitchesSchema = z.object({
  /** Grows by one with each change of a switch, for each stack by itself. 0: never changed. */
  epoch: z.number().int().nonnegative(),
  activeSite: siteSchema,
  drActive: z.boolean(),
  /** The operation, or the person, that changed them last. */
  movedBy: z.string().optional(),
  /** When, as an ISO time: for people alone. */
  movedAt: z.string().optional(),
});
export type DeclaredSwitches = z.infer<typeof deployedSwitchesSchema>;

/** What the database server is. The driver moves PostgreSQL; SQL Server is declared, not moved. */
export const engineSchema = z.enum(["postgres", "sqlserver"]);

const databaseSchema = z.object({
  engine: engineSchema,
  host: z.string().min(1),
  port: z.number().int(),
  /** Database of the application. */
  name: z.string().min(1),
  /** Further databases on the same server. */
  additional: z.array(z.string()),
  adminUser: z.string().min(1),
  adminPassword: z.string().min(1),
  /** The role that the application logs in with; the fence acts on it. */
  appUser: z.string().min(1),
  appPassword: z.string().min(1),
  /** `require` (default): encrypted, with the server's certificate verified. `disable`: not encrypted (loopback). */
  sslMode: z.enum(["require", "disable"]),
  /**
   * What this server verifies the other site's by while it follows it, as libpq's `sslrootcert`: `system` (default), or a file of this
   * server. `unverified`: encrypted, and whoever answers is believed; for a server that can be given no roots.
   */
  sslRootCert: z.string().min(1).optional(),
  /** The database admits the application for this long at a time, in seconds, renewed by an agent in the site's own cluster. Absent: for good. */
  writeLease: z.object({ seconds: z.number().int().min(10).max(60) }).optional(),
});

const workloadsSchema = z.object({
  namespace: z.string(),
  /** Services (Deployments, or containers of a group) with the replicas that they have while their site is active. */
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
  /** Where it says how it is. Absent: `/health`. */
  healthPath: z.string().startsWith("/").optional(),
});

const commonShape = {
  /** Form of this contract; a driver refuses what it does not know. */
  contract: z.literal(1),
  application: z.string().min(1),
  environment: z.string().min(1),
  region: z.string().min(1),
  database: databaseSchema,
  workloads: workloadsSchema,
  /** Absent: deployed by a program that told none. */
  switches: deployedSwitchesSchema.optional(),
};

const s3Schema = z.object({
  kind: z.literal("s3"),
  bucket: z.string(),
  region: z.string(),
  /** Of a store that speaks S3 elsewhere; absent: AWS. */
  endpoint: z.string().optional(),
});

export const primaryOutputsSchema = z.object({
  ...commonShape,
  site: z.literal("primary"),
  /** `external`: runs somewhere else; declared here, never created or scaled. */
  provider: z.enum(["aws", "external"]),
  /** Absent where the primary is external: the driver then cannot scale its workloads. */
  cluster: clusterSchema.optional(),
  /** Absent where an external primary has no object store. */
  objects: s3Schema.optional(),
  endpoints: z.array(serviceEndpointSchema),
  dns: z.object({
    /** Absent where the zone is kept elsewhere. */
    zoneId: z.string().optional(),
    zoneName: z.string(),
    publicName: z.string(),
    nameServers: z.array(z.string()),
  }),
  /** What the driver's observer may become, to read AWS and nothing else. */
  observerRoleArn: z.string().optional(),
});
export type PrimaryOutputs = z.infer<typeof primaryOutputsSchema>;

const trafficShape = {
  profile: z.string(),
  /** The CNAME target of the public name. */
  fqdn: z.string(),
  /** Names of the two endpoints (Traffic Manager) or origins (Front Door). */
  endpoints: z.object({ primary: z.string(), standby: z.string() }),
  ttlSeconds: z.number().int().nonnegative(),
};

const trafficSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("traffic-manager"), ...trafficShape }),
  z.object({
    kind: z.literal("front-door"),
    ...trafficShape,
    originGroup: z.string(),
    /** TXT record that proves to Azure whose the public name is; belongs into its zone. */
    domainProof: z.object({ name: z.string(), value: z.string() }).optional(),
  }),
  /** Records in the primary's Route 53 zone decide; there is nothing in Azure to flip. `fqdn`: this site's own name. */
  z.object({ kind: z.enum(["route53-failover", "route53-update"]), fqdn: z.string(), ttlSeconds: z.number().int() }),
]);

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
  /** Absent while the standby is dark, and where a container group runs the application. */
  cluster: clusterSchema.optional(),
  /** Runs the application instead of a cluster; it exists always and is stopped while dark. */
  containerGroup: z.object({ name: z.string(), resourceGroup: z.string() }).optional(),
  /** Node sizes in the order in which they are to be tried when the cloud has none of the first. */
  nodeTypes: z.array(z.string()),
  /** What the cluster is, or would be, made of, e.g. 1.35. Absent: no cluster, or a program that told none. */
  kubernetesVersion: z.string().optional(),
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
  /** Where the failover state of Devoteam-MCloud's functions is kept. */
  stateTable: z.object({ account: z.string(), endpoint: z.string(), name: z.string() }).optional(),
  traffic: trafficSchema,
  /** Name and port that users call: a CNAME to `traffic.fqdn`. */
  publicEndpoint: z.object({
    host: z.string(),
    port: z.number().int(),
    protocol: z.enum(["http", "https"]),
    /** Of the public service. Absent: `/health`. */
    healthPath: z.string().startsWith("/").optional(),
  }),
});
export type StandbyOutputs = z.infer<typeof standbyOutputsSchema>;

export type DatabaseEndpoint = z.infer<typeof databaseSchema>;
export type ServiceEndpoint = z.infer<typeof serviceEndpointSchema>;
export type ObjectsEndpoint = NonNullable<PrimaryOutputs["objects"]> | StandbyOutputs["objects"];
export type TrafficEndpoint = StandbyOutputs["traffic"];
