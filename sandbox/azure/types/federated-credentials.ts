import { z } from "zod";
import { ArmError } from "../arm/arm-error.ts";
import type { ResourceType } from "../arm/resource-type.ts";

const typeName = "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials";
const properties = z.looseObject({
  issuer: z.url("must be the address of the token issuer"),
  subject: z.string().min(1),
  audiences: z.array(z.string()).length(1, "must have exactly one audience"),
});

export const federatedCredentials: ResourceType = {
  type: typeName,
  name: {
    pattern: /^[A-Za-z0-9][-\w]{2,119}$/,
    text: "3-120 letters, digits, - and _, starting with a letter or digit",
  },
  location: "none",
  properties,
  stateless: true,
  check({ id, properties: wanted }, around) {
    const { issuer, subject } = properties.parse(wanted);
    const same = around
      .children(id.parentKey ?? "", typeName)
      .filter((record) => record.id.toLowerCase() !== id.key)
      .find(({ properties: other }) => other.issuer === issuer && other.subject === subject);
    if (same === undefined) return;
    throw new ArmError(409, "Conflict", `Issuer and subject combination already exists for this identity: ${same.id}.`);
  },
};
