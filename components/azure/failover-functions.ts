import { Workflow } from "@pulumi/azure-native/logic/workflow.js";
import { UserAssignedIdentity } from "@pulumi/azure-native/managedidentity/userAssignedIdentity.js";
import { Blob } from "@pulumi/azure-native/storage/blob.js";
import { BlobContainer } from "@pulumi/azure-native/storage/blobContainer.js";
import { AppServicePlan } from "@pulumi/azure-native/web/appServicePlan.js";
import { listWebAppHostKeysOutput } from "@pulumi/azure-native/web/listWebAppHostKeys.js";
import { WebApp } from "@pulumi/azure-native/web/webApp.js";
import {
  all,
  type asset,
  ComponentResource,
  type ComponentResourceOptions,
  type Input,
  interpolate,
  type Output,
  type Resource,
  secret,
} from "@pulumi/pulumi";
import type { Tags } from "../tags.ts";
import { failoverWorkflow } from "./failover-workflow.ts";
import { grantRole } from "./role-assignment.ts";
import { ROLES } from "./roles.ts";

/** Options of `FailoverFunctions`. */
export interface FailoverFunctionsArgs {
  /** Name of the Function App: 2-32 letters, digits, hyphens; unique in Azure. */
  readonly appName: Input<string>;
  /** Name of the App Service plan. */
  readonly planName: string;
  /** Name of the Logic App. */
  readonly workflowName: string;
  /** Name of the functions' managed identity. */
  readonly identityName: string;
  /** Resource group of everything here, and of the account. */
  readonly resourceGroupName: Input<string>;
  /** Subscription of the built-in roles. */
  readonly subscriptionId: Input<string>;
  /** Azure region, e.g. westeurope. */
  readonly location: string;
  /** The functions, bundled: a zip file, or a directory that becomes one. */
  readonly code: asset.Asset | asset.Archive;
  /** Changes with the code, e.g. a hash of it; part of the package's name, so that the app takes new code at once. */
  readonly codeVersion: string;
  /** Node.js major version. Default 22, the latest of this plan. */
  readonly nodeVersion?: number;
  /** Name of the storage account with the state table; keeps code and locks as well. Must be open to Azure's addresses. */
  readonly accountName: Input<string>;
  /** Its resource id. */
  readonly accountId: Input<string>;
  /** Blob service URL, e.g. https://acct.blob.core.windows.net/ */
  readonly blobEndpoint: Input<string>;
  /** Table service URL, e.g. https://acct.table.core.windows.net/ */
  readonly tableEndpoint: Input<string>;
  /** Name of the state table. */
  readonly tableName: Input<string>;
  /** Further settings of the app, nothing secret, e.g. the sites' endpoints. Default none. */
  readonly settings?: Readonly<Record<string, Input<string>>>;
  /** Settings that are secret, as URIs of key vault secrets, e.g. https://shop.vault.azure.net/secrets/token. Default none. */
  readonly vaultSettings?: Readonly<Record<string, Input<string>>>;
  /** Resource id of that vault, which the functions may then read; needed with `vaultSettings`. */
  readonly vaultId?: Input<string>;
  /** False: the Logic App is there and does not run. Default true. */
  readonly enabled?: boolean;
  /** Tags of every resource. */
  readonly tags: Tags;
}

/** Container of the code packages. */
const PACKAGES = "functions";

/**
 * The decision functions of Devoteam-MCloud and the Logic App that calls them each minute.
 *
 * The app is someone to Azure: it reads its code, keeps its locks and writes the state table by roles, without a key. Only
 * the Logic App holds secrets, the two function keys, as secure parameters.
 */
export class FailoverFunctions extends ComponentResource {
  /** Name of the Function App. */
  readonly appName: Output<string>;
  /** DNS name of the Function App. */
  readonly host: Output<string>;
  /** Name of the Logic App. */
  readonly workflow: Output<string>;
  /** Secret: lets callers in, as `code` in the query. */
  readonly functionKey: Output<string>;
  /** Object id of the functions' identity, for further roles. */
  readonly principalId: Output<string>;

  readonly #name: string;
  readonly #args: FailoverFunctionsArgs;

  constructor(name: string, args: FailoverFunctionsArgs, options?: ComponentResourceOptions) {
    super("pilotlight:azure:FailoverFunctions", name, {}, options);
    this.#name = name;
    this.#args = args;
    const { resourceGroupName, location } = args;
    const identity = new UserAssignedIdentity(
      `${name}-identity`,
      { resourceName: args.identityName, resourceGroupName, location, tags: { ...args.tags } },
      { parent: this },
    );
    this.principalId = identity.principalId;
    const rights = this.#rights();
    const packageUrl = this.#package();
    const app = this.#app(identity, packageUrl, rights);
    this.appName = app.name;
    this.host = app.defaultHostName;
    // By the id as well: the app's name is known before the app exists, and asking then would fail.
    const appName = all([app.id, app.name]).apply(([, known]) => known);
    const keys = listWebAppHostKeysOutput({ name: appName, resourceGroupName }, { parent: this });
    this.functionKey = secret(
      keys.apply(({ functionKeys }) => {
        const key = functionKeys?.["default"];
        if (!key) throw new Error("the Function App has no default key yet; run the update again");
        return key;
      }),
    );
    this.workflow = this.#workflow().name;
    this.registerOutputs({ appName: this.appName, host: this.host, workflow: this.workflow });
  }

  #rights(): readonly Resource[] {
    const { accountId, vaultId, vaultSettings, subscriptionId } = this.#args;
    if (vaultSettings && vaultId === undefined)
      throw new Error("vaultSettings need vaultId, the vault that holds them");
    const { principalId } = this;
    const grant = (key: string, role: string, scope: Input<string>) =>
      grantRole(`${this.#name}-${key}`, { scope, principalId, role, subscriptionId }, this);
    return [
      grant("table", ROLES.tableContributor, accountId),
      grant("blob", ROLES.blobOwner, accountId),
      grant("queue", ROLES.queueContributor, accountId),
      ...(vaultId === undefined ? [] : [grant("vault", ROLES.vaultSecretsUser, vaultId)]),
    ];
  }

  #package(): Output<string> {
    const { accountName, resourceGroupName, code, codeVersion, blobEndpoint } = this.#args;
    const container = new BlobContainer(
      `${this.#name}-packages`,
      { accountName, resourceGroupName, containerName: PACKAGES, publicAccess: "None" },
      { parent: this },
    );
    const blob = new Blob(
      `${this.#name}-package`,
      {
        accountName,
        resourceGroupName,
        containerName: container.name,
        blobName: `failover-${codeVersion}.zip`,
        type: "Block",
        contentType: "application/zip",
        source: code,
      },
      { parent: this },
    );
    return interpolate`${blobEndpoint}${container.name}/${blob.name}`;
  }

  #app(identity: UserAssignedIdentity, packageUrl: Output<string>, rights: readonly Resource[]): WebApp {
    const { resourceGroupName, location, tags, nodeVersion = 22 } = this.#args;
    const plan = new AppServicePlan(
      `${this.#name}-plan`,
      {
        name: this.#args.planName,
        resourceGroupName,
        location,
        kind: "functionapp",
        // Linux, in App Service's words.
        reserved: true,
        sku: { name: "Y1", tier: "Dynamic" },
        tags: { ...tags },
      },
      { parent: this },
    );
    return new WebApp(
      `${this.#name}-app`,
      {
        name: this.#args.appName,
        resourceGroupName,
        location,
        kind: "functionapp,linux",
        reserved: true,
        serverFarmId: plan.id,
        httpsOnly: true,
        clientAffinityEnabled: false,
        keyVaultReferenceIdentity: identity.id,
        identity: { type: "UserAssigned", userAssignedIdentities: [identity.id] },
        siteConfig: {
          linuxFxVersion: `Node|${nodeVersion}`,
          minTlsVersion: "1.2",
          ftpsState: "Disabled",
          http20Enabled: true,
          appSettings: this.#settings(identity, packageUrl),
        },
        tags: { ...tags },
      },
      { parent: this, dependsOn: [...rights] },
    );
  }

  #settings(identity: UserAssignedIdentity, packageUrl: Output<string>) {
    const { accountName, tableEndpoint, tableName, settings, vaultSettings = {} } = this.#args;
    const references = Object.entries(vaultSettings).map(([key, uri]): [string, Output<string>] => [
      key,
      interpolate`@Microsoft.KeyVault(SecretUri=${uri})`,
    ]);
    const told: Record<string, Input<string>> = {
      FUNCTIONS_EXTENSION_VERSION: "~4",
      FUNCTIONS_WORKER_RUNTIME: "node",
      WEBSITE_RUN_FROM_PACKAGE: packageUrl,
      WEBSITE_RUN_FROM_PACKAGE_BLOB_MI_RESOURCE_ID: identity.id,
      AzureWebJobsStorage__accountName: accountName,
      AzureWebJobsStorage__credential: "managedidentity",
      AzureWebJobsStorage__clientId: identity.clientId,
      AZURE_CLIENT_ID: identity.clientId,
      STATE_TABLE_ENDPOINT: tableEndpoint,
      STATE_TABLE_NAME: tableName,
      ...settings,
      ...Object.fromEntries(references),
    };
    return Object.entries(told).map(([key, value]) => ({ name: key, value }));
  }

  #workflow(): Workflow {
    const { workflowName, resourceGroupName, location, enabled = true, tags } = this.#args;
    return new Workflow(
      `${this.#name}-workflow`,
      {
        workflowName,
        resourceGroupName,
        location,
        state: enabled ? "Enabled" : "Disabled",
        definition: failoverWorkflow(),
        parameters: {
          functionsHost: { type: "String", value: this.host },
          healthCheckKey: { type: "SecureString", value: this.functionKey },
          doFailoverKey: { type: "SecureString", value: this.functionKey },
        },
        tags: { ...tags },
      },
      { parent: this },
    );
  }
}
