import { z } from "zod";
import { ArmError } from "../arm/arm-error.ts";
import type { ResourceType } from "../arm/resource-type.ts";

const typeName = "Microsoft.Authorization/roleDefinitions";
const names = z.array(z.string()).default([]);

const properties = z.looseObject({
  roleName: z.string().min(1).max(128),
  description: z.string().max(1024).optional(),
  type: z.literal("CustomRole", "only custom roles can be made").default("CustomRole"),
  permissions: z
    .array(z.looseObject({ actions: names, notActions: names, dataActions: names, notDataActions: names }))
    .min(1),
  assignableScopes: z.array(z.string()).min(1),
});

/** Custom roles. What they allow counts for workloads that call Azure Resource Manager as a managed identity. */
export const roleDefinitions: ResourceType = {
  type: typeName,
  name: {
    pattern: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
    text: "a GUID",
    code: "RoleDefinitionIdNotAGuid",
  },
  location: "none",
  properties,
  stateless: true,
  extension: true,
  check({ id, properties: wanted }, around) {
    const { roleName } = properties.parse(wanted);
    const same = around
      .all(typeName)
      .find(
        (record) => record.id.toLowerCase() !== id.key && properties.parse(record.properties).roleName === roleName,
      );
    if (same === undefined) return;
    const text = `Custom role '${roleName}' already exists: ${same.id}. Use a different display name.`;
    throw new ArmError(409, "RoleDefinitionWithSameNameExists", text);
  },
  checkRemove(id, around) {
    const used = around
      .all("Microsoft.Authorization/roleAssignments")
      .find(({ properties: assignment }) =>
        String(assignment.roleDefinitionId).toLowerCase().endsWith(`/${id.name.toLowerCase()}`),
      );
    if (used === undefined) return;
    const text = `There are existing role assignments referencing the role '${id.name}': ${used.id}.`;
    throw new ArmError(400, "RoleDefinitionHasAssignments", text);
  },
};
