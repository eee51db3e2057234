import { randomBytes } from "node:crypto";
import { z } from "zod";
import { isJson, type Json } from "../arm/json.ts";
import type { ResourceType } from "../arm/resource-type.ts";
import { stableGuid } from "./stable-guid.ts";

const properties = z.looseObject({
  sku: z
    .looseObject({ name: z.enum(["PerGB2018", "Free", "CapacityReservation", "Standalone", "PerNode"]) })
    .default({ name: "PerGB2018" }),
  retentionInDays: z.number().int().min(7).max(730).default(30),
  publicNetworkAccessForIngestion: z.enum(["Enabled", "Disabled", "SecuredByPerimeter"]).default("Enabled"),
  publicNetworkAccessForQuery: z.enum(["Enabled", "Disabled", "SecuredByPerimeter"]).default("Enabled"),
});

const keysSchema = z.tuple([z.string(), z.string()]);

/** State only: nothing is sent to a workspace of the sandbox. */
export const workspaces: ResourceType = {
  type: "Microsoft.OperationalInsights/workspaces",
  name: { pattern: /^[A-Za-z0-9][A-Za-z0-9-]{2,61}[A-Za-z0-9]$/, text: "4-63 letters, digits and -, none at the ends" },
  location: "required",
  properties,
  secrets: ["keys"],
  async apply({ id, properties: wanted, previous }, around) {
    const now = new Date().toISOString();
    return {
      properties: {
        ...wanted,
        keys: keysSchema.safeParse(around.secrets(id.key).keys).data ?? [newKey(), newKey()],
        customerId: stableGuid(`workspace ${id.key}`),
        createdDate: previous?.properties.createdDate ?? now,
        modifiedDate: now,
        features: { enableLogAccessUsingOnlyResourcePermissions: true, ...asObject(wanted.features) },
        workspaceCapping: { dailyQuotaGb: -1, ...asObject(wanted.workspaceCapping) },
      },
    };
  },
  actions: {
    async sharedKeys(id, _record, _body, around) {
      const [primarySharedKey, secondarySharedKey] = keysSchema.parse(around.secrets(id.key).keys);
      return { primarySharedKey, secondarySharedKey };
    },
  },
};

function newKey(): string {
  return randomBytes(64).toString("base64");
}

function asObject(value: unknown): Json {
  return isJson(value) ? value : {};
}
