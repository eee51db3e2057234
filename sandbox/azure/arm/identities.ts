import { azureAccount } from "../account.ts";
import { stableGuid } from "../types/stable-guid.ts";
import { ArmError } from "./arm-error.ts";
import type { ArmId } from "./arm-id.ts";
import { isJson, type Json } from "./json.ts";
import type { ArmSurroundings } from "./resource-type.ts";

/** Fills the principals of `identity`, as Azure does for every type that takes one. Throws for an unknown identity. */
export function withPrincipals(id: ArmId, top: Json, around: ArmSurroundings): Json {
  const { identity } = top;
  if (!isJson(identity) || typeof identity.type !== "string") return top;
  const system = identity.type.includes("SystemAssigned")
    ? { principalId: stableGuid(`principal ${id.key}`), tenantId: azureAccount.tenantId }
    : {};
  if (!isJson(identity.userAssignedIdentities)) return { ...top, identity: { ...identity, ...system } };
  const assigned = Object.keys(identity.userAssignedIdentities).map((assignedId) => {
    const record = around.find(assignedId.toLowerCase());
    if (record === undefined) {
      const text = `Identity operation for resource '${id.id}' failed: the identity '${assignedId}' was not found.`;
      throw new ArmError(400, "FailedIdentityOperation", text);
    }
    const { principalId, clientId } = record.properties;
    return [assignedId, { principalId, clientId }] as const;
  });
  return { ...top, identity: { ...identity, ...system, userAssignedIdentities: Object.fromEntries(assigned) } };
}

/** The ids of the user-assigned identities that a resource has. */
export function assignedIdentities(top: Json): readonly string[] {
  const { identity } = top;
  return isJson(identity) && isJson(identity.userAssignedIdentities)
    ? Object.keys(identity.userAssignedIdentities)
    : [];
}
