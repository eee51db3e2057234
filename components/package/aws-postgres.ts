import { ComponentResource, type ComponentResourceOptions, type Input, type Output, output } from "@pulumi/pulumi";
import { Postgres, type PostgresArgs } from "../aws/postgres.ts";
import type { SslMode } from "./vocabulary.ts";

/** What an AwsPostgres is made of. */
export interface AwsPostgresArgs extends PostgresArgs {
  /** Whether the server takes connections without TLS. */
  readonly sslMode: SslMode;
  /** Database subnets, in two zones at least. */
  readonly subnetIds: Input<string>[];
  /** Blocks that may connect. Nobody else gets in. */
  readonly allowedCidrs: string[];
}

/** RDS for PostgreSQL with logical replication on, reached from outside by TLS and by listed blocks alone. */
export class AwsPostgres extends ComponentResource {
  /** DNS name. */
  readonly host: Output<string>;
  /** TCP port. */
  readonly port: Output<number>;
  /** Owner of the server. */
  readonly adminUser: Output<string>;
  /** Secret. */
  readonly adminPassword: Output<string>;

  constructor(name: string, args: AwsPostgresArgs, options?: ComponentResourceOptions) {
    super("pilotlight:index:AwsPostgres", name, {}, options);
    const server = new Postgres(name, args, { parent: this });
    this.host = server.host;
    this.port = output(server.port);
    this.adminUser = output(server.adminUser);
    this.adminPassword = server.adminPassword;
    this.registerOutputs({
      host: this.host,
      port: this.port,
      adminUser: this.adminUser,
      adminPassword: this.adminPassword,
    });
  }
}
