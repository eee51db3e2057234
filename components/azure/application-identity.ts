import { UserAssignedIdentity } from "@pulumi/azure-native/managedidentity/userAssignedIdentity.js";
import { ComponentResource, type ComponentResourceOptions, type Input, type Output } from "@pulumi/pulumi";
import type { Tags } from "../tags.ts";
import { grantRole } from "./role-assignment.ts";

/** A right of the application, under a name that stays. */
export interface ApplicationGrant {
  /** GUID of a built-in role (roles.ts). */
  readonly role: string;
  /** Id of the resource that it is about. */
  readonly scope: Input<string>;
}

/** Options of `ApplicationIdentity`. */
export interface ApplicationIdentityArgs {
  /** Name of the identity. */
  readonly name: string;
  /** Resource group of the identity. */
  readonly resourceGroupName: Input<string>;
  /** Azure region, e.g. westeurope. */
  readonly location: string;
  /** Subscription of the built-in roles. */
  readonly subscriptionId: Input<string>;
  /** What it may do, by a key that names the child resource. Default nothing. */
  readonly grants?: Readonly<Record<string, ApplicationGrant>>;
  /** Tags of every resource. */
  readonly tags: Tags;
}

/**
 * Who the application is to Azure: for pods through workload identity, for a container group directly. It exists while
 * the compute does not, so that its rights have long arrived everywhere when the light goes on.
 */
export class ApplicationIdentity extends ComponentResource {
  /** Resource id. */
  readonly id: Output<string>;
  /** Name of the resource. */
  readonly name: Output<string>;
  /** What a client library receives as AZURE_CLIENT_ID. */
  readonly clientId: Output<string>;
  /** Object id, which roles are granted to. */
  readonly principalId: Output<string>;

  constructor(name: string, args: ApplicationIdentityArgs, options?: ComponentResourceOptions) {
    super("pilotlight:azure:ApplicationIdentity", name, {}, options);
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
    const { subscriptionId } = args;
    for (const [key, { role, scope }] of Object.entries(args.grants ?? {})) {
      grantRole(`${name}-${key}`, { scope, principalId: identity.principalId, role, subscriptionId }, this);
    }
    this.id = identity.id;
    this.name = identity.name;
    this.clientId = identity.clientId;
    this.principalId = identity.principalId;
    this.registerOutputs({ id: this.id, clientId: this.clientId, principalId: this.principalId });
  }
}
