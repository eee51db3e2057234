import { Bucket } from "@pulumi/aws/s3/bucket.js";
import { BucketPublicAccessBlock } from "@pulumi/aws/s3/bucketPublicAccessBlock.js";
import { BucketServerSideEncryptionConfiguration } from "@pulumi/aws/s3/bucketServerSideEncryptionConfiguration.js";
import { BucketVersioning } from "@pulumi/aws/s3/bucketVersioning.js";
import { ComponentResource, type ComponentResourceOptions, type Input, type Output } from "@pulumi/pulumi";
import { dataOptions } from "../data-options.ts";
import type { Tags } from "../tags.ts";

export interface ObjectStoreArgs {
  readonly bucketName: Input<string>;
  /** False: destroying the stack empties the bucket first. */
  readonly protectData: boolean;
  readonly tags: Tags;
}

/** The application's S3 bucket: versioned, encrypted, never public. */
export class ObjectStore extends ComponentResource {
  readonly bucket: Output<string>;
  readonly arn: Output<string>;

  constructor(name: string, args: ObjectStoreArgs, options?: ComponentResourceOptions) {
    super("pilotlight:aws:ObjectStore", name, {}, options);
    const bucket = new Bucket(
      `${name}-bucket`,
      { bucket: args.bucketName, forceDestroy: !args.protectData, tags: { ...args.tags } },
      { parent: this, ...dataOptions(args.protectData) },
    );
    new BucketVersioning(
      `${name}-versioning`,
      { bucket: bucket.bucket, versioningConfiguration: { status: "Enabled" } },
      { parent: this },
    );
    new BucketServerSideEncryptionConfiguration(
      `${name}-encryption`,
      { bucket: bucket.bucket, rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }] },
      { parent: this },
    );
    new BucketPublicAccessBlock(
      `${name}-private`,
      {
        bucket: bucket.bucket,
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      },
      { parent: this },
    );
    this.bucket = bucket.bucket;
    this.arn = bucket.arn;
    this.registerOutputs({ bucket: this.bucket });
  }
}
