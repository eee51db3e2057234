import { Bucket } from "@pulumi/aws/s3/bucket.js";
import { BucketCorsConfiguration } from "@pulumi/aws/s3/bucketCorsConfiguration.js";
import { BucketLifecycleConfiguration } from "@pulumi/aws/s3/bucketLifecycleConfiguration.js";
import { BucketOwnershipControls } from "@pulumi/aws/s3/bucketOwnershipControls.js";
import { BucketPolicy } from "@pulumi/aws/s3/bucketPolicy.js";
import { BucketPublicAccessBlock } from "@pulumi/aws/s3/bucketPublicAccessBlock.js";
import { BucketServerSideEncryptionConfiguration } from "@pulumi/aws/s3/bucketServerSideEncryptionConfiguration.js";
import { BucketVersioning } from "@pulumi/aws/s3/bucketVersioning.js";
import { ComponentResource, type ComponentResourceOptions, type Input, type Output } from "@pulumi/pulumi";
import { dataOptions } from "../data-options.ts";
import type { Tags } from "../tags.ts";
import { lifecycleRules, type ObjectLifecycle } from "./object-lifecycle.ts";

/** What browsers on other sites may do with the bucket. */
export interface CorsRule {
  /** e.g. https://app.shop.example. */
  readonly allowedOrigins: readonly string[];
  /** Of GET, PUT, POST, DELETE, HEAD. */
  readonly allowedMethods: readonly string[];
  /** Request headers that a browser may send; default none beyond the simple ones. */
  readonly allowedHeaders?: readonly string[] | undefined;
  /** Answer headers that a page may read; default none beyond the simple ones. */
  readonly exposeHeaders?: readonly string[] | undefined;
  /** Seconds for which a browser may keep this answer; default: the browser's own. */
  readonly maxAgeSeconds?: number | undefined;
}

export interface ObjectStoreArgs {
  /** Name of the bucket, unique among all accounts of AWS. A new name is a new bucket. */
  readonly bucketName: Input<string>;
  /** KMS key that objects are encrypted with; readers and writers then need its use too. Default: S3's own (AES256). */
  readonly keyArn?: Input<string> | undefined;
  /** Moves objects to cheaper storage and throws old versions away. Default: everything stays. */
  readonly lifecycle?: ObjectLifecycle | undefined;
  /** Rules for browsers on other sites. Default: none get in. */
  readonly cors?: readonly CorsRule[] | undefined;
  /** True: the engine refuses to delete it; false: destroying the stack empties the bucket first. */
  readonly protectData: boolean;
  /** Tags of the bucket. */
  readonly tags: Tags;
}

/** The application's S3 bucket: versioned, encrypted, never public, reached over TLS only, owned by this account alone. */
export class ObjectStore extends ComponentResource {
  /** Name of the bucket. */
  readonly bucket: Output<string>;
  /** ARN of the bucket. */
  readonly arn: Output<string>;

  readonly #name: string;

  constructor(name: string, args: ObjectStoreArgs, options?: ComponentResourceOptions) {
    super("pilotlight:aws:ObjectStore", name, {}, options);
    this.#name = name;
    const bucket = new Bucket(
      `${name}-bucket`,
      { bucket: args.bucketName, forceDestroy: !args.protectData, tags: { ...args.tags } },
      { parent: this, ...dataOptions(args.protectData) },
    );
    const versioning = new BucketVersioning(
      `${name}-versioning`,
      { bucket: bucket.bucket, versioningConfiguration: { status: "Enabled" } },
      { parent: this },
    );
    this.#encryption(bucket, args.keyArn);
    this.#access(bucket);
    if (args.lifecycle) this.#lifecycle(bucket, args.lifecycle, versioning);
    if (args.cors) this.#cors(bucket, args.cors);
    this.bucket = bucket.bucket;
    this.arn = bucket.arn;
    this.registerOutputs({ bucket: this.bucket });
  }

  #encryption({ bucket }: Bucket, keyArn: Input<string> | undefined): void {
    // A key for the whole bucket, derived once: else each object is a call to KMS, with its price and its limit.
    const rule =
      keyArn === undefined
        ? { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }
        : {
            applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: keyArn },
            bucketKeyEnabled: true,
          };
    new BucketServerSideEncryptionConfiguration(
      `${this.#name}-encryption`,
      { bucket, rules: [rule] },
      { parent: this },
    );
  }

  #access({ bucket, arn }: Bucket): void {
    const block = new BucketPublicAccessBlock(
      `${this.#name}-private`,
      { bucket, blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true },
      { parent: this },
    );
    // One after the other: S3 refuses two changes of a bucket's access at a time.
    const ownership = new BucketOwnershipControls(
      `${this.#name}-ownership`,
      { bucket, rule: { objectOwnership: "BucketOwnerEnforced" } },
      { parent: this, dependsOn: block },
    );
    new BucketPolicy(
      `${this.#name}-tls`,
      { bucket, policy: arn.apply(tlsOnlyPolicy) },
      { parent: this, dependsOn: ownership },
    );
  }

  #lifecycle({ bucket }: Bucket, lifecycle: ObjectLifecycle, after: BucketVersioning): void {
    new BucketLifecycleConfiguration(
      `${this.#name}-lifecycle`,
      { bucket, rules: lifecycleRules(lifecycle) },
      { parent: this, dependsOn: after },
    );
  }

  #cors({ bucket }: Bucket, rules: readonly CorsRule[]): void {
    const corsRules = rules.map((rule) => ({
      allowedOrigins: [...rule.allowedOrigins],
      allowedMethods: [...rule.allowedMethods],
      ...(rule.allowedHeaders ? { allowedHeaders: [...rule.allowedHeaders] } : {}),
      ...(rule.exposeHeaders ? { exposeHeaders: [...rule.exposeHeaders] } : {}),
      ...(rule.maxAgeSeconds === undefined ? {} : { maxAgeSeconds: rule.maxAgeSeconds }),
    }));
    new BucketCorsConfiguration(`${this.#name}-cors`, { bucket, corsRules }, { parent: this });
  }
}

/** Whoever it is: not in the clear. */
export function tlsOnlyPolicy(bucketArn: string): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "TlsOnly",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: [bucketArn, `${bucketArn}/*`],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ],
  });
}
