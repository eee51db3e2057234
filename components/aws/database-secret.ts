import { Secret } from "@pulumi/aws/secretsmanager/secret.js";
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

export interface DatabaseSecretArgs {
  /** What people and tools need to connect, in the form that AWS's own rotation uses. */
  readonly credentials: {
    readonly host: Input<string>;
    readonly port: number;
    readonly dbname: string;
    readonly username: string;
    readonly password: Input<string>;
  };
  /** False: deleted at once; true: can be restored for 30 days. */
  readonly protectData: boolean;
  readonly tags: Tags;
}

/** The application's database login in Secrets Manager. */
export class DatabaseSecret extends ComponentResource {
  readonly arn: Output<string>;

  constructor(name: string, args: DatabaseSecretArgs, options?: ComponentResourceOptions) {
    super("pilotlight:aws:DatabaseSecret", name, {}, options);
    const entry = new Secret(
      `${name}-secret`,
      {
        description: "Database login of the application",
        recoveryWindowInDays: args.protectData ? 30 : 0,
        tags: { ...args.tags },
      },
      { parent: this },
    );
    new SecretVersion(
      `${name}-version`,
      { secretId: entry.id, secretString: secret(jsonStringify({ engine: "postgres", ...args.credentials })) },
      { parent: this },
    );
    this.arn = entry.arn;
    this.registerOutputs({ arn: this.arn });
  }
}
