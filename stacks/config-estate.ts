import { z } from "zod";
import { arnField, dnsNameField, portField } from "./config-fields.ts";

/** Parts of an estate that a stack has by option; each an object of its own, off or modest unless said. */

const days = (least: number, most: number, usual: number) => z.int().min(least).max(most).default(usual);

/** Retentions that CloudWatch offers, in days. */
export const cloudWatchDaysField = z
  .union([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731].map((each) => z.literal(each)))
  .default(30);

export const awsObjectsSchema = z
  .strictObject({
    infrequentAccessDays: days(30, 3650, 30),
    archiveDays: days(60, 3650, 90),
    expireVersionsDays: days(1, 3650, 90),
    corsOrigins: z.array(z.string().regex(/^https?:\/\/\S+$/)).default([]),
  })
  // S3 moves nothing on before it has been infrequent for 30 days.
  .refine(({ infrequentAccessDays, archiveDays }) => archiveDays >= infrequentAccessDays + 30, {
    path: ["archiveDays"],
  });

export const azureObjectsSchema = z
  .strictObject({
    coolDays: days(1, 3650, 30),
    /** Default: never. What is archived takes hours to read, and a failover does not wait for it. */
    archiveDays: z.int().min(2).max(3650).optional(),
    expireVersionsDays: days(1, 3650, 90),
    /** How much is stored there, in GiB: for the cost estimate alone. */
    expectedGib: z.number().min(0).default(100),
  })
  .refine(({ coolDays, archiveDays }) => archiveDays === undefined || archiveDays > coolDays, {
    path: ["archiveDays"],
  });

export const awsRegistrySchema = z.strictObject({ enabled: z.boolean().default(false) });

export const azureRegistrySchema = z.strictObject({
  enabled: z.boolean().default(false),
  sku: z.enum(["Basic", "Standard", "Premium"]).default("Basic"),
  /** Copies every service's image into the registry, so that the standby can start without the primary's. */
  importImages: z.boolean().default(true),
});

export const alertsSchema = z.strictObject({ receiver: z.url({ protocol: /^https$/ }).optional() });

export const observerSchema = z.strictObject({
  principals: z.array(arnField("iam")).default([]),
  externalId: z.string().min(2).max(1224).optional(),
});

export const rotationSchema = z.strictObject({ lambdaArn: arnField("lambda"), days: days(1, 365, 30) });

export const observabilitySchema = z.strictObject({
  rules: z.boolean().default(false),
  charts: z.boolean().default(false),
  retentionDays: days(1, 365, 30),
});

export const logsSchema = z.strictObject({ enabled: z.boolean().default(false), retentionDays: days(30, 730, 30) });

const witnessUrl = z.url({ protocol: /^https?$/ });

/** The database lets the application in for `seconds` at a time, renewed from the site's own cluster by the witness's word. */
export const writeLeaseSchema = z.strictObject({
  enabled: z.boolean().default(false),
  seconds: z.int().min(10).max(60).default(30),
  image: z.string().min(1).optional(),
  witness: z
    .discriminatedUnion("store", [
      z.strictObject({
        store: z.literal("etcd"),
        endpoints: z.array(witnessUrl).min(1),
        prefix: z
          .string()
          .regex(/^\/.*[^/]$/)
          .optional(),
        ca: z.string().min(1).optional(),
        user: z.string().min(1).optional(),
      }),
      z.strictObject({
        store: z.literal("azure-table"),
        endpoint: witnessUrl,
        table: z
          .string()
          .regex(/^[A-Za-z][A-Za-z0-9]{2,62}$/)
          .default("failoverstate"),
        row: z.enum(["state", "application"]).default("state"),
        account: z.string().min(3),
      }),
    ])
    .optional(),
});

export const failoverFunctionsSchema = z.strictObject({
  enabled: z.boolean().default(false),
  /** No second toggle within this time. */
  cooldownSeconds: z.int().min(0).max(86_400).default(600),
});

/** What a container instance may have; the whole group shares it. */
export const containerGroupSchema = z.strictObject({
  cpu: z.int().min(1).max(4).default(2),
  memoryGib: z.int().min(1).max(16).default(4),
});

const host = z.union([dnsNameField, z.ipv4()]);

/** A primary that is declared, not created. */
export const externalSchema = z.strictObject({
  reach: z.enum(["public", "tunnel", "vpn"]),
  /** Where users come in. */
  publicHost: host,
  /** Where the health watch finds internal services, by service name. */
  internalHosts: z.record(z.string(), host).default({}),
  databaseHost: host,
  databasePort: portField.default(5432),
  adminUser: z.string().min(1),
  objects: z.strictObject({ bucket: z.string().min(3), region: z.string().min(1), endpoint: z.url() }).optional(),
});
