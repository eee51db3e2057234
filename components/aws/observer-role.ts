import { Role } from "@pulumi/aws/iam/role.js";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy.js";
import { all, ComponentResource, type ComponentResourceOptions, type Input, type Output } from "@pulumi/pulumi";
import type { Tags } from "../tags.ts";
import { observerPolicy, observerTrust } from "./observer-policy.ts";

export interface ObserverRoleArgs {
  /** ARNs of the IAM roles or users that may observe; no wildcards, no whole accounts. */
  readonly principalArns: readonly Input<string>[];
  /** They must name it when they assume the role; default: nothing to name. */
  readonly externalId?: Input<string> | undefined;
  /** Bucket whose objects are copied to the standby. Default: none is read. */
  readonly bucketArn?: Input<string> | undefined;
  /** KMS key that encrypts the bucket. Default: it is encrypted by S3's own. */
  readonly keyArn?: Input<string> | undefined;
  /** EKS cluster whose node groups are weighed. Default: none is. */
  readonly clusterArn?: Input<string> | undefined;
  /** RDS instance whose state is weighed. Default: none is. */
  readonly databaseArn?: Input<string> | undefined;
  /** Route 53 health checks whose state is weighed. Default: none is. */
  readonly healthCheckIds?: readonly Input<string>[] | undefined;
  /** Tags of the role. */
  readonly tags: Tags;
}

/** What the driver becomes to look at AWS: reads what it decides by, changes nothing. */
export class ObserverRole extends ComponentResource {
  /** ARN of the role. */
  readonly arn: Output<string>;

  constructor(name: string, args: ObserverRoleArgs, options?: ComponentResourceOptions) {
    super("pilotlight:aws:ObserverRole", name, {}, options);
    const { principalArns, externalId, bucketArn, keyArn, clusterArn, databaseArn, healthCheckIds = [] } = args;
    const role = new Role(
      `${name}-role`,
      {
        description: "Reads what Pilotlight decides by",
        assumeRolePolicy: all([all([...principalArns]), externalId]).apply(([arns, id]) => observerTrust(arns, id)),
        tags: { ...args.tags },
      },
      { parent: this },
    );
    new RolePolicy(
      `${name}-read`,
      {
        role: role.name,
        policy: all({ bucketArn, keyArn, clusterArn, databaseArn, healthCheckIds: all([...healthCheckIds]) }).apply(
          observerPolicy,
        ),
      },
      { parent: this },
    );
    this.arn = role.arn;
    this.registerOutputs({ arn: this.arn });
  }
}
