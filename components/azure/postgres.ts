import { Configuration } from "@pulumi/azure-native/dbforpostgresql/configuration.js";
import { Database } from "@pulumi/azure-native/dbforpostgresql/database.js";
import { FirewallRule } from "@pulumi/azure-native/dbforpostgresql/firewallRule.js";
import { Server } from "@pulumi/azure-native/dbforpostgresql/server.js";
import type { Resource } from "@pulumi/pulumi";
import { ComponentResource, type ComponentResourceOptions, type Input, type Output } from "@pulumi/pulumi";
import { addressRange, parseCidr } from "../cidr.ts";
import { dataOptions } from "../data-options.ts";
import { databasePassword } from "../database-password.ts";
import { ADMIN_USER, POSTGRES_PORT } from "../postgres-vocabulary.ts";
import type { Tags } from "../tags.ts";

export interface PostgresArgs {
  readonly serverName: Input<string>;
  readonly resourceGroupName: Input<string>;
  readonly location: string;
  /** Major version, e.g. 18. */
  readonly version: string;
  /** e.g. Standard_D2ds_v5 (general purpose) or Standard_B2s (burstable). */
  readonly sku: string;
  /** GiB at creation, a power of two; grows by itself. */
  readonly storageGib: number;
  readonly databaseName: string;
  /** Blocks that may connect. Nobody else gets in. */
  readonly allowedCidrs: readonly string[];
  /** Outbound address of the cluster. */
  readonly clusterAddress: Input<string>;
  readonly protectData: boolean;
  readonly tags: Tags;
}

/** Server parameters for being either end of logical replication. */
const PARAMETERS: Readonly<Record<string, string>> = { wal_level: "logical", max_worker_processes: "16" };

/** Azure wants the tier beside the SKU that implies it. */
export function skuTier(sku: string): "Burstable" | "GeneralPurpose" | "MemoryOptimized" {
  if (sku.startsWith("Standard_B")) return "Burstable";
  return sku.startsWith("Standard_E") ? "MemoryOptimized" : "GeneralPurpose";
}

/**
 * PostgreSQL flexible server, the replica.
 *
 * Public access with a firewall, not a delegated subnet: that choice can never change for a server, a public one can
 * get a private endpoint later, and a subscriber must reach RDS (and, after a failover, be reached by it) without a
 * VPN. TLS is on unless a server parameter says otherwise. `allowedCidrs` must hold the primary's outbound address.
 *
 * `wal_level` takes effect at the server's next restart; receiving needs no restart, the way back (reprotect) does.
 */
export class Postgres extends ComponentResource {
  readonly host: Output<string>;
  readonly port = POSTGRES_PORT;
  readonly adminUser = ADMIN_USER;
  /** Secret. */
  readonly adminPassword: Output<string>;

  readonly #name: string;

  constructor(name: string, args: PostgresArgs, options?: ComponentResourceOptions) {
    super("pilotlight:azure:Postgres", name, {}, options);
    this.#name = name;
    const password = databasePassword(`${name}-admin`, this, args.protectData);
    const server = this.#server(args, password);
    // A server takes one change at a time, so its children come one after the other.
    let last: Resource = this.#database(args, server);
    for (const [key, value] of Object.entries(PARAMETERS)) last = this.#parameter(args, server, key, value, last);
    last = this.#firewallRule(args, server, "cluster", args.clusterAddress, args.clusterAddress, last);
    for (const cidr of args.allowedCidrs) {
      const block = parseCidr(cidr);
      if (!block) throw new Error(`allowedCidrs: ${cidr} is not an IPv4 block such as 203.0.113.0/28`);
      const { first, last: end } = addressRange(block);
      last = this.#firewallRule(args, server, `allowed-${cidr.replace(/[./]/g, "-")}`, first, end, last);
    }
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
        backup: { backupRetentionDays: 7, geoRedundantBackup: "Disabled" },
        highAvailability: { mode: "Disabled" },
        network: { publicNetworkAccess: "Enabled" },
        authConfig: { activeDirectoryAuth: "Disabled", passwordAuth: "Enabled" },
        administratorLogin: this.adminUser,
        administratorLoginPassword,
        tags: { ...args.tags },
      },
      { parent: this, ...dataOptions(args.protectData) },
    );
  }

  #database(args: PostgresArgs, server: Server): Database {
    return new Database(
      `${this.#name}-database`,
      {
        databaseName: args.databaseName,
        serverName: server.name,
        resourceGroupName: args.resourceGroupName,
        charset: "UTF8",
        collation: "en_US.utf8",
      },
      { parent: this, ...dataOptions(args.protectData) },
    );
  }

  #parameter(args: PostgresArgs, server: Server, key: string, value: string, after: Resource): Configuration {
    return new Configuration(
      `${this.#name}-${key.replaceAll("_", "-")}`,
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
