import { ComponentResource, type ComponentResourceOptions, type Output, output } from "@pulumi/pulumi";
import { Postgres, type PostgresArgs } from "../azure/postgres.ts";

/** What an AzurePostgres is made of. */
export interface AzurePostgresArgs extends PostgresArgs {
  /** Further databases on the server. Default: none. */
  readonly additionalDatabases?: string[];
  /** Extensions that may be created in its databases. Default: none. */
  readonly extensions?: string[];
  /** Blocks that may connect. Nobody else gets in. */
  readonly allowedCidrs: string[];
}

/** PostgreSQL flexible server, able to be either end of logical replication, behind a firewall list. */
export class AzurePostgres extends ComponentResource {
  /** Resource id. */
  readonly serverId: Output<string>;
  /** DNS name. */
  readonly host: Output<string>;
  /** TCP port. */
  readonly port: Output<number>;
  /** Owner of the server. */
  readonly adminUser: Output<string>;
  /** Secret. */
  readonly adminPassword: Output<string>;

  constructor(name: string, args: AzurePostgresArgs, options?: ComponentResourceOptions) {
    super("pilotlight:index:AzurePostgres", name, {}, options);
    const server = new Postgres(name, args, { parent: this });
    this.serverId = server.serverId;
    this.host = server.host;
    this.port = output(server.port);
    this.adminUser = output(server.adminUser);
    this.adminPassword = server.adminPassword;
    this.registerOutputs({
      serverId: this.serverId,
      host: this.host,
      port: this.port,
      adminUser: this.adminUser,
      adminPassword: this.adminPassword,
    });
  }
}
