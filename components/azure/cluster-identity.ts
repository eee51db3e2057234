import { RoleAssignment } from "@pulumi/azure-native/authorization/roleAssignment.js";
import { UserAssignedIdentity } from "@pulumi/azure-native/managedidentity/userAssignedIdentity.js";
import {
  all,
  ComponentResource,
  type ComponentResourceOptions,
  type Input,
  interpolate,
  type Output,
} from "@pulumi/pulumi";
import type { Tags } from "../tags.ts";
import { stableGuid } from "./names.ts";

/** Built-in role Network Contributor, the same GUID in every tenant. */
const NETWORK_CONTRIBUTOR = "4d97b98b-1d4f-4787-a291-c67834d212e7";

export interface ClusterIdentityArgs {
  readonly name: string;
  readonly resourceGroupName: Input<string>;
  readonly resourceGroupId: Input<string>;
  readonly subscriptionId: Input<string>;
  readonly location: string;
  readonly tags: Tags;
}

/**
 * Who the standby's cluster is to Azure: may use the subnet and the public addresses of the resource group. It exists
 * while the cluster does not, because a new role assignment takes minutes to reach everywhere in Azure, and those
 * minutes are not to be spent during a failover.
 */
export class ClusterIdentity extends ComponentResource {
  readonly id: Output<string>;

  constructor(name: string, args: ClusterIdentityArgs, options?: ComponentResourceOptions) {
    super("pilotlight:azure:ClusterIdentity", name, {}, options);
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
    const assignment = new RoleAssignment(
      `${name}-network`,
      {
        roleAssignmentName: all([args.resourceGroupId, identity.principalId]).apply(([scope, principal]) =>
          stableGuid(`${scope}|${principal}|${NETWORK_CONTRIBUTOR}`),
        ),
        principalId: identity.principalId,
        principalType: "ServicePrincipal",
        roleDefinitionId: interpolate`/subscriptions/${args.subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${NETWORK_CONTRIBUTOR}`,
        scope: args.resourceGroupId,
      },
      { parent: this },
    );
    // Whoever uses the identity waits for its rights.
    this.id = all([identity.id, assignment.id]).apply(([id]) => id);
    this.registerOutputs({ id: this.id });
  }
}
