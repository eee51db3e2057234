import { z } from "zod";
import type { ResourceType } from "../arm/resource-type.ts";
import { networkName } from "./names.ts";
import { requireReference } from "./references.ts";
import { stableGuid } from "./stable-guid.ts";

const typeName = "Microsoft.Network/privateDnsZones";
const linksType = `${typeName}/virtualNetworkLinks`;

/** State only: nothing in the sandbox asks a private zone. */
export const privateDnsZones: ResourceType = {
  type: typeName,
  name: {
    pattern: /^[a-z0-9_]([a-z0-9_-]*[a-z0-9])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9])?)+$/i,
    text: "a domain of at least two labels",
  },
  location: "global",
  properties: z.looseObject({}),
  long: true,
  async apply({ id, properties }) {
    return {
      properties: {
        ...properties,
        internalId: Buffer.from(stableGuid(id.key)).toString("base64"),
        maxNumberOfRecordSets: 25_000,
        maxNumberOfVirtualNetworkLinks: 1000,
        maxNumberOfVirtualNetworkLinksWithRegistration: 100,
        numberOfRecordSets: 1,
      },
    };
  },
  view(id, _record, around) {
    const links = around.children(id.key, linksType);
    const registering = links.filter(({ properties }) => properties.registrationEnabled === true);
    return {
      numberOfVirtualNetworkLinks: links.length,
      numberOfVirtualNetworkLinksWithRegistration: registering.length,
    };
  },
};

const linkProperties = z.looseObject({
  virtualNetwork: z.looseObject({ id: z.string() }),
  registrationEnabled: z.boolean().default(false),
  resolutionPolicy: z.enum(["Default", "NxDomainRedirect"]).default("Default"),
});

export const virtualNetworkLinks: ResourceType = {
  type: linksType,
  name: networkName,
  location: "global",
  properties: linkProperties,
  createOnly: ["virtualNetwork.id"],
  long: true,
  check({ id, properties }, around) {
    requireReference(linkProperties.parse(properties).virtualNetwork.id, id.id, around);
  },
  async apply({ properties }) {
    return { properties: { ...properties, virtualNetworkLinkState: "Completed" } };
  },
};
