import { AccessEntry } from "@pulumi/aws/eks/accessEntry.js";
import { AccessPolicyAssociation } from "@pulumi/aws/eks/accessPolicyAssociation.js";
import { ComponentResource, type ComponentResourceOptions, type Input } from "@pulumi/pulumi";
import type { Tags } from "../tags.ts";

export interface ClusterAccessArgs {
  /** Name of the EKS cluster, which authenticates by access entries. */
  readonly clusterName: Input<string>;
  /** ARN of the IAM role or user that gets in. */
  readonly principalArn: Input<string>;
  /** What it may do there. Default `view`. */
  readonly level?: AccessLevel | undefined;
  /** Namespaces in which it may. Default: all, and what belongs to no namespace. */
  readonly namespaces?: readonly string[] | undefined;
  /** Tags of the entry. */
  readonly tags: Tags;
}

/** `view`: read all but secrets; `edit`: change workloads and read secrets; `admin`: also roles; `cluster-admin`: everything. */
export type AccessLevel = "view" | "edit" | "admin" | "cluster-admin";

const POLICIES: Readonly<Record<AccessLevel, string>> = {
  view: "AmazonEKSViewPolicy",
  edit: "AmazonEKSEditPolicy",
  admin: "AmazonEKSAdminPolicy",
  "cluster-admin": "AmazonEKSClusterAdminPolicy",
};

/** Lets an IAM principal into a cluster, without a user or a token in Kubernetes. */
export class ClusterAccess extends ComponentResource {
  constructor(name: string, args: ClusterAccessArgs, options?: ComponentResourceOptions) {
    super("pilotlight:aws:ClusterAccess", name, {}, options);
    const { clusterName, principalArn, namespaces, level = "view" } = args;
    const entry = new AccessEntry(
      `${name}-entry`,
      { clusterName, principalArn, type: "STANDARD", tags: { ...args.tags } },
      { parent: this },
    );
    new AccessPolicyAssociation(
      `${name}-policy`,
      {
        clusterName,
        principalArn,
        policyArn: `arn:aws:eks::aws:cluster-access-policy/${POLICIES[level]}`,
        accessScope: namespaces ? { type: "namespace", namespaces: [...namespaces] } : { type: "cluster" },
      },
      { parent: this, dependsOn: entry },
    );
    this.registerOutputs({});
  }
}
