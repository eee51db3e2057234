import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup.js";
import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup.js";
import { Instance } from "@pulumi/aws/rds/instance.js";
import { ParameterGroup } from "@pulumi/aws/rds/parameterGroup.js";
import { SubnetGroup } from "@pulumi/aws/rds/subnetGroup.js";
import { ComponentResource, type ComponentResourceOptions, type Input, type Output } from "@pulumi/pulumi";
import { dataOptions } from "../data-options.ts";
import { databasePassword } from "../database-password.ts";
import { ADMIN_USER, POSTGRES_PORT } from "../postgres-vocabulary.ts";
import type { Tags } from "../tags.ts";
import { logRetention } from "./log-retention.ts";
import { databaseLogGroup } from "./names.ts";

/** What RDS for PostgreSQL can send to CloudWatch. */
const LOGS = ["postgresql", "upgrade"];
/** GiB; the largest volume that RDS has. */
const LARGEST = 65_536;

export interface PostgresArgs {
  /** Name of the instance, at most 63 characters. Never changes: a new identifier is a new database. */
  readonly identifier: string;
  /** PostgreSQL major version, e.g. 18. */
  readonly version: string;
  /** RDS instance class, e.g. db.t4g.medium. */
  readonly instanceClass: string;
  /** GiB at creation; grows by itself up to `maxStorageGib`. */
  readonly storageGib: number;
  /** GiB up to which storage grows by itself; default four times `storageGib`. */
  readonly maxStorageGib?: number | undefined;
  /** A second instance in another zone takes over when this one fails; doubles the price. */
  readonly multiAz: boolean;
  /** Name of the application's database, made with the instance. */
  readonly databaseName: string;
  /** `require`: the server refuses connections without TLS. */
  readonly sslMode: "require" | "disable";
  /** Days of automatic backups, 1 to 35; default 7. */
  readonly backupDays?: number | undefined;
  /** Keeps what queries cost, for 7 days (free of charge); default true. */
  readonly performanceInsights?: boolean | undefined;
  /** Sends the server's logs to CloudWatch; default true. */
  readonly logExports?: boolean | undefined;
  /** Days that those logs are kept; default 30. One of CloudWatch's own retention times. */
  readonly logRetentionDays?: number | undefined;
  /** KMS key of those logs, which must let CloudWatch Logs use it (EncryptionKey does). Default: CloudWatch's own key. */
  readonly logKeyArn?: Input<string> | undefined;
  /** KMS key of storage, backups and Performance Insights; default: RDS's own. Never changes: a new key is a new database. */
  readonly keyArn?: Input<string> | undefined;
  /** Network of the security group. */
  readonly vpcId: Input<string>;
  /** Database subnets, in two zones at least. */
  readonly subnetIds: readonly Input<string>[];
  /** Blocks that may connect: the VPC itself and what configuration lists. Nobody else gets in. */
  readonly allowedCidrs: readonly string[];
  /** True: engine and AWS refuse to delete it, and should it go all the same, a last snapshot stays. */
  readonly protectData: boolean;
  /** Tags of everything here, snapshots too. */
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
  /** Name that clients connect to. */
  readonly host: Output<string>;
  /** Name of the instance, as metrics and AWS's API know it. */
  readonly identifier: Output<string>;
  /** ARN of the instance. */
  readonly arn: Output<string>;
  /** Port that clients connect to. */
  readonly port = POSTGRES_PORT;
  /** The role that owns the server. */
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
      logs: this.#logGroups(args),
    });
    this.host = instance.address;
    this.identifier = instance.identifier;
    this.arn = instance.arn;
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

  /** There before the instance: groups that RDS made by itself would be kept for ever. */
  #logGroups(args: PostgresArgs): LogGroup[] {
    if (args.logExports === false) return [];
    return LOGS.map(
      (log) =>
        new LogGroup(
          `${this.#name}-log-${log}`,
          {
            name: databaseLogGroup(args.identifier, log),
            retentionInDays: logRetention(args.logRetentionDays),
            ...(args.logKeyArn === undefined ? {} : { kmsKeyId: args.logKeyArn }),
            tags: this.#tags,
          },
          { parent: this },
        ),
    );
  }

  #instance(
    args: PostgresArgs,
    password: Output<string>,
    around: { subnets: SubnetGroup; parameters: ParameterGroup; access: SecurityGroup; logs: LogGroup[] },
  ): Instance {
    const insights = args.performanceInsights ?? true;
    return new Instance(
      `${this.#name}-instance`,
      {
        identifier: args.identifier,
        engine: "postgres",
        engineVersion: args.version,
        instanceClass: args.instanceClass,
        allocatedStorage: args.storageGib,
        ...storageCeiling(args),
        storageType: "gp3",
        storageEncrypted: true,
        ...(args.keyArn === undefined ? {} : { kmsKeyId: args.keyArn }),
        multiAz: args.multiAz,
        dbName: args.databaseName,
        username: this.adminUser,
        password,
        port: this.port,
        dbSubnetGroupName: around.subnets.name,
        vpcSecurityGroupIds: [around.access.id],
        parameterGroupName: around.parameters.name,
        publiclyAccessible: true,
        backupRetentionPeriod: args.backupDays ?? 7,
        copyTagsToSnapshot: true,
        autoMinorVersionUpgrade: true,
        performanceInsightsEnabled: insights,
        ...(insights ? { performanceInsightsRetentionPeriod: 7 } : {}),
        ...(insights && args.keyArn !== undefined ? { performanceInsightsKmsKeyId: args.keyArn } : {}),
        enabledCloudwatchLogsExports: args.logExports === false ? [] : LOGS,
        deletionProtection: args.protectData,
        skipFinalSnapshot: !args.protectData,
        ...(args.protectData ? { finalSnapshotIdentifier: `${args.identifier}-final` } : {}),
        tags: this.#tags,
      },
      { parent: this, dependsOn: around.logs, ...dataOptions(args.protectData) },
    );
  }
}

/** RDS wants room to grow of a tenth at least; a volume near the largest has none and stays as it is. */
export function storageCeiling({ storageGib, maxStorageGib }: Pick<PostgresArgs, "storageGib" | "maxStorageGib">): {
  maxAllocatedStorage?: number;
} {
  const ceiling = Math.min(maxStorageGib ?? storageGib * 4, LARGEST);
  return ceiling >= storageGib * 1.1 ? { maxAllocatedStorage: ceiling } : {};
}
