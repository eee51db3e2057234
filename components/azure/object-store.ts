import { BlobContainer } from "@pulumi/azure-native/storage/blobContainer.js";
import { BlobServiceProperties } from "@pulumi/azure-native/storage/blobServiceProperties.js";
import { listStorageAccountKeysOutput } from "@pulumi/azure-native/storage/listStorageAccountKeys.js";
import { ManagementPolicy } from "@pulumi/azure-native/storage/managementPolicy.js";
import { StorageAccount } from "@pulumi/azure-native/storage/storageAccount.js";
import { Table } from "@pulumi/azure-native/storage/table.js";
import { all, ComponentResource, type ComponentResourceOptions, type Input, type Output, secret } from "@pulumi/pulumi";
import { dataOptions } from "../data-options.ts";
import type { Tags } from "../tags.ts";
import { type BlobLifecycle, lifecycleRules } from "./blob-lifecycle.ts";
import { storageNetworkRules } from "./storage-network-rules.ts";

/** Who may reach the account's data through the network. Its keys are asked for in any case. */
export interface StorageAccessArgs {
  /** Blocks outside Azure: the driver, operators. One that is private or 0.0.0.0/0 leaves the account open to all. */
  readonly allowedCidrs: readonly string[];
  /**
   * Ids of subnets, each with the service endpoint Microsoft.Storage. Pods need it (or a private endpoint): within a
   * region, traffic to an account comes from private addresses that no block can name.
   */
  readonly subnetIds: readonly Input<string>[];
}

/** Options of `ObjectStore`. */
export interface ObjectStoreArgs {
  /** Name of the storage account: 3-24 lower-case letters and digits; unique in Azure. */
  readonly accountName: Input<string>;
  /** The application's container. */
  readonly containerName: string;
  /** Further containers, e.g. backups. Default none. */
  readonly additionalContainers?: readonly string[];
  /** Resource group of the account. */
  readonly resourceGroupName: Input<string>;
  /** Azure region, e.g. westeurope. */
  readonly location: string;
  /** When blobs become cheaper and old versions go. Default: they stay as they are. */
  readonly lifecycle?: BlobLifecycle;
  /** Days that deleted blobs and containers can be brought back. Default 7. */
  readonly softDeleteDays?: number;
  /** Name of a table for the failover state: 3-63 letters and digits, e.g. failoverstate. Default: no table. */
  readonly stateTable?: string;
  /**
   * Closes the account to all others. Leave it out where a container group or a Function App without a network uses
   * the account: they come from addresses of Azure's own. Default: open; keys and TLS remain.
   */
  readonly access?: StorageAccessArgs;
  /** True: the engine refuses to delete or replace account and containers. */
  readonly protectData: boolean;
  /** Tags of every resource. */
  readonly tags: Tags;
}

/** Storage account (locally redundant, TLS only, no anonymous access, versions kept) with the application's container. */
export class ObjectStore extends ComponentResource {
  /** Resource id. */
  readonly accountId: Output<string>;
  /** Name of the account. */
  readonly account: Output<string>;
  /** Blob service URL. */
  readonly endpoint: Output<string>;
  /** Table service URL. */
  readonly tableEndpoint: Output<string>;
  /** Name of the application's container. */
  readonly container: Output<string>;
  /** Name of the table; undefined without `stateTable`. */
  readonly stateTable: Output<string> | undefined;
  /** Secret. */
  readonly accountKey: Output<string>;

  constructor(name: string, args: ObjectStoreArgs, options?: ComponentResourceOptions) {
    super("pilotlight:azure:ObjectStore", name, {}, options);
    const { resourceGroupName } = args;
    const account = this.#account(name, args);
    const place = { accountName: account.name, resourceGroupName };
    const service = this.#service(name, args, account);
    const data = { parent: this, ...dataOptions(args.protectData) };
    const containerOf = (key: string, containerName: string) =>
      new BlobContainer(
        `${name}-${key}`,
        { ...place, containerName, publicAccess: "None" },
        { ...data, dependsOn: service },
      );
    const container = containerOf("container", args.containerName);
    for (const further of args.additionalContainers ?? []) containerOf(`container-${further}`, further);
    if (args.lifecycle) {
      new ManagementPolicy(
        `${name}-lifecycle`,
        { ...place, managementPolicyName: "default", policy: { rules: lifecycleRules(args.lifecycle) } },
        { parent: this, dependsOn: service },
      );
    }
    if (args.stateTable !== undefined) {
      this.stateTable = new Table(`${name}-state`, { ...place, tableName: args.stateTable }, data).name;
    }
    // By the id as well: the account's name is known before the account exists, and asking then would fail.
    const accountName = all([account.id, account.name]).apply(([, known]) => known);
    const keys = listStorageAccountKeysOutput({ accountName, resourceGroupName }, { parent: this });
    this.accountId = account.id;
    this.account = account.name;
    this.endpoint = account.primaryEndpoints.apply((endpoints) => endpoints.blob);
    this.tableEndpoint = account.primaryEndpoints.apply((endpoints) => endpoints.table);
    this.container = container.name;
    this.accountKey = secret(
      keys.keys.apply(([first]) => {
        if (!first) throw new Error("the storage account has no access key; allowSharedKeyAccess must be on");
        return first.value;
      }),
    );
    this.registerOutputs({ account: this.account, container: this.container });
  }

  #account(name: string, args: ObjectStoreArgs): StorageAccount {
    return new StorageAccount(
      `${name}-account`,
      {
        accountName: args.accountName,
        resourceGroupName: args.resourceGroupName,
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
        ...(args.access ? { networkRuleSet: networkRuleSet(args.access) } : {}),
        tags: { ...args.tags },
      },
      { parent: this, ...dataOptions(args.protectData) },
    );
  }

  #service(name: string, args: ObjectStoreArgs, account: StorageAccount): BlobServiceProperties {
    const retention = { enabled: true, days: args.softDeleteDays ?? 7 };
    return new BlobServiceProperties(
      `${name}-service`,
      {
        accountName: account.name,
        resourceGroupName: args.resourceGroupName,
        blobServicesName: "default",
        isVersioningEnabled: true,
        deleteRetentionPolicy: retention,
        containerDeleteRetentionPolicy: retention,
      },
      { parent: this },
    );
  }
}

function networkRuleSet({ allowedCidrs, subnetIds }: StorageAccessArgs) {
  const { defaultAction, ipRules } = storageNetworkRules(allowedCidrs);
  if (defaultAction === "Allow") return { defaultAction, bypass: "AzureServices" };
  return {
    defaultAction,
    // Diagnostic logs and metrics, and services that Azure trusts by the account's own roles.
    bypass: "AzureServices",
    ipRules: ipRules.map((iPAddressOrRange) => ({ iPAddressOrRange, action: "Allow" as const })),
    virtualNetworkRules: subnetIds.map((virtualNetworkResourceId) => ({
      virtualNetworkResourceId,
      action: "Allow" as const,
    })),
  };
}
