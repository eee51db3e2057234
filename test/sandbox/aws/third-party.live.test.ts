import { expect, it } from "vitest";
import type { Properties } from "../../../sandbox/providers/resource-kind.ts";
import { policyText, trust, useKindBench } from "./kind-bench.ts";
import { runBoto3 } from "./run-boto3.ts";

const bench = useKindBench(8);
const region = "eu-central-1";

/** One of each, as a stack would make them. Returns the ids that the cloud chose. */
async function estate() {
  const { make } = bench;
  const vpc = await make("aws:ec2/vpc:Vpc", { cidrBlock: "10.0.0.0/16" });
  const place = (zone: string, at: number) => ({ cidrBlock: `10.0.${at}.0/24`, availabilityZone: `${region}${zone}` });
  const subnets = await Promise.all(
    ["a", "b"].map((zone, at) => make("aws:ec2/subnet:Subnet", { vpcId: vpc.id, ...place(zone, at) })),
  );
  const subnetIds = subnets.map(({ id }) => id);
  const role = await make("aws:iam/role:Role", { assumeRolePolicy: trust });
  const key = await make("aws:kms/key:Key", { enableKeyRotation: true });
  const [template, issuer] = await cluster(subnetIds, role.outputs["arn"], key.outputs["arn"], vpc.id);
  await database(subnetIds);
  await bucket();
  const secret = await make("aws:secretsmanager/secret:Secret", { name: "login" });
  await make("aws:secretsmanager/secretVersion:SecretVersion", { secretId: secret.id, secretString: "not a real one" });
  await make("aws:secretsmanager/secretRotation:SecretRotation", {
    secretId: secret.id,
    rotationLambdaArn: `arn:aws:lambda:${region}:123456789012:function:rotate`,
    rotationRules: { automaticallyAfterDays: 30 },
  });
  await names();
  return { vpc: vpc.id, subnets: subnetIds, template, issuer };
}

async function cluster(subnetIds: readonly string[], roleArn: unknown, keyArn: unknown, vpcId: string) {
  const { make } = bench;
  const made = await make("aws:eks/cluster:Cluster", {
    name: "shop",
    roleArn,
    vpcConfig: { subnetIds },
    enabledClusterLogTypes: ["audit", "api"],
    encryptionConfig: { provider: { keyArn }, resources: ["secrets"] },
  });
  const template = await make("aws:ec2/launchTemplate:LaunchTemplate", { instanceType: "t3.large" });
  const nodes = await make("aws:eks/nodeGroup:NodeGroup", {
    clusterName: "shop",
    nodeGroupName: "default",
    nodeRoleArn: roleArn,
    subnetIds,
    launchTemplate: { id: template.id, version: "1" },
    scalingConfig: { minSize: 1, desiredSize: 2, maxSize: 3 },
  });
  await make("aws:eks/accessEntry:AccessEntry", { clusterName: "shop", principalArn: roleArn });
  await make("aws:lb/loadBalancer:LoadBalancer", { name: "shop", subnets: subnetIds });
  const group = await make("aws:lb/targetGroup:TargetGroup", { port: 30080, protocol: "HTTP", vpcId });
  const [resources] = nodes.outputs["resources"] as { autoscalingGroups: { name: string }[] }[];
  await make("aws:autoscaling/attachment:Attachment", {
    autoscalingGroupName: resources?.autoscalingGroups[0]?.name,
    lbTargetGroupArn: group.id,
  });
  const [identity] = made.outputs["identities"] as { oidcs: { issuer: string }[] }[];
  return [template.id, identity?.oidcs[0]?.issuer] as const;
}

async function database(subnetIds: readonly string[]): Promise<void> {
  const { make } = bench;
  await make("aws:rds/subnetGroup:SubnetGroup", { name: "shop", subnetIds });
  await make("aws:rds/parameterGroup:ParameterGroup", { name: "shop-postgres18", family: "postgres18" });
  await make("aws:rds/instance:Instance", {
    ...{ identifier: "shop", engine: "postgres", engineVersion: "18.1", instanceClass: "db.t4g.micro" },
    ...{ allocatedStorage: 20, storageEncrypted: true, multiAz: true, backupRetentionPeriod: 7 },
    ...{ username: "adm", password: "not-a-real-one", performanceInsightsEnabled: true },
    ...{ dbSubnetGroupName: "shop", parameterGroupName: "shop-postgres18", skipFinalSnapshot: true },
  });
}

async function bucket(): Promise<void> {
  const name = "shop-objects";
  await bench.make("aws:s3/bucket:Bucket", { bucket: name });
  const setting = (type: string, inputs: Properties) => bench.make(type, { bucket: name, ...inputs });
  await setting("aws:s3/bucketVersioning:BucketVersioning", { versioningConfiguration: { status: "Enabled" } });
  await setting("aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration", {
    rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
  });
  await setting("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", {
    ...{ blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true },
  });
  await setting("aws:s3/bucketOwnershipControls:BucketOwnershipControls", {
    rule: { objectOwnership: "BucketOwnerEnforced" },
  });
  await setting("aws:s3/bucketPolicy:BucketPolicy", { policy: policyText("s3:GetObject") });
  await setting("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", {
    rules: [
      {
        ...{ id: "tiers", status: "Enabled", filter: {} },
        transitions: [
          { days: 30, storageClass: "STANDARD_IA" },
          { days: 90, storageClass: "GLACIER_IR" },
        ],
        noncurrentVersionExpiration: { noncurrentDays: 90, newerNoncurrentVersions: 2 },
      },
    ],
  });
  await setting("aws:s3/bucketCorsConfiguration:BucketCorsConfiguration", {
    corsRules: [{ allowedMethods: ["GET"], allowedOrigins: ["https://shop.test"] }],
  });
}

async function names(): Promise<void> {
  const zone = await bench.make("aws:route53/zone:Zone", { name: "shop.test" });
  const record = { zoneId: zone.id, name: "www.shop.test", type: "CNAME", ttl: 5 };
  for (const [setIdentifier, type] of [
    ["primary", "PRIMARY"],
    ["standby", "SECONDARY"],
  ]) {
    const policy = { setIdentifier, failoverRoutingPolicies: [{ type }] };
    await bench.make("aws:route53/record:Record", { ...record, ...policy, records: [`${setIdentifier}.test`] });
  }
}

it("boto3 sees what was declared", async () => {
  const made = await estate();
  expect(await runBoto3(bench.world.endpoint, region)).toEqual({
    network: {
      vpcs: { [made.vpc]: "10.0.0.0/16" },
      subnets: {
        [String(made.subnets[0])]: ["10.0.0.0/24", "eu-central-1a"],
        [String(made.subnets[1])]: ["10.0.1.0/24", "eu-central-1b"],
      },
    },
    clusters: {
      shop: {
        status: "ACTIVE",
        issuer: made.issuer,
        logs: ["api", "audit"],
        encrypts: [["secrets"]],
        access: [expect.stringMatching(/^arn:aws:iam::123456789012:role\/it-/)],
        nodeGroups: {
          default: { status: "ACTIVE", size: 2, template: "1", scaling: [[2, made.template]], targets: [1] },
        },
      },
    },
    databases: {
      shop: {
        ...{ status: "available", engine: "postgres", multiAz: true, encrypted: true, backupDays: 7, insights: true },
        parameters: ["shop-postgres18"],
      },
    },
    buckets: {
      "shop-objects": {
        versioning: "Enabled",
        encryption: ["AES256"],
        lifecycle: [
          [30, "STANDARD_IA"],
          [90, "GLACIER_IR"],
        ],
        oldVersions: [{ NoncurrentDays: 90, NewerNoncurrentVersions: 2 }],
        blocked: {
          ...{ BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true },
        },
        ownership: "BucketOwnerEnforced",
        cors: [{ AllowedMethods: ["GET"], AllowedOrigins: ["https://shop.test"] }],
        policy: ["Allow"],
      },
    },
    secrets: { login: ["not a real one", true] },
    zones: {
      "shop.test.": [
        ["www.shop.test.", "CNAME", "PRIMARY", ["primary.test"]],
        ["www.shop.test.", "CNAME", "SECONDARY", ["standby.test"]],
      ],
    },
    loadBalancers: { shop: ["active", "application", 2] },
  });
});
