import { z } from "zod";
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

export const workspaces: ResourceType = {
  type: "Microsoft.OperationalInsights/workspaces",
  name: { pattern: /^[A-Za-z0-9][A-Za-z0-9-]{2,61}[A-Za-z0-9]$/, text: "4-63 letters, digits and -, none at the ends" },
  location: "required",
  properties,
  async apply({ id, properties: wanted }) {
    return { properties: { ...wanted, customerId: stableGuid(`workspace ${id.key}`) } };
  },
};
