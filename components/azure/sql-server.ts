import { Secret } from "@pulumi/azure-native/keyvault/secret.js";
import { Database } from "@pulumi/azure-native/sql/database.js";
import { FirewallRule } from "@pulumi/azure-native/sql/firewallRule.js";
import { Server } from "@pulumi/azure-native/sql/server.js";
import { VirtualNetworkRule } from "@pulumi/azure-native/sql/virtualNetworkRule.js";
import { ComponentResource, type ComponentResourceOptions, type Input, type Output } from "@pulumi/pulumi";
import { dataOptions } from "../data-options.ts";
import { databasePassword } from "../database-password.ts";
import { ADMIN_USER } from "../postgres-vocabulary.ts";
import type { Tags } from "../tags.ts";
import { AZURE_SERVICES, firewallBlocks } from "./firewall.ts";

/** Options of `SqlServer`. */
export interface SqlServerArgs {
  /** Name of the server: 1-63 lower-case letters, digits, hyphens; unique in Azure. */
  readonly serverName: Input<string>;
  /** Resource group of the server. */
  readonly resourceGroupName: Input<string>;
  /** Azure region, e.g. westeurope. */
  readonly location: string;
  /** The application's database. */
  readonly databaseName: string;
  /** Further databases on the server. Default none. */
  readonly additionalDatabases?: readonly string[];
  /** Service objective of each database: Basic, S0 to S12, P1 to P15, or e.g. GP_S_Gen5_2. Default Basic (5 DTU, 2 GB). */
  readonly sku?: string;
  /** Keeps backups in the paired region. Default false: in this region alone. */
  readonly geoRedundantBackup?: boolean;
  /** Id of a subnet that may connect; the subnet needs the service endpoint Microsoft.Sql. Default none. */
  readonly subnetId?: Input<string>;
  /** Blocks that may connect. Nobody else gets in. */
  readonly allowedCidrs: readonly string[];
  /** Lets everything that runs inside Azure try to connect; needed by a container group. Default false. */
  readonly allowAzureServices?: boolean;
  /** Key vault that gets a copy of the administrator's password, as `sql-admin-password`. Default none. */
  readonly vaultName?: Input<string>;
  /** True: the engine refuses to delete or replace server, databases and password. */
  readonly protectData: boolean;
  /** Tags of every resource. */
  readonly tags: Tags;
}

/** Port of every SQL Server. */
export const SQL_PORT = 1433;

/** Azure SQL for an application on SQL Server. It is declared, not moved: the driver promotes PostgreSQL alone. */
export class SqlServer extends ComponentResource {
  /** Resource id. */
  readonly serverId: Output<string>;
  /** DNS name. */
  readonly host: Output<string>;
  /** 1433. */
  readonly port = SQL_PORT;
  /** Owner of the server. */
  readonly adminUser = ADMIN_USER;
  /** Secret. */
  readonly adminPassword: Output<string>;

  constructor(name: string, args: SqlServerArgs, options?: ComponentResourceOptions) {
    super("pilotlight:azure:SqlServer", name, {}, options);
    const { resourceGroupName, location, protectData } = args;
    const tags = { ...args.tags };
    const password = databasePassword(`${name}-admin`, this, protectData);
    const server = new Server(
      `${name}-server`,
      {
        serverName: args.serverName,
        resourceGroupName,
        location,
        version: "12.0",
        minimalTlsVersion: "1.2",
        publicNetworkAccess: "Enabled",
        restrictOutboundNetworkAccess: "Disabled",
        administratorLogin: this.adminUser,
        administratorLoginPassword: password,
        tags,
      },
      { parent: this, ...dataOptions(protectData) },
    );
    const place = { serverName: server.name, resourceGroupName };
    const database = (key: string, databaseName: string) =>
      new Database(
        `${name}-${key}`,
        {
          ...place,
          databaseName,
          location,
          sku: skuInput(args.sku ?? "Basic"),
          requestedBackupStorageRedundancy: args.geoRedundantBackup ? "Geo" : "Local",
          tags,
        },
        { parent: this, ...dataOptions(protectData) },
      );
    database("database", args.databaseName);
    for (const further of args.additionalDatabases ?? []) database(`database-${further.replaceAll("_", "-")}`, further);
    if (args.subnetId !== undefined) {
      new VirtualNetworkRule(
        `${name}-subnet`,
        {
          ...place,
          virtualNetworkRuleName: "cluster",
          virtualNetworkSubnetId: args.subnetId,
          ignoreMissingVnetServiceEndpoint: false,
        },
        { parent: this },
      );
    }
    for (const { key, first, last } of [
      ...(args.allowAzureServices ? [AZURE_SERVICES] : []),
      ...firewallBlocks(args.allowedCidrs),
    ]) {
      new FirewallRule(
        `${name}-${key}`,
        { ...place, firewallRuleName: key, startIpAddress: first, endIpAddress: last },
        { parent: this },
      );
    }
    if (args.vaultName !== undefined) {
      new Secret(
        `${name}-secret`,
        {
          secretName: "sql-admin-password",
          vaultName: args.vaultName,
          resourceGroupName,
          properties: { value: password },
        },
        { parent: this },
      );
    }
    this.serverId = server.id;
    this.host = server.fullyQualifiedDomainName;
    this.adminPassword = password;
    this.registerOutputs({ host: this.host });
  }
}

/** Azure wants the tier beside those objectives that do not name it. */
function skuInput(name: string): { name: string; tier?: string } {
  if (name === "Basic") return { name, tier: "Basic" };
  if (/^S\d+$/.test(name)) return { name, tier: "Standard" };
  return /^P\d+$/.test(name) ? { name, tier: "Premium" } : { name };
}
