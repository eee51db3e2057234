import { RoleDefinition } from "@pulumi/azure-native/authorization/roleDefinition.js";
import { UserAssignedIdentity } from "@pulumi/azure-native/managedidentity/userAssignedIdentity.js";
import {
  all,
  ComponentResource,
  type ComponentResourceOptions,
  type Input,
  interpolate,
  type Output,
  output,
} from "@pulumi/pulumi";
import { shortHash } from "../naming.ts";
import type { Tags } from "../tags.ts";
import { stableGuid } from "./names.ts";
import { grantRole } from "./role-assignment.ts";

/** Options of `ScriptIdentity`. */
export interface ScriptIdentityArgs {
  /** Name of the identity; the role is called after it. */
  readonly name: string;
  /** Resource group of the identity. */
  readonly resourceGroupName: Input<string>;
  /** Id of the group in which the script may act. */
  readonly resourceGroupId: Input<string>;
  /** Subscription of the group. */
  readonly subscriptionId: Input<string>;
  /** Azure region, e.g. westeurope. */
  readonly location: string;
  /** What it may do, as Azure calls it, e.g. Microsoft.ContainerInstance/containerGroups/start/action. */
  readonly actions: readonly string[];
  /** What the role is for, one sentence. */
  readonly description: string;
  /** Tags of every resource. */
  readonly tags: Tags;
}

/** Who a deployment script is to Azure, with a role of its own that allows what the script does and nothing else. */
export class ScriptIdentity extends ComponentResource {
  /** Resource id; known once the identity's rights exist. */
  readonly id: Output<string>;

  constructor(name: string, args: ScriptIdentityArgs, options?: ComponentResourceOptions) {
    super("pilotlight:azure:ScriptIdentity", name, {}, options);
    const scope = args.resourceGroupId;
    const identity = new UserAssignedIdentity(
      `${name}-identity`,
      {
        resourceName: args.name,
        resourceGroupName: args.resourceGroupName,
        location: args.location,
        tags: { ...args.tags },
      },
      { parent: this },
    );
    const guid = interpolate`${scope}|${args.name}`.apply(stableGuid);
    const definition = new RoleDefinition(
      `${name}-role`,
      {
        roleDefinitionId: guid,
        // Unique in the tenant, which may hold the same environment in another subscription.
        roleName: output(scope).apply((known) => `${args.name}-${shortHash(known)}`),
        roleType: "CustomRole",
        description: args.description,
        assignableScopes: [scope],
        permissions: [{ actions: [...args.actions], notActions: [], dataActions: [], notDataActions: [] }],
        scope,
      },
      { parent: this },
    );
    const role = all([guid, definition.id]).apply(([known]) => known);
    const { subscriptionId } = args;
    const grant = grantRole(`${name}-grant`, { scope, principalId: identity.principalId, role, subscriptionId }, this);
    // Whoever uses the identity waits for its rights.
    this.id = all([identity.id, grant.id]).apply(([id]) => id);
    this.registerOutputs({ id: this.id });
  }
}
