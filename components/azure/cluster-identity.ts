import { UserAssignedIdentity } from "@pulumi/azure-native/managedidentity/userAssignedIdentity.js";
import { all, ComponentResource, type ComponentResourceOptions, type Input, type Output } from "@pulumi/pulumi";
import type { Tags } from "../tags.ts";
import { grantRole } from "./role-assignment.ts";
import { ROLES } from "./roles.ts";

/** Options of `ClusterIdentity`. */
export interface ClusterIdentityArgs {
  /** Name of the identity. */
  readonly name: string;
  /** Resource group of the identity. */
  readonly resourceGroupName: Input<string>;
  /** Id of the group whose networks and addresses the cluster may use. */
  readonly resourceGroupId: Input<string>;
  /** Subscription of both. */
  readonly subscriptionId: Input<string>;
  /** Azure region, e.g. westeurope. */
  readonly location: string;
  /**
   * Name of a second identity, for the nodes: what pulls images. Given here, the registry's rights exist before the
   * cluster does. Default: none; AKS then makes one of its own, whose rights come after the cluster.
   */
  readonly nodeIdentityName?: string;
  /** Tags of every resource. */
  readonly tags: Tags;
}

/** An identity as AKS wants it told for its nodes. */
export interface NodeIdentity {
  /** Resource id. */
  readonly resourceId: Output<string>;
  /** Client id. */
  readonly clientId: Output<string>;
  /** Object id, which roles are granted to. */
  readonly objectId: Output<string>;
}

/**
 * Who the standby's cluster is to Azure: may use the subnet and the public addresses of the resource group. It exists
 * while the cluster does not, because a new role assignment takes minutes to reach everywhere in Azure, and those
 * minutes are not to be spent during a failover.
 */
export class ClusterIdentity extends ComponentResource {
  /** Resource id; known once the identity's rights exist. */
  readonly id: Output<string>;
  /** Undefined without `nodeIdentityName`. */
  readonly nodes: NodeIdentity | undefined;

  constructor(name: string, args: ClusterIdentityArgs, options?: ComponentResourceOptions) {
    super("pilotlight:azure:ClusterIdentity", name, {}, options);
    const { resourceGroupName, location, subscriptionId } = args;
    const identityOf = (key: string, resourceName: string) =>
      new UserAssignedIdentity(
        `${name}-${key}`,
        { resourceName, resourceGroupName, location, tags: { ...args.tags } },
        { parent: this },
      );
    const identity = identityOf("identity", args.name);
    const { principalId } = identity;
    const rights = [
      grantRole(
        `${name}-network`,
        { scope: args.resourceGroupId, principalId, role: ROLES.networkContributor, subscriptionId },
        this,
      ),
    ];
    if (args.nodeIdentityName !== undefined) {
      const nodes = identityOf("nodes", args.nodeIdentityName);
      const role = ROLES.managedIdentityOperator;
      rights.push(grantRole(`${name}-operator`, { scope: nodes.id, principalId, role, subscriptionId }, this));
      this.nodes = { resourceId: nodes.id, clientId: nodes.clientId, objectId: nodes.principalId };
    }
    // Whoever uses the identity waits for its rights.
    this.id = all([identity.id, all(rights.map(({ id }) => id))]).apply(([id]) => id);
    this.registerOutputs({ id: this.id });
  }
}
