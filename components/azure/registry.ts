import { Registry as ContainerRegistry } from "@pulumi/azure-native/containerregistry/registry.js";
import { ComponentResource, type ComponentResourceOptions, type Input, type Output } from "@pulumi/pulumi";
import type { Tags } from "../tags.ts";
import { grantRole } from "./role-assignment.ts";
import { ROLES } from "./roles.ts";

/** Options of `Registry`. */
export interface RegistryArgs {
  /** Name of the registry: 5-50 letters and digits; unique in Azure. */
  readonly registryName: Input<string>;
  /** Resource group of the registry. */
  readonly resourceGroupName: Input<string>;
  /** Azure region, e.g. westeurope. */
  readonly location: string;
  /** Basic (10 GiB), Standard (100 GiB) or Premium (500 GiB). Default Basic. */
  readonly sku?: "Basic" | "Standard" | "Premium";
  /** Who may pull: object ids of managed identities, by a key that names the child resource. Default nobody more. */
  readonly pullers?: Readonly<Record<string, Input<string>>>;
  /** Subscription of the pull role. */
  readonly subscriptionId: Input<string>;
  /** Tags of every resource. */
  readonly tags: Tags;
}

/** Images on the standby's side, so that no image has to come from a cloud that is down. Nobody logs in by password. */
export class Registry extends ComponentResource {
  /** Resource id. */
  readonly registryId: Output<string>;
  /** Name of the registry. */
  readonly registryName: Output<string>;
  /** What image names begin with, e.g. shopx7k2p9.azurecr.io. */
  readonly loginServer: Output<string>;

  constructor(name: string, args: RegistryArgs, options?: ComponentResourceOptions) {
    super("pilotlight:azure:Registry", name, {}, options);
    const registry = new ContainerRegistry(
      `${name}-registry`,
      {
        registryName: args.registryName,
        resourceGroupName: args.resourceGroupName,
        location: args.location,
        sku: { name: args.sku ?? "Basic" },
        adminUserEnabled: false,
        publicNetworkAccess: "Enabled",
        tags: { ...args.tags },
      },
      { parent: this },
    );
    const { subscriptionId } = args;
    for (const [key, principalId] of Object.entries(args.pullers ?? {})) {
      const role = ROLES.registryPull;
      grantRole(`${name}-puller-${key}`, { scope: registry.id, principalId, role, subscriptionId }, this);
    }
    this.registryId = registry.id;
    this.registryName = registry.name;
    this.loginServer = registry.loginServer;
    this.registerOutputs({ loginServer: this.loginServer });
  }
}
