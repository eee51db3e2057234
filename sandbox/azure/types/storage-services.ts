import { z } from "zod";
import { ArmError } from "../arm/arm-error.ts";
import { type ArmId, parseArmId } from "../arm/arm-id.ts";
import type { ArmSurroundings, ResourceType } from "../arm/resource-type.ts";
import type { StorageData } from "../storage/storage-data.ts";
import { accountKey, storageAccountsType } from "./storage-accounts.ts";

const retention = z.looseObject({ enabled: z.boolean().optional(), days: z.number().int().min(1).max(365).optional() });

const blobServiceProperties = z.looseObject({
  cors: z.looseObject({ corsRules: z.array(z.unknown()).optional() }).default({ corsRules: [] }),
  deleteRetentionPolicy: retention.default({ enabled: false }),
  containerDeleteRetentionPolicy: retention.optional(),
  isVersioningEnabled: z.boolean().optional(),
});

const tableServiceProperties = z.looseObject({
  cors: z.looseObject({ corsRules: z.array(z.unknown()).optional() }).default({ corsRules: [] }),
});

/** Kept, not carried out: the sandbox's blobs never grow old enough. */
const managementPolicyProperties = z.looseObject({
  policy: z.looseObject({
    rules: z
      .array(
        z.looseObject({
          name: z.string().min(1),
          enabled: z.boolean().default(true),
          type: z.literal("Lifecycle"),
          definition: z.looseObject({
            actions: z.looseObject({}),
            filters: z.looseObject({ blobTypes: z.array(z.enum(["blockBlob", "appendBlob"])).min(1) }).optional(),
          }),
        }),
      )
      .min(1),
  }),
});

const containerProperties = z.looseObject({
  publicAccess: z.enum(["None", "Container", "Blob"]).default("None"),
  metadata: z.record(z.string(), z.string()).optional(),
});

const onlyDefault = { pattern: /^default$/, text: "'default' is the only one" };

/** Blob and table services exist with their account; a lifecycle policy is there once it is set. */
export const storageServices: readonly ResourceType[] = [
  {
    type: `${storageAccountsType}/blobServices`,
    name: onlyDefault,
    location: "none",
    properties: blobServiceProperties,
    stateless: true,
    implicit: ({ name }) => (name === "default" ? { properties: blobServiceProperties.parse({}) } : undefined),
  },
  {
    type: `${storageAccountsType}/tableServices`,
    name: onlyDefault,
    location: "none",
    properties: tableServiceProperties,
    stateless: true,
    implicit: ({ name }) => (name === "default" ? { properties: tableServiceProperties.parse({}) } : undefined),
  },
  {
    type: `${storageAccountsType}/managementPolicies`,
    name: onlyDefault,
    location: "none",
    properties: managementPolicyProperties,
    stateless: true,
    async apply({ properties }) {
      return { properties: { ...properties, lastModifiedTime: new Date().toISOString() } };
    },
  },
];

/** Containers and tables are made in the real data plane. */
export function storageContents(data: StorageData): readonly ResourceType[] {
  const account = (id: ArmId, around: ArmSurroundings): readonly [string, string] => {
    const own = parseArmId(id.id.split("/").slice(0, 9).join("/"));
    return [parseArmId(around.find(own.key)?.id ?? own.id).name, accountKey(own.key, around)];
  };
  return [
    {
      type: `${storageAccountsType}/blobServices/containers`,
      name: {
        pattern: /^(?=.{3,63}$)[a-z0-9](-?[a-z0-9])*$|^\$(root|web|logs)$/,
        text: "3-63 lower-case letters, digits and single -, starting and ending with a letter or digit",
        code: "ContainerNameInvalid",
      },
      location: "none",
      properties: containerProperties,
      stateless: true,
      check({ id, properties }, around) {
        const open = around.find(id.key.split("/").slice(0, 9).join("/"))?.properties.allowBlobPublicAccess;
        if (properties.publicAccess !== "None" && open !== true) {
          const text = "Public access is not permitted on this storage account (allowBlobPublicAccess is false).";
          throw new ArmError(409, "PublicAccessNotPermitted", text);
        }
      },
      async apply({ id, properties }, around) {
        await data.createContainer(...account(id, around), id.name);
        return { properties: { ...properties, hasImmutabilityPolicy: false, hasLegalHold: false } };
      },
      remove: (id, _record, around) => data.deleteContainer(...account(id, around), id.name),
    },
    {
      type: `${storageAccountsType}/tableServices/tables`,
      name: { pattern: /^[A-Za-z][A-Za-z0-9]{2,62}$/, text: "3-63 letters and digits, starting with a letter" },
      location: "none",
      properties: z.looseObject({}),
      stateless: true,
      async apply({ id, properties }, around) {
        await data.createTable(...account(id, around), id.name);
        return { properties: { ...properties, tableName: id.name } };
      },
      remove: (id, _record, around) => data.deleteTable(...account(id, around), id.name),
    },
  ];
}
