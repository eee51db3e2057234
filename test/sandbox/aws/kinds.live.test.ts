import { describe, expect, it } from "vitest";
import type { Properties } from "../../../sandbox/providers/resource-kind.ts";
import { policyText, trust, useKindBench } from "./kind-bench.ts";

const bench = useKindBench(6);
const { drop, live, make, read } = bench;

describe("without dependencies", () => {
  it.each<[string, Properties, Properties | undefined]>([
    ["aws:ec2/vpc:Vpc", { cidrBlock: "10.1.0.0/16" }, { enableDnsHostnames: true, tags: { a: "1" } }],
    ["aws:ec2/eip:Eip", { domain: "vpc", tags: { a: "1" } }, { tags: { b: "2" } }],
    ["aws:iam/role:Role", { assumeRolePolicy: trust, tags: { a: "1" } }, { description: "new", tags: { a: "2" } }],
    ["aws:iam/policy:Policy", { policy: policyText("s3:GetObject") }, { policy: policyText("s3:PutObject") }],
    ["aws:kms/key:Key", { deletionWindowInDays: 7 }, { enableKeyRotation: true, description: "new", tags: { a: "1" } }],
    ["aws:kms/key:Key", { enableKeyRotation: true }, { rotationPeriodInDays: 90, policy: policyText("kms:Decrypt") }],
    [
      "aws:iam/openIdConnectProvider:OpenIdConnectProvider",
      { url: "https://oidc.eks.eu-central-1.amazonaws.com/id/1", clientIdLists: ["sts.amazonaws.com"] },
      { clientIdLists: ["sts.amazonaws.com", "b"], thumbprintLists: ["a".repeat(40)], tags: { a: "1" } },
    ],
    [
      "aws:ecr/repository:Repository",
      { imageScanningConfiguration: { scanOnPush: true }, encryptionConfigurations: [{ encryptionType: "AES256" }] },
      { imageTagMutability: "IMMUTABLE", imageScanningConfiguration: { scanOnPush: false }, tags: { a: "1" } },
    ],
    ["aws:route53/zone:Zone", { name: "it.test" }, { comment: "new", tags: { a: "1" } }],
    ["aws:secretsmanager/secret:Secret", { recoveryWindowInDays: 0 }, { description: "new", tags: { a: "1" } }],
    ["aws:secretsmanager/secret:Secret", { name: "waiting" }, undefined],
    ["aws:cloudwatch/logGroup:LogGroup", {}, { retentionInDays: 7, tags: { a: "1" } }],
    ["aws:s3/bucket:Bucket", { tags: { a: "1" } }, { tags: { b: "2" } }],
    [
      "aws:rds/parameterGroup:ParameterGroup",
      { family: "postgres18" },
      { parameters: [{ name: "work_mem", value: "9" }] },
    ],
  ])("%s %j", live);
});

describe("on a parent", () => {
  it("policies of a role", async () => {
    const role = await make("aws:iam/role:Role", { assumeRolePolicy: trust });
    const name = role.outputs["name"];
    const policyArn = "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy";
    await live("aws:iam/rolePolicyAttachment:RolePolicyAttachment", { role: name, policyArn }, undefined);
    const inline = { role: name, policy: policyText("s3:GetObject") };
    await live("aws:iam/rolePolicy:RolePolicy", inline, { policy: policyText("s3:PutObject") });
    await drop("aws:iam/role:Role", role);
  });

  it("settings of a bucket", async () => {
    const made = await make("aws:s3/bucket:Bucket", { forceDestroy: true });
    const bucket = made.id;
    const rule = {
      id: "cool",
      status: "Enabled",
      filter: {},
      transitions: [{ days: 30, storageClass: "STANDARD_IA" }],
    };
    const filtered = {
      id: "large",
      status: "Enabled",
      filter: { and: { prefix: "a/", objectSizeGreaterThan: 1000, tags: { a: "1" } } },
      noncurrentVersionExpiration: { noncurrentDays: 90, newerNoncurrentVersions: 3 },
      abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
    };
    const encrypted = (sseAlgorithm: string) => ({ rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm } }] });
    const locked = {
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    };
    await live("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", { bucket }, locked);
    await live(
      "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
      { bucket, ...encrypted("AES256") },
      { rules: [{ ...encrypted("aws:kms").rules[0], bucketKeyEnabled: true }] },
    );
    await live(
      "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
      { bucket, rules: [rule] },
      { rules: [{ ...rule, expiration: { days: 400 } }, filtered] },
    );
    const cors = (...allowedOrigins: string[]) => ({ corsRules: [{ allowedMethods: ["GET"], allowedOrigins }] });
    await live(
      "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration",
      { bucket, ...cors("https://a.test") },
      { corsRules: [...cors("*").corsRules, { ...cors("https://b.test").corsRules[0], id: "b", maxAgeSeconds: 60 }] },
    );
    await live(
      "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
      { bucket, rule: { objectOwnership: "BucketOwnerPreferred" } },
      { rule: { objectOwnership: "BucketOwnerEnforced" } },
    );
    await live(
      "aws:s3/bucketPolicy:BucketPolicy",
      { bucket, policy: policyText("s3:GetObject") },
      { policy: policyText("s3:PutObject") },
    );
    const versioning = { bucket, versioningConfiguration: { status: "Enabled" } };
    const token = "aws:s3/bucketVersioning:BucketVersioning";
    const versions = await make(token, versioning);
    const found = await read(token, bucket, versions.outputs, versioning);
    expect(found?.inputs).toEqual(versioning);
    await drop("aws:s3/bucket:Bucket", made);
  });

  it("records of a zone", async () => {
    const zone = await make("aws:route53/zone:Zone", { name: "records.test" });
    const inputs = { zoneId: zone.id, name: "www", type: "CNAME", ttl: 5, records: ["a.test"] };
    const record = await make("aws:route53/record:Record", inputs);
    expect(record).toMatchObject({ id: `${zone.id}_www_CNAME`, outputs: { fqdn: "www.records.test" } });
    expect(bench.world.records.get(`route53:${zone.id}`)).toContainEqual({
      name: "www.records.test",
      type: "CNAME",
      ttl: 5,
      data: "a.test",
    });
    await drop("aws:route53/record:Record", record);
    await live("aws:route53/record:Record", inputs, { records: ["b.test"], ttl: 6 });
    await drop("aws:route53/zone:Zone", zone);
    expect(bench.world.records.has(`route53:${zone.id}`)).toBe(false);
  });

  it("versions of a secret", async () => {
    const secret = await make("aws:secretsmanager/secret:Secret", { recoveryWindowInDays: 0 });
    const token = "aws:secretsmanager/secretVersion:SecretVersion";
    const first = await make(token, { secretId: secret.id, secretString: "one" });
    const second = await make(token, { secretId: secret.id, secretString: "two" });
    await drop(token, first);
    const found = await read(token, second.id, second.outputs);
    expect(found?.outputs).toMatchObject({ secretString: "two", versionStages: ["AWSCURRENT"] });
    await drop("aws:secretsmanager/secret:Secret", secret);
    await drop(token, second);
    expect(await read(token, second.id, second.outputs)).toBeUndefined();
  });

  it("rotation of a secret, whose value stays", async () => {
    const secret = await make("aws:secretsmanager/secret:Secret", { recoveryWindowInDays: 0 });
    const token = "aws:secretsmanager/secretVersion:SecretVersion";
    const value = await make(token, { secretId: secret.id, secretString: "one" });
    await live(
      "aws:secretsmanager/secretRotation:SecretRotation",
      {
        secretId: secret.id,
        rotationLambdaArn: "arn:aws:lambda:eu-central-1:123456789012:function:rotate",
        rotationRules: { automaticallyAfterDays: 30 },
      },
      { rotationRules: { scheduleExpression: "rate(10 days)", duration: "3h" } },
    );
    const found = await read(token, value.id, value.outputs);
    expect(found?.outputs).toMatchObject({ secretString: "one", versionStages: ["AWSCURRENT"] });
    await drop("aws:secretsmanager/secret:Secret", secret);
  });

  it("lifecycle policy of a repository", async () => {
    const repository = await make("aws:ecr/repository:Repository", { name: "shop/orders" });
    expect(repository).toMatchObject({
      id: "shop/orders",
      outputs: { repositoryUrl: "123456789012.dkr.ecr.eu-central-1.amazonaws.com/shop/orders" },
    });
    const keep = (countNumber: number) => ({
      policy: JSON.stringify({
        rules: [
          {
            rulePriority: 1,
            selection: { tagStatus: "any", countType: "imageCountMoreThan", countNumber },
            action: { type: "expire" },
          },
        ],
      }),
    });
    await live("aws:ecr/lifecyclePolicy:LifecyclePolicy", { repository: repository.id, ...keep(10) }, keep(20));
    await drop("aws:ecr/repository:Repository", repository);
  });

  it("alias of a key", async () => {
    const key = await make("aws:kms/key:Key", { deletionWindowInDays: 7 });
    const other = await make("aws:kms/key:Key", { deletionWindowInDays: 7 });
    await live("aws:kms/alias:Alias", { targetKeyId: key.id }, { targetKeyId: other.id });
    for (const one of [key, other]) await drop("aws:kms/key:Key", one);
  });
});
