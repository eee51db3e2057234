import { randomBytes } from "node:crypto";
import { z } from "zod";
import type { SandboxContext } from "../../contracts/contracts.ts";
import { azureAddresses } from "../addresses.ts";
import { ArmError } from "../arm/arm-error.ts";
import { parseArmId } from "../arm/arm-id.ts";
import type { ArmSurroundings, ResourceType } from "../arm/resource-type.ts";
import type { Azurite } from "../storage/azurite.ts";

export const storageAccountsType = "Microsoft.Storage/storageAccounts";

const properties = z.looseObject({
  accessTier: z.enum(["Hot", "Cool", "Cold", "Premium"]).default("Hot"),
  supportsHttpsTrafficOnly: z.boolean().default(true),
  minimumTlsVersion: z.enum(["TLS1_0", "TLS1_1", "TLS1_2", "TLS1_3"]).default("TLS1_2"),
  allowBlobPublicAccess: z.boolean().default(false),
  allowSharedKeyAccess: z.boolean().default(true),
});

const top = z.looseObject({
  kind: z.enum(["Storage", "StorageV2", "BlobStorage", "FileStorage", "BlockBlobStorage"]),
  sku: z.looseObject({
    name: z.enum([
      "Standard_LRS",
      "Standard_GRS",
      "Standard_RAGRS",
      "Standard_ZRS",
      "Standard_GZRS",
      "Standard_RAGZRS",
      "Premium_LRS",
      "Premium_ZRS",
    ]),
  }),
});

const keysSchema = z.object({ keys: z.tuple([z.string(), z.string()]) });

/** The account's first key. */
export function accountKey(key: string, around: ArmSurroundings): string {
  return keysSchema.parse(around.secrets(key)).keys[0];
}

export function storageAccounts(context: SandboxContext, azurite: Azurite): ResourceType {
  const accounts = (around: ArmSurroundings) =>
    around.all(storageAccountsType).flatMap((record) => {
      const keys = keysSchema.safeParse(around.secrets(record.id.toLowerCase()));
      return keys.success ? [[parseArmId(record.id).name, keys.data.keys] as const] : [];
    });

  return {
    type: storageAccountsType,
    name: { pattern: /^[a-z0-9]{3,24}$/, text: "3-24 lower-case letters and digits", code: "AccountNameInvalid" },
    location: "required",
    properties,
    top,
    secrets: ["keys"],
    long: true,
    check({ id, top: given, previous }, around) {
      const taken = around
        .all(storageAccountsType)
        .find((record) => record.id.toLowerCase() !== id.key && parseArmId(record.id).name === id.name);
      if (taken !== undefined) {
        const text = `The storage account named ${id.name} is already taken, by ${taken.id}.`;
        throw new ArmError(409, "StorageAccountAlreadyTaken", text);
      }
      const kind = previous?.top.kind;
      if (kind === "StorageV2" && given.kind !== kind) {
        throw new ArmError(400, "AccountPropertyCannotBeUpdated", "The property 'kind' cannot change from StorageV2.");
      }
    },
    async apply({ id, properties: wanted, top: given }, around) {
      const known = keysSchema.safeParse(around.secrets(id.key));
      const keys = known.success
        ? known.data.keys
        : [randomBytes(64).toString("base64"), randomBytes(64).toString("base64")];
      await azurite.ensure(new Map([...accounts(around), [id.name, keys]]));
      const { blob, table } = azureAddresses(context.world.instance);
      const { keys: _, ...open } = wanted;
      return {
        properties: {
          ...open,
          keys,
          primaryLocation: given.location,
          statusOfPrimary: "available",
          primaryEndpoints: {
            blob: `http://${blob.host}:${blob.port}/${id.name}/`,
            table: `http://${table.host}:${table.port}/${id.name}/`,
          },
        },
      };
    },
    async remove(id, _record, around) {
      await azurite.ensure(new Map(accounts(around).filter(([name]) => name !== id.name)));
    },
    async restore(_id, _record, around) {
      await azurite.ensure(new Map(accounts(around)));
    },
    actions: {
      async listKeys(id, _record, _body, around) {
        const { keys } = keysSchema.parse(around.secrets(id.key));
        return { keys: keys.map((value, i) => ({ keyName: `key${i + 1}`, value, permissions: "FULL" })) };
      },
      async regenerateKey() {
        throw new ArmError(501, "NotImplemented", "The sandbox does not rotate storage keys.");
      },
    },
  };
}
