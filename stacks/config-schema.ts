import { z } from "zod";
import {
  alertsSchema,
  awsObjectsSchema,
  awsRegistrySchema,
  azureObjectsSchema,
  azureRegistrySchema,
  cloudWatchDaysField,
  containerGroupSchema,
  externalSchema,
  failoverFunctionsSchema,
  logsSchema,
  observabilitySchema,
  observerSchema,
  rotationSchema,
  writeLeaseSchema,
} from "./config-estate.ts";
import {
  aksSchema,
  awsStorageField,
  azureStorageField,
  cidrField,
  DEFAULT_PORT,
  databaseFields,
  dnsNameField,
  eksSchema,
  extensionsField,
  identityField,
  instanceClassField,
  networkField,
  portField,
  servicesSchema,
  skuField,
  tagsSchema,
  trafficSchema,
} from "./config-fields.ts";
import { siteSchema, tierSchema } from "./outputs.ts";

export const DEFAULT_CIDRS = { primaryCidr: "10.0.0.0/16", standbyCidr: "10.1.0.0/16" };

const commonFields = {
  application: identityField,
  zoneName: dnsNameField,
  publicName: dnsNameField,
  activeSite: siteSchema.default("primary"),
  epoch: z.int().min(0).default(0),
  movedBy: z.string().min(1).optional(),
  movedAt: z.iso.datetime().optional(),
  protectActive: z.boolean().default(true),
  primaryCidr: networkField.default(DEFAULT_CIDRS.primaryCidr),
  standbyCidr: networkField.default(DEFAULT_CIDRS.standbyCidr),
  /** Nobody by accident: has no default. */
  allowedCidrs: z.array(cidrField).min(1),
  protectData: z.boolean().default(true),
  services: servicesSchema,
  servicePort: portField.default(DEFAULT_PORT),
  traffic: trafficSchema.prefault({}),
  alerts: alertsSchema.prefault({}),
  alertToken: z.string().min(16).optional(),
  observability: observabilitySchema.prefault({}),
  tags: tagsSchema.default({}),
};

/** Where our own cluster runs the application. */
const leaseFields = {
  writeLease: writeLeaseSchema.prefault({}),
  writeLeaseSecret: z.string().min(1).optional(),
};

/** The driver may write both switches to both stacks; on a primary only `false` makes sense. */
const primaryFields = { ...commonFields, drActive: z.literal(false).default(false) };

export const awsPrimarySchema = z.strictObject({
  ...primaryFields,
  provider: z.literal("aws").default("aws"),
  region: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/),
  zones: z
    .array(z.string().regex(/^[a-z0-9-]+$/))
    .min(2)
    .max(3)
    .optional(),
  nat: z.enum(["single", "per-zone"]).default("single"),
  flowLogs: z.boolean().default(true),
  encryptionKey: z.boolean().default(true),
  logRetentionDays: cloudWatchDaysField,
  database: z
    .strictObject({
      ...databaseFields,
      engine: z.literal("postgres").default("postgres"),
      instanceClass: instanceClassField,
      storageGib: awsStorageField,
      multiAz: z.boolean().default(true),
      backupDays: z.int().min(1).max(35).default(7),
    })
    .prefault({}),
  cluster: eksSchema.prefault({}),
  objects: awsObjectsSchema.prefault({}),
  loadBalancer: z.enum(["network", "application"]).default("network"),
  certificate: z.boolean().default(false),
  registry: awsRegistrySchema.prefault({}),
  observer: observerSchema.prefault({}),
  rotation: rotationSchema.optional(),
  ...leaseFields,
});

export const externalPrimarySchema = z.strictObject({
  ...primaryFields,
  provider: z.literal("external"),
  /** A word for where it is. */
  region: z.string().min(1).default("on-premises"),
  database: z.strictObject(databaseFields).prefault({}),
  external: externalSchema,
  externalAdminPassword: z.string().min(1),
  externalAppPassword: z.string().min(1),
});

export const standbySchema = z.strictObject({
  ...commonFields,
  region: z.string().regex(/^[a-z][a-z0-9]+$/),
  drActive: z.boolean().default(false),
  tier: tierSchema.default("pilot-light"),
  compute: z.enum(["aks", "container-group"]).default("aks"),
  database: z
    .strictObject({
      ...databaseFields,
      sku: skuField,
      extensions: extensionsField,
      storageGib: azureStorageField,
      highAvailability: z.boolean().default(false),
      backupDays: z.int().min(7).max(35).default(7),
    })
    .prefault({}),
  cluster: aksSchema.prefault({}),
  containerGroup: containerGroupSchema.prefault({}),
  objects: azureObjectsSchema.prefault({}),
  privateEndpoints: z.boolean().default(false),
  registry: azureRegistrySchema.prefault({}),
  logs: logsSchema.prefault({}),
  failoverFunctions: failoverFunctionsSchema.prefault({}),
  ...leaseFields,
});

const primaryKeys = [...Object.keys(awsPrimarySchema.shape), ...Object.keys(externalPrimarySchema.shape)];

/** Top-level keys of a role, to say which stack a misplaced key belongs to. */
export const KEYS = { primary: [...new Set(primaryKeys)], standby: Object.keys(standbySchema.shape) } as const;

/** Keys that the engine must keep encrypted. */
export const SECRET_KEYS: ReadonlySet<string> = new Set([
  "externalAdminPassword",
  "externalAppPassword",
  "alertToken",
  "writeLeaseSecret",
]);
