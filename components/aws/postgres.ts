import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup.js";
import { Instance } from "@pulumi/aws/rds/instance.js";
import { ParameterGroup } from "@pulumi/aws/rds/parameterGroup.js";
import { SubnetGroup } from "@pulumi/aws/rds/subnetGroup.js";
import { ComponentResource, type ComponentResourceOptions, type Input, type Output } from "@pulumi/pulumi";
import { dataOptions } from "../data-options.ts";
import { databasePassword } from "../database-password.ts";
import { ADMIN_USER, POSTGRES_PORT } from "../postgres-vocabulary.ts";
import type { Tags } from "../tags.ts";

export interface PostgresArgs {
  /** Never changes: a new identifier is a new database. */
  readonly identifier: string;
  /** Major version, e.g. 18. */
  readonly version: string;
  readonly instanceClass: string;
  /** GiB at creation; grows by itself up to four times this. */
  readonly storageGib: number;
  readonly multiAz: boolean;
  readonly databaseName: string;
  /** `require`: the server refuses connections without TLS. */
  readonly sslMode: "require" | "disable";
  readonly vpcId: Input<string>;
  readonly subnetIds: readonly Input<string>[];
  /** Blocks that may connect: the VPC itself and what configuration lists. Nobody else gets in. */
  readonly allowedCidrs: readonly string[];
  readonly protectData: boolean;
  readonly tags: Tags;
}

/**
 * RDS for PostgreSQL with logical replication on.
 *
 * The two sites replicate straight to each other, TLS over the internet, without a VPN between the clouds: the
 * instance has a public address and its security group lets in `allowedCidrs` alone. Both sides' lists must hold the
 * other's outbound address, in both directions, because a failback replicates the other way.
 */
export class Postgres extends ComponentResource {
  readonly host: Output<string>;
  readonly port = POSTGRES_PORT;
  readonly adminUser = ADMIN_USER;
  /** Secret. */
  readonly adminPassword: Output<string>;

  readonly #name: string;
  readonly #tags: Record<string, string>;

  constructor(name: string, args: PostgresArgs, options?: ComponentResourceOptions) {
    super("pilotlight:aws:Postgres", name, {}, options);
    this.#name = name;
    this.#tags = { ...args.tags };
    const password = databasePassword(`${name}-admin`, this, args.protectData);
    const instance = this.#instance(args, password, {
      subnets: this.#subnetGroup(args),
      parameters: this.#parameterGroup(args),
      access: this.#securityGroup(args),
    });
    this.host = instance.address;
    this.adminPassword = password;
    this.registerOutputs({ host: this.host });
  }

  #subnetGroup(args: PostgresArgs): SubnetGroup {
    return new SubnetGroup(
      `${this.#name}-subnets`,
      { name: args.identifier, subnetIds: [...args.subnetIds], tags: this.#tags },
      { parent: this },
    );
  }

  #parameterGroup(args: PostgresArgs): ParameterGroup {
    const forceTls = { name: "rds.force_ssl", value: "1", applyMethod: "immediate" };
    const logical = { name: "rds.logical_replication", value: "1", applyMethod: "pending-reboot" };
    // The major version is in the name because a family cannot change: an upgrade needs the next group beside this one.
    return new ParameterGroup(
      `${this.#name}-parameters-${args.version}`,
      {
        name: `${args.identifier}-postgres${args.version}`,
        family: `postgres${args.version}`,
        parameters: args.sslMode === "require" ? [forceTls, logical] : [logical],
        tags: this.#tags,
      },
      { parent: this },
    );
  }

  #securityGroup(args: PostgresArgs): SecurityGroup {
    const { port } = this;
    return new SecurityGroup(
      `${this.#name}-access`,
      {
        vpcId: args.vpcId,
        description: "PostgreSQL clients and the replication partner",
        ingress: [{ protocol: "tcp", fromPort: port, toPort: port, cidrBlocks: [...args.allowedCidrs] }],
        egress: [{ protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] }],
        tags: this.#tags,
      },
      { parent: this },
    );
  }

  #instance(
    args: PostgresArgs,
    password: Output<string>,
    around: { subnets: SubnetGroup; parameters: ParameterGroup; access: SecurityGroup },
  ): Instance {
    return new Instance(
      `${this.#name}-instance`,
      {
        identifier: args.identifier,
        engine: "postgres",
        engineVersion: args.version,
        instanceClass: args.instanceClass,
        allocatedStorage: args.storageGib,
        maxAllocatedStorage: args.storageGib * 4,
        storageType: "gp3",
        storageEncrypted: true,
        multiAz: args.multiAz,
        dbName: args.databaseName,
        username: this.adminUser,
        password,
        port: this.port,
        dbSubnetGroupName: around.subnets.name,
        vpcSecurityGroupIds: [around.access.id],
        parameterGroupName: around.parameters.name,
        publiclyAccessible: true,
        backupRetentionPeriod: 7,
        copyTagsToSnapshot: true,
        performanceInsightsEnabled: true,
        deletionProtection: args.protectData,
        skipFinalSnapshot: !args.protectData,
        ...(args.protectData ? { finalSnapshotIdentifier: `${args.identifier}-final` } : {}),
        tags: this.#tags,
      },
      { parent: this, ...dataOptions(args.protectData) },
    );
  }
}
