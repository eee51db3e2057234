import { z } from "zod";
import {
  awsStorageField,
  azureStorageField,
  cidrField,
  clusterSchema,
  databaseFields,
  dnsNameField,
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
  primaryCidr: networkField.default(DEFAULT_CIDRS.primaryCidr),
  standbyCidr: networkField.default(DEFAULT_CIDRS.standbyCidr),
  /** Nobody by accident: has no default. */
  allowedCidrs: z.array(cidrField).min(1),
  protectData: z.boolean().default(true),
  services: servicesSchema,
  servicePort: portField.default(443),
  traffic: trafficSchema.prefault({}),
  tags: tagsSchema.default({}),
};

export const primarySchema = z.strictObject({
  ...commonFields,
  region: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/),
  zones: z
    .array(z.string().regex(/^[a-z0-9-]+$/))
    .min(2)
    .max(3)
    .optional(),
  nat: z.enum(["single", "per-zone"]).default("single"),
  /** The driver may write both switches to both stacks; here only `false` makes sense. */
  drActive: z.literal(false).default(false),
  database: z
    .strictObject({
      ...databaseFields,
      instanceClass: instanceClassField,
      storageGib: awsStorageField,
      multiAz: z.boolean().default(true),
    })
    .prefault({}),
  cluster: clusterSchema("t3.large").prefault({}),
});

export const standbySchema = z.strictObject({
  ...commonFields,
  region: z.string().regex(/^[a-z][a-z0-9]+$/),
  drActive: z.boolean().default(false),
  tier: tierSchema.default("pilot-light"),
  database: z.strictObject({ ...databaseFields, sku: skuField, storageGib: azureStorageField }).prefault({}),
  cluster: clusterSchema("Standard_D2s_v5").prefault({}),
});

/** Top-level keys of a role, to say which stack a misplaced key belongs to. */
export const KEYS = {
  primary: Object.keys(primarySchema.shape),
  standby: Object.keys(standbySchema.shape),
} as const;
