/** What an observer may look at; what is absent it may not. */
export interface ObservedResources {
  readonly bucketArn?: string | undefined;
  /** KMS key that encrypts the bucket. */
  readonly keyArn?: string | undefined;
  readonly clusterArn?: string | undefined;
  readonly databaseArn?: string | undefined;
  readonly healthCheckIds?: readonly string[] | undefined;
}

/** Actions for which AWS knows no resource, and why the driver needs them all the same. */
export const WITHOUT_RESOURCE: Readonly<Record<string, string>> = {
  "ec2:DescribeRegions":
    "the signal whether AWS answers in a second region at all; lists regions, nothing of the account's",
  "health:DescribeEvents": "open events of AWS Health, context of a decision; events belong to no resource",
};

/**
 * What the driver reads in AWS, and nothing else. It copies objects (list, get), weighs node groups, the database and health
 * checks; `eks get-token` signs locally and needs no right at all, because what the token may do the cluster itself decides.
 */
export function observerPolicy(observed: ObservedResources): string {
  const { bucketArn, keyArn, clusterArn, databaseArn, healthCheckIds = [] } = observed;
  const statement = (Sid: string, Action: readonly string[], Resource: string | readonly string[]) => ({
    Sid,
    Effect: "Allow",
    Action,
    Resource,
  });
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      statement("Regions", Object.keys(WITHOUT_RESOURCE), "*"),
      ...(bucketArn === undefined
        ? []
        : [
            statement("ListObjects", ["s3:ListBucket", "s3:GetBucketLocation"], bucketArn),
            statement("ReadObjects", ["s3:GetObject"], `${bucketArn}/*`),
          ]),
      ...(keyArn === undefined ? [] : [statement("DecryptObjects", ["kms:Decrypt"], keyArn)]),
      ...(clusterArn === undefined
        ? []
        : [
            statement("Cluster", ["eks:DescribeCluster", "eks:ListNodegroups"], clusterArn),
            statement("NodeGroups", ["eks:DescribeNodegroup"], `${clusterArn.replace(":cluster/", ":nodegroup/")}/*`),
          ]),
      ...(databaseArn === undefined ? [] : [statement("Database", ["rds:DescribeDBInstances"], databaseArn)]),
      ...(healthCheckIds.length === 0
        ? []
        : [
            statement(
              "HealthChecks",
              ["route53:GetHealthCheckStatus"],
              healthCheckIds.map((id) => `arn:aws:route53:::healthcheck/${id}`),
            ),
          ]),
    ],
  });
}

/**
 * Who may become the observer. The external id keeps a third party, who is trusted by several, from being used by one of them
 * against another.
 * Errors: nobody; a wildcard; a whole account.
 */
export function observerTrust(principalArns: readonly string[], externalId?: string): string {
  if (principalArns.length === 0) throw new Error("observer.principals: empty; name the role or user that may observe");
  const vague = principalArns.find(
    (arn) => arn.includes("*") || !/^arn:aws[a-z-]*:(iam|sts)::\d{12}:(?!root$)/.test(arn),
  );
  if (vague !== undefined) throw new Error(`observer.principals: ${vague}; name one role or user by its ARN`);
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { AWS: principalArns },
        Action: "sts:AssumeRole",
        ...(externalId === undefined ? {} : { Condition: { StringEquals: { "sts:ExternalId": externalId } } }),
      },
    ],
  });
}
