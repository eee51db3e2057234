import { ComponentResource, type ComponentResourceOptions, type Output } from "@pulumi/pulumi";
import { Vault, type VaultArgs } from "../azure/vault.ts";

/** Key vault under role-based access, with secrets in it. */
export class AzureVault extends ComponentResource {
  /** Resource id. */
  readonly vaultId: Output<string>;
  /** Name of the vault. */
  readonly vaultName: Output<string>;
  /** URL of the vault. */
  readonly uri: Output<string>;

  constructor(name: string, args: VaultArgs, options?: ComponentResourceOptions) {
    super("pilotlight:index:AzureVault", name, {}, options);
    const vault = new Vault(name, args, { parent: this });
    this.vaultId = vault.vaultId;
    this.vaultName = vault.vaultName;
    this.uri = vault.uri;
    this.registerOutputs({ vaultId: this.vaultId, vaultName: this.vaultName, uri: this.uri });
  }
}
