import { ComponentResource, type ComponentResourceOptions, type Input, type Output } from "@pulumi/pulumi";
import { ObjectStore, type ObjectStoreArgs, type StorageAccessArgs } from "../azure/object-store.ts";

/** Who reaches the account. */
export interface AzureStorageAccess extends StorageAccessArgs {
  /** Blocks outside Azure. One that is private or 0.0.0.0/0 leaves the account open to all. */
  readonly allowedCidrs: string[];
  /** Ids of subnets, each with the service endpoint Microsoft.Storage. */
  readonly subnetIds: Input<string>[];
}

/** What an AzureObjectStore is made of. */
export interface AzureObjectStoreArgs extends ObjectStoreArgs {
  /** Further containers. Default: none. */
  readonly additionalContainers?: string[];
  /** Closes the account to all others. Default: open; keys and TLS remain. */
  readonly access?: AzureStorageAccess;
}

/** Storage account: TLS only, no anonymous access, versions kept, with the application's container. */
export class AzureObjectStore extends ComponentResource {
  /** Resource id. */
  readonly accountId: Output<string>;
  /** Name of the account. */
  readonly account: Output<string>;
  /** Blob service URL. */
  readonly endpoint: Output<string>;
  /** Name of the application's container. */
  readonly container: Output<string>;
  /** Secret. */
  readonly accountKey: Output<string>;

  constructor(name: string, args: AzureObjectStoreArgs, options?: ComponentResourceOptions) {
    super("pilotlight:index:AzureObjectStore", name, {}, options);
    const store = new ObjectStore(name, args, { parent: this });
    this.accountId = store.accountId;
    this.account = store.account;
    this.endpoint = store.endpoint;
    this.container = store.container;
    this.accountKey = store.accountKey;
    this.registerOutputs({
      accountId: this.accountId,
      account: this.account,
      endpoint: this.endpoint,
      container: this.container,
      accountKey: this.accountKey,
    });
  }
}
