import { getCallerIdentityOutput } from "@pulumi/aws/getCallerIdentity.js";
import { Alias } from "@pulumi/aws/kms/alias.js";
import { Key } from "@pulumi/aws/kms/key.js";
import { ComponentResource, type ComponentResourceOptions, type Input, type Output, output } from "@pulumi/pulumi";
import { dataOptions } from "../data-options.ts";
import type { Tags } from "../tags.ts";

export interface EncryptionKeyArgs {
  /** Name of the key with `alias/` before it. */
  readonly alias: string;
  /** Region of the key, e.g. eu-central-1. */
  readonly region: string;
  /** The AWS account that administrates the key. Default: the account of the credentials in use, which AWS is asked for. */
  readonly accountId?: Input<string> | undefined;
  /** True: the engine refuses to delete it, and AWS would wait 30 days (else 7). What a lost key encrypted is lost. */
  readonly protectData: boolean;
  /** Tags of the key. */
  readonly tags: Tags;
}

/**
 * A KMS key, new material every year, for everything of a site that can be encrypted with a key of one's own: secrets of the
 * cluster, objects, images, logs, alarms. Roles use it as their own policies say; of AWS's services only logs and alarms may.
 */
export class EncryptionKey extends ComponentResource {
  /** ARN of the key. */
  readonly arn: Output<string>;
  /** Id of the key. */
  readonly keyId: Output<string>;

  constructor(name: string, args: EncryptionKeyArgs, options?: ComponentResourceOptions) {
    super("pilotlight:aws:EncryptionKey", name, {}, options);
    const accountId = output(args.accountId ?? getCallerIdentityOutput({}, { parent: this }).accountId);
    const key = new Key(
      `${name}-key`,
      {
        description: `Data of ${args.alias.replace(/^alias\//, "")}`,
        enableKeyRotation: true,
        deletionWindowInDays: args.protectData ? 30 : 7,
        policy: accountId.apply((account) => keyPolicy(account, args.region)),
        tags: { ...args.tags },
      },
      { parent: this, ...dataOptions(args.protectData) },
    );
    new Alias(`${name}-alias`, { name: args.alias, targetKeyId: key.keyId }, { parent: this });
    this.arn = key.arn;
    this.keyId = key.keyId;
    this.registerOutputs({ arn: this.arn });
  }
}

/**
 * Who may use a key. The account's root stands for whatever IAM in the account allows; without it nobody could ever change the
 * key again. In a key's own policy `*` means this key.
 */
export function keyPolicy(accountId: string, region: string): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "Account",
        Effect: "Allow",
        Principal: { AWS: `arn:aws:iam::${accountId}:root` },
        Action: "kms:*",
        Resource: "*",
      },
      {
        Sid: "Logs",
        Effect: "Allow",
        Principal: { Service: `logs.${region}.amazonaws.com` },
        Action: ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"],
        Resource: "*",
        Condition: {
          ArnLike: { "kms:EncryptionContext:aws:logs:arn": `arn:aws:logs:${region}:${accountId}:log-group:*` },
        },
      },
      {
        // An alarm cannot reach a topic that is encrypted with AWS's own key, which lets no alarm in.
        Sid: "Alarms",
        Effect: "Allow",
        Principal: { Service: "cloudwatch.amazonaws.com" },
        Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
        Resource: "*",
        Condition: {
          StringEquals: { "aws:SourceAccount": accountId },
          ArnLike: { "aws:SourceArn": `arn:aws:cloudwatch:${region}:${accountId}:alarm:*` },
        },
      },
    ],
  });
}
