import { randomUUID } from "node:crypto";
import { z } from "zod";
import { ArmError } from "../arm/arm-error.ts";
import { parseArmId } from "../arm/arm-id.ts";
import type { ResourceType } from "../arm/resource-type.ts";

const typeName = "Microsoft.KeyVault/vaults";

const vaultProperties = z
  .looseObject({
    tenantId: z.guid("must be a tenant id (a GUID)"),
    sku: z.looseObject({ family: z.literal("A"), name: z.enum(["standard", "premium"]) }),
    accessPolicies: z.array(z.looseObject({ tenantId: z.string(), objectId: z.string() })).optional(),
    enableRbacAuthorization: z.boolean().optional(),
    enableSoftDelete: z.boolean().default(true),
    softDeleteRetentionInDays: z.number().int().min(7).max(90).default(90),
    enablePurgeProtection: z.literal(true, "cannot be false; leave it out to have none").optional(),
  })
  .refine((vault) => vault.enableRbacAuthorization === true || vault.accessPolicies !== undefined, {
    path: ["accessPolicies"],
    message: "is required unless enableRbacAuthorization is true",
  });

const secretProperties = z.looseObject({
  value: z.string().optional(),
  contentType: z.string().optional(),
  attributes: z.looseObject({ enabled: z.boolean().optional() }).optional(),
});

export const vaults: ResourceType = {
  type: typeName,
  name: {
    pattern: /^(?=.{3,24}$)[A-Za-z](-?[A-Za-z0-9])+$/,
    text: "3-24 letters, digits and single -, starting with a letter, ending with a letter or digit",
    code: "VaultNameNotValid",
  },
  location: "required",
  properties: vaultProperties,
  createOnly: ["softDeleteRetentionInDays"],
  check({ id }, around) {
    const taken = around
      .all(typeName)
      .find((record) => record.id.toLowerCase() !== id.key && isNamed(record.id, id.name));
    if (taken !== undefined) {
      throw new ArmError(409, "VaultAlreadyExists", `The vault name '${id.name}' is already in use by ${taken.id}.`);
    }
  },
  async apply({ id, properties }) {
    return {
      properties: { accessPolicies: [], ...properties, vaultUri: `https://${id.name.toLowerCase()}.vault.azure.net/` },
    };
  },
};

/** Secrets through ARM: the value goes in and never comes out. */
export const vaultSecrets: ResourceType = {
  type: `${typeName}/secrets`,
  name: { pattern: /^[A-Za-z0-9-]{1,127}$/, text: "1-127 letters, digits and -" },
  location: "none",
  properties: secretProperties,
  secrets: ["value"],
  stateless: true,
  check({ id, properties, previous }) {
    if (previous === undefined && secretProperties.parse(properties).value === undefined) {
      throw new ArmError(400, "BadParameter", `Secret '${id.name}' needs 'properties.value'.`);
    }
  },
  async apply({ id, properties, previous }, around) {
    const vault = parseArmId(around.find(id.parentKey ?? "")?.id ?? id.id).name.toLowerCase();
    const secretUri = `https://${vault}.vault.azure.net/secrets/${id.name}`;
    const changed = around.secrets(id.key).value !== secretProperties.parse(properties).value;
    const kept = previous?.properties.secretUriWithVersion;
    const version = changed || kept === undefined ? `${secretUri}/${randomUUID().replaceAll("-", "")}` : kept;
    const attributes = { enabled: true, ...secretProperties.parse(properties).attributes };
    return { properties: { ...properties, attributes, secretUri, secretUriWithVersion: version } };
  },
};

function isNamed(id: string, name: string): boolean {
  return parseArmId(id).name.toLowerCase() === name.toLowerCase();
}
