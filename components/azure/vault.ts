import { Secret } from "@pulumi/azure-native/keyvault/secret.js";
import { Vault as KeyVault } from "@pulumi/azure-native/keyvault/vault.js";
import { ComponentResource, type ComponentResourceOptions, type Input, type Output, secret } from "@pulumi/pulumi";
import { dataOptions } from "../data-options.ts";
import type { Tags } from "../tags.ts";

export interface VaultArgs {
  readonly vaultName: Input<string>;
  readonly resourceGroupName: Input<string>;
  readonly location: string;
  readonly tenantId: Input<string>;
  /** Names as Key Vault takes them: letters, digits, hyphens. */
  readonly secrets: Readonly<Record<string, Input<string>>>;
  /** True: nobody, not even an owner, can purge it for 90 days after deletion. Cannot be taken back. */
  readonly protectData: boolean;
  readonly tags: Tags;
}

/** Key vault under role-based access, with a copy of what the application needs to start on this side. */
export class Vault extends ComponentResource {
  readonly vaultName: Output<string>;
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
          softDeleteRetentionInDays: args.protectData ? 90 : 7,
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
    this.vaultName = vault.name;
    this.uri = vault.properties.apply(({ vaultUri }) => {
      if (!vaultUri) throw new Error("the key vault answered without a URI; look at it in Azure");
      return vaultUri;
    });
    this.registerOutputs({ uri: this.uri });
  }
}
