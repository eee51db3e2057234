import { z } from "zod";
import { ArmError } from "../arm/arm-error.ts";
import type { ResourceType } from "../arm/resource-type.ts";
import { contains, overlaps, parseCidr } from "./cidr.ts";
import { networkName } from "./names.ts";

const cidr = z.string().refine((text) => parseCidr(text) !== undefined, "must be an IPv4 range such as 10.1.0.0/16");

const subnetsType = "Microsoft.Network/virtualNetworks/subnets";

const networkProperties = z.looseObject({
  addressSpace: z.looseObject({ addressPrefixes: z.array(cidr).min(1) }),
});

const subnetProperties = z
  .looseObject({
    addressPrefix: cidr.optional(),
    addressPrefixes: z.array(cidr).min(1).optional(),
    networkSecurityGroup: z.looseObject({ id: z.string() }).optional(),
  })
  .refine((subnet) => subnet.addressPrefix !== undefined || subnet.addressPrefixes !== undefined, {
    path: ["addressPrefix"],
    message: "is required",
  });

export const virtualNetworks: ResourceType = {
  type: "Microsoft.Network/virtualNetworks",
  name: networkName,
  location: "required",
  properties: networkProperties,
  inline: { property: "subnets", type: subnetsType },
};

export const subnets: ResourceType = {
  type: subnetsType,
  name: networkName,
  location: "none",
  properties: subnetProperties,
  check({ id, properties }, around) {
    const parent = networkProperties.parse(around.find(id.parentKey ?? "")?.properties);
    const space = parent.addressSpace.addressPrefixes.flatMap((text) => parseCidr(text) ?? []);
    for (const text of prefixesOf(properties)) {
      const range = parseCidr(text);
      if (range === undefined || !space.some((outer) => contains(outer, range))) {
        const allowed = parent.addressSpace.addressPrefixes.join(", ");
        throw new ArmError(
          400,
          "NetcfgInvalidSubnet",
          `Subnet '${id.name}' is not valid: its address prefix '${text}' lies outside of the virtual network (${allowed}).`,
        );
      }
      const other = around
        .children(id.parentKey ?? "", subnetsType)
        .filter((sibling) => sibling.id.toLowerCase() !== id.key)
        .find((sibling) =>
          prefixesOf(sibling.properties).some((taken) => overlaps(range, parseCidr(taken) ?? { first: 1, last: 0 })),
        );
      if (other !== undefined) {
        const text = `Subnet '${id.name}' is not valid because its IP address range overlaps with '${other.id}'.`;
        throw new ArmError(400, "NetcfgSubnetRangesOverlap", text);
      }
    }
    const group = subnetProperties.parse(properties).networkSecurityGroup?.id;
    if (group !== undefined && around.find(group.toLowerCase()) === undefined) {
      throw new ArmError(
        400,
        "InvalidResourceReference",
        `Resource '${group}' referenced by subnet '${id.name}' was not found.`,
      );
    }
  },
};

function prefixesOf(properties: unknown): readonly string[] {
  const { addressPrefix, addressPrefixes } = subnetProperties.parse(properties);
  return [...(addressPrefix === undefined ? [] : [addressPrefix]), ...(addressPrefixes ?? [])];
}
