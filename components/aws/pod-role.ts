import { PodIdentityAssociation } from "@pulumi/aws/eks/podIdentityAssociation.js";
import { Role } from "@pulumi/aws/iam/role.js";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy.js";
import { all, ComponentResource, type ComponentResourceOptions, type Input } from "@pulumi/pulumi";
import type { Tags } from "../tags.ts";
import { trustPolicy } from "./trust-policy.ts";

/** What EKS Pod Identity needs in a role's trust policy: the service and its actions. */
export const POD_IDENTITY: readonly [string, readonly string[]] = [
  "pods.eks.amazonaws.com",
  ["sts:AssumeRole", "sts:TagSession"],
];

export interface PodRoleArgs {
  /** Name of the EKS cluster that the pods run in. */
  readonly clusterName: Input<string>;
  /** Namespace of the pods. */
  readonly namespace: string;
  /** Service account of the pods. */
  readonly serviceAccount: string;
  /** The bucket whose objects they read and write. */
  readonly bucketArn: Input<string>;
  /** KMS key that encrypts the bucket. Default: the bucket is encrypted by S3's own. */
  readonly keyArn?: Input<string> | undefined;
  /** Tags of the role and its association. */
  readonly tags: Tags;
}

/** Read and write of one bucket's objects, and nothing else. */
export function bucketPolicy(bucketArn: string, keyArn?: string): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Action: ["s3:ListBucket", "s3:GetBucketLocation"], Resource: bucketArn },
      {
        Effect: "Allow",
        Action: ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
        Resource: `${bucketArn}/*`,
      },
      ...(keyArn === undefined
        ? []
        : [{ Effect: "Allow", Action: ["kms:Decrypt", "kms:GenerateDataKey"], Resource: keyArn }]),
    ],
  });
}

/** Lets the application's pods use the bucket, by EKS Pod Identity: no key anywhere. */
export class PodRole extends ComponentResource {
  constructor(name: string, args: PodRoleArgs, options?: ComponentResourceOptions) {
    super("pilotlight:aws:PodRole", name, {}, options);
    const role = new Role(
      `${name}-role`,
      {
        assumeRolePolicy: trustPolicy(...POD_IDENTITY),
        tags: { ...args.tags },
      },
      { parent: this },
    );
    new RolePolicy(
      `${name}-objects`,
      {
        role: role.name,
        policy: all([args.bucketArn, args.keyArn]).apply(([bucket, key]) => bucketPolicy(bucket, key)),
      },
      { parent: this },
    );
    new PodIdentityAssociation(
      `${name}-association`,
      {
        clusterName: args.clusterName,
        namespace: args.namespace,
        serviceAccount: args.serviceAccount,
        roleArn: role.arn,
        tags: { ...args.tags },
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}
