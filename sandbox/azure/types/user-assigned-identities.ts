import { z } from "zod";
import { azureAccount } from "../account.ts";
import type { ResourceType } from "../arm/resource-type.ts";
import { stableGuid } from "./stable-guid.ts";

export const userAssignedIdentities: ResourceType = {
  type: "Microsoft.ManagedIdentity/userAssignedIdentities",
  name: {
    pattern: /^[A-Za-z0-9][-\w]{2,127}$/,
    text: "3-128 letters, digits, - and _, starting with a letter or digit",
  },
  location: "required",
  properties: z.looseObject({}),
  stateless: true,
  async apply({ id, properties }) {
    return {
      properties: {
        ...properties,
        tenantId: azureAccount.tenantId,
        principalId: stableGuid(`principal ${id.key}`),
        clientId: stableGuid(`client ${id.key}`),
      },
    };
  },
};
