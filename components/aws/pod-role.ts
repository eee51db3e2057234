import { PodIdentityAssociation } from "@pulumi/aws/eks/podIdentityAssociation.js";
import { Role } from "@pulumi/aws/iam/role.js";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy.js";
import { ComponentResource, type ComponentResourceOptions, type Input, output } from "@pulumi/pulumi";
import type { Tags } from "../tags.ts";
import { trustPolicy } from "./trust-policy.ts";

export interface PodRoleArgs {
  readonly clusterName: Input<string>;
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly bucketArn: Input<string>;
  readonly tags: Tags;
}

/** Read and write of one bucket's objects, and nothing else. */
export function bucketPolicy(bucketArn: string): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Action: ["s3:ListBucket", "s3:GetBucketLocation"], Resource: bucketArn },
      {
        Effect: "Allow",
        Action: ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
        Resource: `${bucketArn}/*`,
      },
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
        assumeRolePolicy: trustPolicy("pods.eks.amazonaws.com", ["sts:AssumeRole", "sts:TagSession"]),
        tags: { ...args.tags },
      },
      { parent: this },
    );
    new RolePolicy(
      `${name}-objects`,
      { role: role.name, policy: output(args.bucketArn).apply(bucketPolicy) },
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
