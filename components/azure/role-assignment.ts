import { RoleAssignment } from "@pulumi/azure-native/authorization/roleAssignment.js";
import { all, type Input, interpolate, type Resource } from "@pulumi/pulumi";
import { stableGuid } from "./names.ts";

/** Who may do what, where. */
export interface Grant {
  /** Resource, resource group or subscription id. */
  readonly scope: Input<string>;
  /** Object id of a managed identity (or another service principal). */
  readonly principalId: Input<string>;
  /** GUID of a built-in role (roles.ts), or the full id of a role definition. */
  readonly role: Input<string>;
  /** Subscription of the built-in role. */
  readonly subscriptionId: Input<string>;
}

/** A role assignment whose name follows from what it says, so that the same grant is never made twice. */
export function grantRole(name: string, grant: Grant, parent: Resource): RoleAssignment {
  const { scope, principalId, role, subscriptionId } = grant;
  const definition = all([role, subscriptionId]).apply(([known, subscription]) =>
    known.startsWith("/")
      ? known
      : `/subscriptions/${subscription}/providers/Microsoft.Authorization/roleDefinitions/${known}`,
  );
  return new RoleAssignment(
    name,
    {
      roleAssignmentName: interpolate`${scope}|${principalId}|${role}`.apply(stableGuid),
      principalId,
      // Saves Azure the look-up in its directory, where a new principal may not have arrived yet.
      principalType: "ServicePrincipal",
      roleDefinitionId: definition,
      scope,
    },
    { parent },
  );
}
