import { Secret } from "@pulumi/aws/secretsmanager/secret.js";
import { SecretRotation } from "@pulumi/aws/secretsmanager/secretRotation.js";
import { SecretVersion } from "@pulumi/aws/secretsmanager/secretVersion.js";
import {
  ComponentResource,
  type ComponentResourceOptions,
  type Input,
  jsonStringify,
  type Output,
  secret,
} from "@pulumi/pulumi";
import type { Tags } from "../tags.ts";

/** What people and tools need to connect, in the form that AWS's own rotation uses. */
export interface DatabaseCredentials {
  /** Name of the server. */
  readonly host: Input<string>;
  /** Port of the server. */
  readonly port: number;
  /** Name of the database. */
  readonly dbname: string;
  /** Who logs in. */
  readonly username: string;
  /** Kept as a secret throughout. */
  readonly password: Input<string>;
}

/** Who changes the password, and how often. */
export interface SecretRotationSettings {
  /** Function that rotates, which must let Secrets Manager call it. */
  readonly lambdaArn: Input<string>;
  /** Days between two rotations, 1 to 1000; default 30. */
  readonly days?: number | undefined;
}

export interface DatabaseSecretArgs {
  /** The first login; what rotation makes of it later is not taken back. */
  readonly credentials: DatabaseCredentials;
  /**
   * Rotation. Default: none. The driver gives the application's role the stack's own password at every move, so rotate this
   * one only together with the application, and log in as another user or rotate again after a move.
   */
  readonly rotation?: SecretRotationSettings | undefined;
  /** KMS key of the secret; default: Secrets Manager's own. */
  readonly keyArn?: Input<string> | undefined;
  /** False: deleted at once; true: can be restored for 30 days. */
  readonly protectData: boolean;
  /** Tags of the secret. */
  readonly tags: Tags;
}

/** The application's database login in Secrets Manager. */
export class DatabaseSecret extends ComponentResource {
  /** ARN of the secret. */
  readonly arn: Output<string>;

  constructor(name: string, args: DatabaseSecretArgs, options?: ComponentResourceOptions) {
    super("pilotlight:aws:DatabaseSecret", name, {}, options);
    const { rotation } = args;
    const entry = new Secret(
      `${name}-secret`,
      {
        description: "Database login of the application",
        recoveryWindowInDays: args.protectData ? 30 : 0,
        ...(args.keyArn === undefined ? {} : { kmsKeyId: args.keyArn }),
        tags: { ...args.tags },
      },
      { parent: this },
    );
    const version = new SecretVersion(
      `${name}-version`,
      { secretId: entry.id, secretString: secret(jsonStringify({ engine: "postgres", ...args.credentials })) },
      // What a rotation wrote must not be written over by the next update.
      { parent: this, ...(rotation ? { ignoreChanges: ["secretString", "versionStages"] } : {}) },
    );
    if (rotation) {
      new SecretRotation(
        `${name}-rotation`,
        {
          secretId: entry.id,
          rotationLambdaArn: rotation.lambdaArn,
          rotationRules: { automaticallyAfterDays: rotation.days ?? 30 },
          // The first time on schedule, not in the middle of the update that switches it on.
          rotateImmediately: false,
        },
        { parent: this, dependsOn: version },
      );
    }
    this.arn = entry.arn;
    this.registerOutputs({ arn: this.arn });
  }
}
