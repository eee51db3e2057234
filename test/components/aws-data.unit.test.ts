import { secret } from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { DatabaseSecret, type DatabaseSecretArgs } from "../../components/aws/database-secret.ts";
import { ImageRegistry, type ImageRegistryArgs } from "../../components/aws/image-registry.ts";
import { ObjectStore, type ObjectStoreArgs, tlsOnlyPolicy } from "../../components/aws/object-store.ts";
import { Postgres, type PostgresArgs } from "../../components/aws/postgres.ts";
import { differenceOf, holdersOf, inputsOf, one, protectedNames, record } from "./support/component.ts";

const tags = { application: "shop" };

describe("the AWS database", () => {
  const plain: PostgresArgs = {
    identifier: "shop-prod",
    version: "18",
    instanceClass: "db.t4g.medium",
    storageGib: 50,
    multiAz: true,
    databaseName: "app",
    sslMode: "require",
    vpcId: "vpc-1",
    subnetIds: ["subnet-1", "subnet-2"],
    allowedCidrs: ["10.0.0.0/16"],
    protectData: true,
    tags,
  };
  const database = (args: Partial<PostgresArgs> = {}) =>
    record(() => {
      const { host, identifier, arn, adminPassword } = new Postgres("database", { ...plain, ...args });
      return { host, identifier, arn, adminPassword };
    });
  const instance = "aws:rds/instance:Instance database-instance";

  it("makes exactly this with every option on", async () => {
    const full = await database({
      maxStorageGib: 500,
      backupDays: 14,
      logRetentionDays: 90,
      logKeyArn: "arn:key",
      keyArn: "arn:key",
    });
    expect(inputsOf(full)).toMatchSnapshot();
    expect(full.outputs).toMatchObject({
      identifier: "shop-prod",
      arn: "arn:aws:rds:eu-central-1:123456789012:db:shop-prod",
    });
  });

  it("has backups, insight, logs and encryption without being asked", async () => {
    expect(inputsOf(await database())[instance]).toMatchObject({
      backupRetentionPeriod: 7,
      copyTagsToSnapshot: true,
      autoMinorVersionUpgrade: true,
      performanceInsightsEnabled: true,
      performanceInsightsRetentionPeriod: 7,
      enabledCloudwatchLogsExports: ["postgresql", "upgrade"],
      maxAllocatedStorage: 200,
      storageEncrypted: true,
      deletionProtection: true,
    });
  });

  it("changes no other child's name by any option", async () => {
    const base = await database();
    const options: Partial<PostgresArgs>[] = [
      { keyArn: "arn:key" },
      { backupDays: 14 },
      { performanceInsights: false },
      { maxStorageGib: 100 },
      { multiAz: false },
      { instanceClass: "db.m7g.large" },
    ];
    for (const option of options) {
      expect(differenceOf(base, await database(option)), JSON.stringify(option)).toEqual({
        added: [],
        removed: [],
        changed: [instance],
      });
    }
    expect(differenceOf(base, await database({ logExports: false }))).toEqual({
      added: [],
      removed: ["postgresql", "upgrade"].map((log) => `aws:cloudwatch/logGroup:LogGroup database-log-${log}`),
      changed: [instance],
    });
  });

  it("keeps its password secret and its data protected", async () => {
    const made = await database();
    expect(made.secrets).toEqual(["adminPassword"]);
    expect(holdersOf("password-of-", made)).toEqual({ all: ["database-instance"], open: [] });
    expect(protectedNames(made)).toEqual(["database-admin", "database-instance"]);
    expect(one(made, "aws:rds/instance:Instance", "database-instance").retainOnDelete).toBe(true);
    const open = await database({ protectData: false });
    expect(protectedNames(open)).toEqual([]);
    expect(inputsOf(open)[instance]).toMatchObject({ deletionProtection: false, skipFinalSnapshot: true });
    expect(inputsOf(open)[instance]).not.toHaveProperty("finalSnapshotIdentifier");
  });

  it("has its log groups before RDS would make them, kept for ever", async () => {
    const made = await database();
    const groups = made.resources.filter(({ type }) => type === "aws:cloudwatch/logGroup:LogGroup");
    expect(groups.map(({ inputs }) => inputs.name).toSorted()).toEqual([
      "/aws/rds/instance/shop-prod/postgresql",
      "/aws/rds/instance/shop-prod/upgrade",
    ]);
    expect(one(made, "aws:rds/instance:Instance", "database-instance").dependencies).toEqual(
      expect.arrayContaining(groups.map(({ urn }) => urn)),
    );
  });
});

describe("the AWS object store", () => {
  const objects = (args: Partial<ObjectStoreArgs> = {}) =>
    record(() => {
      const made = new ObjectStore("objects", { bucketName: "shop-objects", protectData: true, tags, ...args });
      return { bucket: made.bucket, arn: made.arn };
    });

  it("makes exactly this with every option on", async () => {
    const full = await objects({
      keyArn: "arn:key",
      lifecycle: {},
      cors: [
        {
          allowedOrigins: ["https://app.shop.example"],
          allowedMethods: ["GET"],
          allowedHeaders: ["*"],
          exposeHeaders: ["ETag"],
          maxAgeSeconds: 600,
        },
        { allowedOrigins: ["https://www.shop.example"], allowedMethods: ["GET", "HEAD"] },
      ],
    });
    expect(inputsOf(full)).toMatchSnapshot();
  });

  it("changes no other child's name by any option", async () => {
    const base = await objects();
    const cors = [{ allowedOrigins: ["https://app.shop.example"], allowedMethods: ["GET"] }];
    expect(differenceOf(base, await objects({ lifecycle: {} }))).toEqual({
      added: ["aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration objects-lifecycle"],
      removed: [],
      changed: [],
    });
    expect(differenceOf(base, await objects({ cors }))).toEqual({
      added: ["aws:s3/bucketCorsConfiguration:BucketCorsConfiguration objects-cors"],
      removed: [],
      changed: [],
    });
    expect(differenceOf(base, await objects({ keyArn: "arn:key" }))).toEqual({
      added: [],
      removed: [],
      changed: [
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration objects-encryption",
      ],
    });
  });

  it("is open to nobody in the clear, not even its owner", () => {
    expect(JSON.parse(tlsOnlyPolicy("arn:aws:s3:::b")).Statement).toEqual([
      {
        Sid: "TlsOnly",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: ["arn:aws:s3:::b", "arn:aws:s3:::b/*"],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ]);
  });

  it("changes its access one step at a time, as S3 wants it", async () => {
    const made = await objects();
    const block = one(made, "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "objects-private");
    const ownership = one(made, "aws:s3/bucketOwnershipControls:BucketOwnershipControls", "objects-ownership");
    expect(ownership.dependencies).toContain(block.urn);
    expect(one(made, "aws:s3/bucketPolicy:BucketPolicy", "objects-tls").dependencies).toContain(ownership.urn);
  });

  it("is protected, or emptied with the stack", async () => {
    expect(protectedNames(await objects())).toEqual(["objects-bucket"]);
    const open = await objects({ protectData: false });
    expect(protectedNames(open)).toEqual([]);
    expect(one(open, "aws:s3/bucket:Bucket", "objects-bucket").inputs.forceDestroy).toBe(true);
  });
});

describe("the database's login", () => {
  const login = (args: Partial<DatabaseSecretArgs> = {}) =>
    record(() => {
      const credentials = { host: "db.test", port: 5432, dbname: "app", username: "app", password: secret("hush") };
      return { arn: new DatabaseSecret("login", { credentials, protectData: true, tags, ...args }).arn };
    });

  it("makes exactly this with every option on, and stays secret", async () => {
    const full = await login({ rotation: { lambdaArn: "arn:rotate", days: 14 }, keyArn: "arn:key" });
    expect(inputsOf(full)).toMatchSnapshot();
    expect(holdersOf("hush", full)).toEqual({ all: ["login-version"], open: [] });
    expect(full.secrets).toEqual([]);
  });

  it("leaves a rotated password alone", async () => {
    const rotated = await login({ rotation: { lambdaArn: "arn:rotate" } });
    expect(differenceOf(await login(), rotated)).toEqual({
      added: ["aws:secretsmanager/secretRotation:SecretRotation login-rotation"],
      removed: [],
      changed: [],
    });
    const ignored = (made: typeof rotated) =>
      one(made, "aws:secretsmanager/secretVersion:SecretVersion", "login-version").ignoreChanges;
    expect(ignored(rotated)).toEqual(["secretString", "versionStages"]);
    expect(ignored(await login())).toEqual([]);
  });
});

describe("the AWS image registry", () => {
  const registry = (args: Partial<ImageRegistryArgs> = {}) =>
    record(() => {
      const repositories = { api: "shop-prod/api", worker: "shop-prod/worker" };
      const made = new ImageRegistry("images", { repositories, protectData: true, tags, ...args });
      return { api: made.url("api") };
    });

  it("makes exactly this", async () => {
    const full = await registry({ keyArn: "arn:key", keepImages: 10, untaggedDays: 3 });
    expect(inputsOf(full)).toMatchSnapshot();
    expect(full.outputs).toEqual({ api: "123456789012.dkr.ecr.eu-central-1.amazonaws.com/shop-prod/api" });
  });

  it("names repositories by image, not by place in the list", async () => {
    const repositories = { new: "shop-prod/new", worker: "shop-prod/worker", api: "shop-prod/api" };
    expect(differenceOf(await registry(), await registry({ repositories }))).toEqual({
      added: ["aws:ecr/lifecyclePolicy:LifecyclePolicy images-new", "aws:ecr/repository:Repository images-new"],
      removed: [],
      changed: [],
    });
  });

  it("is protected by option, and knows its images", async () => {
    expect(protectedNames(await registry())).toEqual(["images-api", "images-worker"]);
    const open = await registry({ protectData: false });
    expect(protectedNames(open)).toEqual([]);
    expect(one(open, "aws:ecr/repository:Repository", "images-api").inputs).toMatchObject({
      forceDelete: true,
      encryptionConfigurations: [{ encryptionType: "AES256" }],
    });
    await expect(registry({ repositories: {} })).rejects.toThrow("no repository api in this registry");
  });
});
