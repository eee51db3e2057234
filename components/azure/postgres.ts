import { Configuration } from "@pulumi/azure-native/dbforpostgresql/configuration.js";
import { Database } from "@pulumi/azure-native/dbforpostgresql/database.js";
import { FirewallRule } from "@pulumi/azure-native/dbforpostgresql/firewallRule.js";
import { Server } from "@pulumi/azure-native/dbforpostgresql/server.js";
import type { Resource } from "@pulumi/pulumi";
import { ComponentResource, type ComponentResourceOptions, type Input, type Output } from "@pulumi/pulumi";
import { dataOptions } from "../data-options.ts";
import { databasePassword } from "../database-password.ts";
import { ADMIN_USER, POSTGRES_PORT } from "../postgres-vocabulary.ts";
import type { Tags } from "../tags.ts";
import { AZURE_SERVICES, firewallBlocks } from "./firewall.ts";
import { highAvailabilityProblem, skuTier } from "./flexible-server-sku.ts";

export { flexibleServerSku, skuTier } from "./flexible-server-sku.ts";

/** Options of `Postgres`. */
export interface PostgresArgs {
  /** Name of the server: 3-63 lower-case letters, digits, hyphens; unique in Azure. */
  readonly serverName: Input<string>;
  /** Resource group of the server. */
  readonly resourceGroupName: Input<string>;
  /** Azure region, e.g. westeurope. */
  readonly location: string;
  /** Major version, e.g. 18. */
  readonly version: string;
  /** e.g. Standard_D2ds_v5 (general purpose) or Standard_B2s (burstable); flexible-server-sku.ts has one for each tier. */
  readonly sku: string;
  /** GiB at creation, a power of two; grows by itself. */
  readonly storageGib: number;
  /** The application's database. */
  readonly databaseName: string;
  /** Further databases on the server. Default none. */
  readonly additionalDatabases?: readonly string[];
  /** Extensions that may be created in its databases (`azure.extensions`). Default none: the server refuses every one. */
  readonly extensions?: readonly string[];
  /** Blocks that may connect. Nobody else gets in. */
  readonly allowedCidrs: readonly string[];
  /** Outbound address of the cluster. Default: no rule for a cluster. */
  readonly clusterAddress?: Input<string>;
  /**
   * Lets everything that runs inside Azure try to connect. Needed by a container group, whose outbound address is not
   * its own; password and TLS remain. Default false.
   */
  readonly allowAzureServices?: boolean;
  /** A second server in another zone that takes over by itself. Not on burstable sizes. Default false. */
  readonly highAvailability?: boolean;
  /** Days that backups are kept, 7 to 35. Default 7. */
  readonly backupDays?: number;
  /** Keeps backups in the paired region as well. Cannot change later. Default false. */
  readonly geoRedundantBackup?: boolean;
  /** True: the engine refuses to delete or replace server, databases and password. */
  readonly protectData: boolean;
  /** Tags of every resource. */
  readonly tags: Tags;
}

/** Server parameters for being either end of logical replication. */
const PARAMETERS: Readonly<Record<string, string>> = { wal_level: "logical", max_worker_processes: "16" };

/**
 * PostgreSQL flexible server, the replica.
 *
 * Public access with a firewall, not a delegated subnet: that choice can never change for a server, a public one can
 * get a private endpoint later (private-access.ts), and a subscriber must reach RDS (and, after a failover, be reached by
 * it) without a VPN. TLS is on unless a server parameter says otherwise. `allowedCidrs` must hold the primary's outbound
 * address.
 *
 * `wal_level` and `max_worker_processes` take effect at the server's next restart. The driver restarts it before the first protection.
 */
export class Postgres extends ComponentResource {
  /** Resource id. */
  readonly serverId: Output<string>;
  /** DNS name. */
  readonly host: Output<string>;
  /** 5432. */
  readonly port = POSTGRES_PORT;
  /** Owner of the server. */
  readonly adminUser = ADMIN_USER;
  /** Secret. */
  readonly adminPassword: Output<string>;

  readonly #name: string;

  constructor(name: string, args: PostgresArgs, options?: ComponentResourceOptions) {
    super("pilotlight:azure:Postgres", name, {}, options);
    this.#name = name;
    const problem = args.highAvailability ? highAvailabilityProblem(args.sku) : undefined;
    if (problem) throw new Error(`highAvailability: ${problem}`);
    const password = databasePassword(`${name}-admin`, this, args.protectData);
    const server = this.#server(args, password);
    // A server takes one change at a time, so its children come one after the other.
    let last: Resource = this.#database(args, server, "database", args.databaseName, server);
    for (const database of args.additionalDatabases ?? []) {
      last = this.#database(args, server, `database-${database.replaceAll("_", "-")}`, database, last);
    }
    const { extensions = [] } = args;
    const parameters = { ...PARAMETERS, ...(extensions.length > 0 && { "azure.extensions": extensions.join(",") }) };
    for (const [key, value] of Object.entries(parameters)) last = this.#parameter(args, server, key, value, last);
    if (args.clusterAddress !== undefined) {
      last = this.#firewallRule(args, server, "cluster", args.clusterAddress, args.clusterAddress, last);
    }
    for (const { key, first, last: end } of [
      ...(args.allowAzureServices ? [AZURE_SERVICES] : []),
      ...firewallBlocks(args.allowedCidrs),
    ]) {
      last = this.#firewallRule(args, server, key, first, end, last);
    }
    this.serverId = server.id;
    this.host = server.fullyQualifiedDomainName;
    this.adminPassword = password;
    this.registerOutputs({ host: this.host });
  }

  #server(args: PostgresArgs, administratorLoginPassword: Output<string>): Server {
    return new Server(
      `${this.#name}-server`,
      {
        serverName: args.serverName,
        resourceGroupName: args.resourceGroupName,
        location: args.location,
        createMode: "Default",
        version: args.version,
        sku: { name: args.sku, tier: skuTier(args.sku) },
        storage: { storageSizeGB: args.storageGib, autoGrow: "Enabled" },
        backup: {
          backupRetentionDays: args.backupDays ?? 7,
          geoRedundantBackup: args.geoRedundantBackup ? "Enabled" : "Disabled",
        },
        highAvailability: { mode: args.highAvailability ? "ZoneRedundant" : "Disabled" },
        network: { publicNetworkAccess: "Enabled" },
        authConfig: { activeDirectoryAuth: "Disabled", passwordAuth: "Enabled" },
        administratorLogin: this.adminUser,
        administratorLoginPassword,
        tags: { ...args.tags },
      },
      { parent: this, ...dataOptions(args.protectData) },
    );
  }

  #database(args: PostgresArgs, server: Server, key: string, databaseName: string, after: Resource): Database {
    return new Database(
      `${this.#name}-${key}`,
      {
        databaseName,
        serverName: server.name,
        resourceGroupName: args.resourceGroupName,
        charset: "UTF8",
        collation: "en_US.utf8",
      },
      { parent: this, dependsOn: after, ...dataOptions(args.protectData) },
    );
  }

  #parameter(args: PostgresArgs, server: Server, key: string, value: string, after: Resource): Configuration {
    return new Configuration(
      `${this.#name}-${key.replaceAll(/[_.]/g, "-")}`,
      {
        configurationName: key,
        value,
        source: "user-override",
        serverName: server.name,
        resourceGroupName: args.resourceGroupName,
      },
      { parent: this, dependsOn: after },
    );
  }

  #firewallRule(
    args: PostgresArgs,
    server: Server,
    key: string,
    startIpAddress: Input<string>,
    endIpAddress: Input<string>,
    after: Resource,
  ): FirewallRule {
    return new FirewallRule(
      `${this.#name}-${key}`,
      {
        firewallRuleName: key,
        startIpAddress,
        endIpAddress,
        serverName: server.name,
        resourceGroupName: args.resourceGroupName,
      },
      { parent: this, dependsOn: after },
    );
  }
}
