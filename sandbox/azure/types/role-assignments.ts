import { z } from "zod";
import { ArmError } from "../arm/arm-error.ts";
import type { ResourceType } from "../arm/resource-type.ts";

const typeName = "Microsoft.Authorization/roleAssignments";

const properties = z.looseObject({
  principalId: z.guid("must be the object id (a GUID) of a principal"),
  roleDefinitionId: z
    .string()
    .regex(
      /\/providers\/Microsoft\.Authorization\/roleDefinitions\/[0-9a-f-]{36}$/i,
      "must be the id of a role definition",
    ),
  principalType: z.enum(["User", "Group", "ServicePrincipal", "ForeignGroup", "Device"]).default("User"),
});

export const roleAssignments: ResourceType = {
  type: typeName,
  name: {
    pattern: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
    text: "a GUID",
    code: "InvalidRoleAssignmentId",
  },
  location: "none",
  properties,
  stateless: true,
  extension: true,
  createOnly: ["principalId", "roleDefinitionId"],
  check(candidate, around) {
    const wanted = properties.parse(candidate.properties);
    const same = around.all(typeName).find((record) => {
      const other = properties.parse(record.properties);
      return (
        record.id.toLowerCase() !== candidate.id.key &&
        record.properties.scope === candidate.id.scope &&
        other.principalId === wanted.principalId &&
        other.roleDefinitionId.toLowerCase() === wanted.roleDefinitionId.toLowerCase()
      );
    });
    if (same !== undefined) {
      throw new ArmError(409, "RoleAssignmentExists", `The role assignment already exists: ${same.id}.`);
    }
  },
  async apply({ id, properties: wanted }) {
    return { properties: { ...wanted, scope: id.scope } };
  },
};
