import { ComponentResource, type ComponentResourceOptions, type Output } from "@pulumi/pulumi";
import { type CorsRule, ObjectStore, type ObjectStoreArgs } from "../aws/object-store.ts";

/** What browsers on other sites may do with the bucket. */
export interface AwsCorsRule extends CorsRule {
  /** e.g. https://app.shop.example. */
  readonly allowedOrigins: string[];
  /** Of GET, PUT, POST, DELETE, HEAD. */
  readonly allowedMethods: string[];
  /** Request headers that a browser may send. Default: none beyond the simple ones. */
  readonly allowedHeaders?: string[];
  /** Answer headers that a page may read. Default: none beyond the simple ones. */
  readonly exposeHeaders?: string[];
}

/** What an AwsObjectStore is made of. */
export interface AwsObjectStoreArgs extends ObjectStoreArgs {
  /** Rules for browsers on other sites. Default: none get in. */
  readonly cors?: AwsCorsRule[];
}

/** S3 bucket: versioned, encrypted, never public, reached over TLS only. */
export class AwsObjectStore extends ComponentResource {
  /** Name of the bucket. */
  readonly bucket: Output<string>;
  /** ARN of the bucket. */
  readonly arn: Output<string>;

  constructor(name: string, args: AwsObjectStoreArgs, options?: ComponentResourceOptions) {
    super("pilotlight:index:AwsObjectStore", name, {}, options);
    const store = new ObjectStore(name, args, { parent: this });
    this.bucket = store.bucket;
    this.arn = store.arn;
    this.registerOutputs({ bucket: this.bucket, arn: this.arn });
  }
}
