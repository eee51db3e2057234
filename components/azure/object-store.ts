import { BlobContainer } from "@pulumi/azure-native/storage/blobContainer.js";
import { BlobServiceProperties } from "@pulumi/azure-native/storage/blobServiceProperties.js";
import { listStorageAccountKeysOutput } from "@pulumi/azure-native/storage/listStorageAccountKeys.js";
import { StorageAccount } from "@pulumi/azure-native/storage/storageAccount.js";
import { all, ComponentResource, type ComponentResourceOptions, type Input, type Output, secret } from "@pulumi/pulumi";
import { dataOptions } from "../data-options.ts";
import type { Tags } from "../tags.ts";

export interface ObjectStoreArgs {
  readonly accountName: Input<string>;
  readonly containerName: string;
  readonly resourceGroupName: Input<string>;
  readonly location: string;
  readonly protectData: boolean;
  readonly tags: Tags;
}

/** Storage account (locally redundant, TLS only, no anonymous access, versions kept) with the application's container. */
export class ObjectStore extends ComponentResource {
  readonly account: Output<string>;
  /** Blob service URL. */
  readonly endpoint: Output<string>;
  readonly container: Output<string>;
  /** Secret. */
  readonly accountKey: Output<string>;

  constructor(name: string, args: ObjectStoreArgs, options?: ComponentResourceOptions) {
    super("pilotlight:azure:ObjectStore", name, {}, options);
    const { resourceGroupName } = args;
    const account = new StorageAccount(
      `${name}-account`,
      {
        accountName: args.accountName,
        resourceGroupName,
        location: args.location,
        kind: "StorageV2",
        sku: { name: "Standard_LRS" },
        accessTier: "Hot",
        enableHttpsTrafficOnly: true,
        minimumTlsVersion: "TLS1_2",
        allowBlobPublicAccess: false,
        allowCrossTenantReplication: false,
        // The driver's sync and the pods use the account key.
        allowSharedKeyAccess: true,
        tags: { ...args.tags },
      },
      { parent: this, ...dataOptions(args.protectData) },
    );
    const service = new BlobServiceProperties(
      `${name}-service`,
      {
        accountName: account.name,
        resourceGroupName,
        blobServicesName: "default",
        isVersioningEnabled: true,
        deleteRetentionPolicy: { enabled: true, days: 7 },
      },
      { parent: this },
    );
    const container = new BlobContainer(
      `${name}-container`,
      { accountName: account.name, resourceGroupName, containerName: args.containerName, publicAccess: "None" },
      { parent: this, dependsOn: service, ...dataOptions(args.protectData) },
    );
    // By the id as well: the account's name is known before the account exists, and asking then would fail.
    const accountName = all([account.id, account.name]).apply(([, known]) => known);
    const keys = listStorageAccountKeysOutput({ accountName, resourceGroupName }, { parent: this });
    this.account = account.name;
    this.endpoint = account.primaryEndpoints.apply((endpoints) => endpoints.blob);
    this.container = container.name;
    this.accountKey = secret(
      keys.keys.apply(([first]) => {
        if (!first) throw new Error("the storage account has no access key; allowSharedKeyAccess must be on");
        return first.value;
      }),
    );
    this.registerOutputs({ account: this.account, container: this.container });
  }
}
