import { z } from "zod";
import { parseArmId } from "../arm/arm-id.ts";
import type { ResourceType } from "../arm/resource-type.ts";
import { parseCidr } from "./cidr.ts";
import { networkName } from "./names.ts";
import { requireReference } from "./references.ts";

const typeName = "Microsoft.Network/privateEndpoints";

const connection = z.looseObject({
  name: z.string().optional(),
  properties: z.looseObject({ privateLinkServiceId: z.string(), groupIds: z.array(z.string()).optional() }),
});
const properties = z.looseObject({
  subnet: z.looseObject({ id: z.string() }),
  privateLinkServiceConnections: z.array(connection).default([]),
  manualPrivateLinkServiceConnections: z.array(connection).default([]),
  customNetworkInterfaceName: z.string().default(""),
});
const subnetSchema = z.looseObject({
  addressPrefix: z.string().optional(),
  addressPrefixes: z.array(z.string()).optional(),
});

/** Suffixes of the names behind a private link, by group id. */
const suffixes: Readonly<Record<string, string>> = {
  blob: "blob.core.windows.net",
  table: "table.core.windows.net",
  file: "file.core.windows.net",
  queue: "queue.core.windows.net",
  vault: "vault.azure.net",
  postgresqlServer: "postgres.database.azure.com",
  sqlServer: "database.windows.net",
  registry: "azurecr.io",
  sites: "azurewebsites.net",
};

/** A private endpoint is state only: the sandbox's data planes are reached at their public addresses. */
export const privateEndpoints: ResourceType = {
  type: typeName,
  name: networkName,
  location: "required",
  properties,
  createOnly: ["subnet.id"],
  check({ id, properties: wanted }, around) {
    const { subnet, privateLinkServiceConnections } = properties.parse(wanted);
    requireReference(subnet.id, id.id, around);
    for (const { properties: link } of privateLinkServiceConnections) {
      requireReference(link.privateLinkServiceId, id.id, around);
    }
  },
  async apply({ id, top, properties: wanted }, around) {
    const parsed = properties.parse(wanted);
    const subnet = subnetSchema.parse(requireReference(parsed.subnet.id, id.id, around).properties);
    const position = around.all(typeName).findIndex((record) => record.id.toLowerCase() === id.key);
    const ipAddress = hostOf(
      subnet.addressPrefix ?? subnet.addressPrefixes?.[0] ?? "",
      4 + (position < 0 ? around.all(typeName).length : position),
    );
    const links = [...parsed.privateLinkServiceConnections, ...parsed.manualPrivateLinkServiceConnections];
    const nic = parsed.customNetworkInterfaceName || `${id.name}.nic`;
    const linked = (list: readonly z.infer<typeof connection>[], status: string) =>
      list.map((one) => ({
        ...one,
        id: `${id.id}/privateLinkServiceConnections/${one.name ?? id.name}`,
        properties: {
          ...one.properties,
          provisioningState: "Succeeded",
          privateLinkServiceConnectionState: { status, description: "", actionsRequired: "None" },
        },
      }));
    return {
      top,
      properties: {
        ...parsed,
        privateLinkServiceConnections: linked(parsed.privateLinkServiceConnections, "Approved"),
        manualPrivateLinkServiceConnections: linked(parsed.manualPrivateLinkServiceConnections, "Pending"),
        networkInterfaces: [{ id: `${id.scope}/providers/Microsoft.Network/networkInterfaces/${nic}` }],
        customDnsConfigs: links.flatMap(({ properties: link }) =>
          (link.groupIds ?? []).map((group) => ({
            fqdn: `${parseArmId(link.privateLinkServiceId).name}.${suffixes[group] ?? group}`,
            ipAddresses: [ipAddress],
          })),
        ),
      },
    };
  },
};

const zoneConfig = z.looseObject({
  name: z.string(),
  properties: z.looseObject({ privateDnsZoneId: z.string() }),
});
const groupProperties = z.looseObject({ privateDnsZoneConfigs: z.array(zoneConfig).default([]) });

export const privateDnsZoneGroups: ResourceType = {
  type: `${typeName}/privateDnsZoneGroups`,
  name: networkName,
  location: "none",
  properties: groupProperties,
  check({ id, properties: wanted }, around) {
    for (const { properties: zone } of groupProperties.parse(wanted).privateDnsZoneConfigs) {
      requireReference(zone.privateDnsZoneId, id.id, around);
    }
  },
};

/** Address `position` of a range; Azure keeps the first four of a subnet for itself. */
function hostOf(prefix: string, position: number): string {
  const number = (parseCidr(prefix)?.first ?? 0) + position;
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join(".");
}
