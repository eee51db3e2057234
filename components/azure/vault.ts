import { Secret } from "@pulumi/azure-native/keyvault/secret.js";
import { Vault as KeyVault } from "@pulumi/azure-native/keyvault/vault.js";
import { ComponentResource, type ComponentResourceOptions, type Input, type Output, secret } from "@pulumi/pulumi";
import { dataOptions } from "../data-options.ts";
import type { Tags } from "../tags.ts";
import { grantRole } from "./role-assignment.ts";
import { ROLES } from "./roles.ts";

/** Options of `Vault`. */
export interface VaultArgs {
  /** Name of the vault: 3-24 letters, digits, single hyphens; unique in Azure. */
  readonly vaultName: Input<string>;
  /** Resource group of the vault. */
  readonly resourceGroupName: Input<string>;
  /** Azure region, e.g. westeurope. */
  readonly location: string;
  /** Directory of those who may ask. */
  readonly tenantId: Input<string>;
  /** Names as Key Vault takes them: letters, digits, hyphens. */
  readonly secrets: Readonly<Record<string, Input<string>>>;
  /** Who may read the secrets: object ids of managed identities, by a key that names the child resource. Default nobody more. */
  readonly readers?: Readonly<Record<string, Input<string>>>;
  /** Subscription of the readers' role; needed with `readers`. */
  readonly subscriptionId?: Input<string>;
  /** True: nobody, not even an owner, can purge it for 90 days after deletion. Cannot be taken back. */
  readonly protectData: boolean;
  /** Tags of every resource. */
  readonly tags: Tags;
}

/** Key vault under role-based access, with a copy of what the application needs to start on this side. */
export class Vault extends ComponentResource {
  /** Resource id. */
  readonly vaultId: Output<string>;
  /** Name of the vault. */
  readonly vaultName: Output<string>;
  /** URL of the vault. */
  readonly uri: Output<string>;

  constructor(name: string, args: VaultArgs, options?: ComponentResourceOptions) {
    super("pilotlight:azure:Vault", name, {}, options);
    const { resourceGroupName } = args;
    const vault = new KeyVault(
      `${name}-vault`,
      {
        vaultName: args.vaultName,
        resourceGroupName,
        location: args.location,
        properties: {
          tenantId: args.tenantId,
          sku: { family: "A", name: "standard" },
          enableRbacAuthorization: true,
          enableSoftDelete: true,
          // Cannot change later; so it is the same, however long the vault is to live.
          softDeleteRetentionInDays: 90,
          // Azure takes `true` or nothing; `false` is refused.
          ...(args.protectData ? { enablePurgeProtection: true } : {}),
          publicNetworkAccess: "Enabled",
        },
        tags: { ...args.tags },
      },
      { parent: this, ...dataOptions(args.protectData) },
    );
    for (const [key, value] of Object.entries(args.secrets)) {
      new Secret(
        `${name}-${key}`,
        { secretName: key, vaultName: vault.name, resourceGroupName, properties: { value: secret(value) } },
        { parent: this },
      );
    }
    for (const [key, principalId] of Object.entries(args.readers ?? {})) {
      const { subscriptionId } = args;
      if (subscriptionId === undefined)
        throw new Error("a vault with readers needs subscriptionId, where their role is");
      const role = ROLES.vaultSecretsUser;
      grantRole(`${name}-reader-${key}`, { scope: vault.id, principalId, role, subscriptionId }, this);
    }
    this.vaultId = vault.id;
    this.vaultName = vault.name;
    this.uri = vault.properties.apply(({ vaultUri }) => {
      if (!vaultUri) throw new Error("the key vault answered without a URI; look at it in Azure");
      return vaultUri;
    });
    this.registerOutputs({ uri: this.uri });
  }
}
