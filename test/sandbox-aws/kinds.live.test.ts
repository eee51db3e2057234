import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AwsCloud } from "../../sandbox/providers/aws/aws-cloud.ts";
import { kinds } from "../../sandbox/providers/aws/kinds.ts";
import { parseProviderConfig } from "../../sandbox/providers/aws/provider-config.ts";
import type { CallContext, Properties, ResourceKind } from "../../sandbox/providers/resource-kind.ts";
import { validateInputs } from "../../sandbox/providers/validate.ts";
import { type AwsWorld, startAwsWorld, temporaryDirectory } from "./aws-world.ts";

interface Made {
  readonly id: string;
  readonly outputs: Properties;
}

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let world: AwsWorld;
let cloud: AwsCloud;

beforeAll(async () => {
  directory = await temporaryDirectory();
  world = await startAwsWorld(directory.path);
  process.env["AWS_ENDPOINT_URL"] = world.endpoint;
  const config = {
    region: "eu-central-1",
    accessKey: "sandbox",
    secretKey: "sandbox",
    defaultTags: '{"tags":{"by":"us"}}',
  };
  cloud = new AwsCloud(parseProviderConfig(config, {}));
});
afterAll(async () => {
  await world?.[Symbol.asyncDispose]();
  await directory?.[Symbol.asyncDispose]();
});

function context(name: string, lastInputs?: Properties): CallContext {
  const signal = AbortSignal.timeout(60_000);
  return { urn: `urn:x::${name}`, name, signal, log: () => {}, ...(lastInputs && { lastInputs }) };
}

function kindOf(token: string): ResourceKind<AwsCloud> {
  const kind = kinds[token];
  if (kind === undefined) throw new Error(`no kind ${token}`);
  return kind;
}

function checked(token: string, inputs: Properties, old?: Properties): Properties {
  const kind = kindOf(token);
  expect(validateInputs(kind.inputs, inputs)).toEqual([]);
  return kind.defaults?.(inputs, { name: "it", old }) ?? inputs;
}

async function make(token: string, given: Properties): Promise<Made> {
  return kindOf(token).create(cloud, checked(token, given), context("it"));
}

async function drop(token: string, made: Made): Promise<void> {
  await kindOf(token).delete(cloud, made.id, made.outputs, context("it"));
}

/** Creates, refreshes, updates, refreshes, imports, deletes, deletes again. */
async function live(token: string, given: Properties, changed: Properties | undefined): Promise<void> {
  const kind = kindOf(token);
  const inputs = checked(token, given);
  const made = await kind.create(cloud, inputs, context("it"));
  const refreshed = await kind.read(cloud, made.id, made.outputs, context("it", inputs));
  expect(refreshed).toEqual({ id: made.id, inputs, outputs: strip(made.outputs) });
  let { outputs } = made;
  if (changed !== undefined) {
    const next = checked(token, { ...given, ...changed }, inputs);
    outputs = await kind.update(cloud, made.id, next, { inputs, outputs }, context("it"));
    expect(outputs).toMatchObject(changed);
    const again = await kind.read(cloud, made.id, outputs, context("it", next));
    expect(again).toMatchObject({ inputs: next, outputs: strip(outputs) });
  }
  const imported = await kind.read(cloud, made.id, {}, context("it"));
  expect(imported, "import").toBeDefined();
  expect(validateInputs(kind.inputs, imported?.inputs ?? {}), "inputs of the import").toEqual([]);
  await kind.delete(cloud, made.id, outputs, context("it"));
  expect(await kind.read(cloud, made.id, outputs, context("it", inputs))).toBeUndefined();
  await kind.delete(cloud, made.id, outputs, context("it"));
}

/** As they come back from the engine. */
function strip(properties: Properties): Properties {
  return JSON.parse(JSON.stringify(properties)) as Properties;
}

const policyText = (action: string) =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: action, Resource: "*" }] });
const trust = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "eks.amazonaws.com" } }],
});

describe("without dependencies", () => {
  it.each<[string, Properties, Properties | undefined]>([
    ["aws:ec2/vpc:Vpc", { cidrBlock: "10.1.0.0/16" }, { enableDnsHostnames: true, tags: { a: "1" } }],
    ["aws:ec2/eip:Eip", { domain: "vpc", tags: { a: "1" } }, { tags: { b: "2" } }],
    ["aws:iam/role:Role", { assumeRolePolicy: trust, tags: { a: "1" } }, { description: "new", tags: { a: "2" } }],
    ["aws:iam/policy:Policy", { policy: policyText("s3:GetObject") }, { policy: policyText("s3:PutObject") }],
    ["aws:kms/key:Key", { deletionWindowInDays: 7 }, { enableKeyRotation: true, description: "new", tags: { a: "1" } }],
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

describe("in a network", () => {
  let vpc: Made;
  let subnets: readonly Made[];
  let gateway: Made;
  let table: Made;
  let other: Made;
  let group: Made;
  beforeAll(async () => {
    vpc = await make("aws:ec2/vpc:Vpc", { cidrBlock: "10.2.0.0/16" });
    subnets = await Promise.all(
      ["a", "b"].map((zone, at) =>
        make("aws:ec2/subnet:Subnet", {
          vpcId: vpc.id,
          cidrBlock: `10.2.${at}.0/24`,
          availabilityZone: `eu-central-1${zone}`,
        }),
      ),
    );
    gateway = await make("aws:ec2/internetGateway:InternetGateway", { vpcId: vpc.id });
    table = await make("aws:ec2/routeTable:RouteTable", { vpcId: vpc.id });
    other = await make("aws:ec2/routeTable:RouteTable", { vpcId: vpc.id });
    group = await make("aws:ec2/securityGroup:SecurityGroup", { vpcId: vpc.id });
  });
  afterAll(async () => {
    for (const one of [table, other]) await drop("aws:ec2/routeTable:RouteTable", one);
    await drop("aws:ec2/securityGroup:SecurityGroup", group);
    await drop("aws:ec2/internetGateway:InternetGateway", gateway);
    for (const one of subnets) await drop("aws:ec2/subnet:Subnet", one);
    await drop("aws:ec2/vpc:Vpc", vpc);
  });
  const subnetIds = () => subnets.map(({ id }) => id);

  it("aws:ec2/subnet:Subnet", () =>
    live(
      "aws:ec2/subnet:Subnet",
      { vpcId: vpc.id, cidrBlock: "10.2.9.0/24" },
      { mapPublicIpOnLaunch: true, tags: { a: "1" } },
    ));

  it("aws:ec2/routeTable:RouteTable", () =>
    live(
      "aws:ec2/routeTable:RouteTable",
      { vpcId: vpc.id },
      { routes: [{ cidrBlock: "0.0.0.0/0", gatewayId: gateway.id }] },
    ));

  it("aws:ec2/route:Route", async () => {
    const token = "aws:ec2/route:Route";
    const made = await make(token, {
      routeTableId: table.id,
      destinationCidrBlock: "0.0.0.0/0",
      gatewayId: gateway.id,
    });
    // The real provider's id: the route table and a hash of the destination.
    expect(made.id).toBe(`r-${table.id}1080289494`);
    const imported = await kindOf(token).read(cloud, `${table.id}_0.0.0.0/0`, {}, context("it"));
    expect(imported).toMatchObject({ id: made.id, inputs: { gatewayId: gateway.id } });
    await drop(token, made);
    expect(await kindOf(token).read(cloud, made.id, made.outputs, context("it"))).toBeUndefined();
  });

  it("aws:ec2/routeTableAssociation:RouteTableAssociation", async () => {
    const token = "aws:ec2/routeTableAssociation:RouteTableAssociation";
    const inputs = { subnetId: subnets[0]?.id, routeTableId: table.id };
    const made = await make(token, inputs);
    const next = { ...inputs, routeTableId: other.id };
    const outputs = await kindOf(token).update(cloud, made.id, next, { inputs, outputs: made.outputs }, context("it"));
    expect(outputs).toMatchObject(next);
    await drop(token, { id: made.id, outputs });
    expect(await kindOf(token).read(cloud, made.id, outputs, context("it"))).toBeUndefined();
  });

  it("aws:ec2/natGateway:NatGateway", async () => {
    const eip = await make("aws:ec2/eip:Eip", {});
    const inputs = { allocationId: eip.id, subnetId: subnets[0]?.id };
    await live("aws:ec2/natGateway:NatGateway", inputs, { tags: { a: "1" } });
    await drop("aws:ec2/eip:Eip", eip);
  });

  it("aws:ec2/securityGroup:SecurityGroup", () =>
    live(
      "aws:ec2/securityGroup:SecurityGroup",
      { vpcId: vpc.id, ingress: [{ protocol: "tcp", fromPort: 80, toPort: 80, self: true }] },
      { ingress: [{ protocol: "tcp", fromPort: 81, toPort: 82, cidrBlocks: ["10.0.0.0/8", "11.0.0.0/8"] }] },
    ));

  it.each(["Ingress", "Egress"])("aws:vpc/securityGroup%sRule", (direction) =>
    live(
      `aws:vpc/securityGroup${direction}Rule:SecurityGroup${direction}Rule`,
      { securityGroupId: group.id, ipProtocol: "tcp", fromPort: 80, toPort: 80, cidrIpv4: "10.0.0.0/8" },
      { tags: { a: "1" } },
    ),
  );

  it("aws:ec2/flowLog:FlowLog", async () => {
    const logs = await make("aws:cloudwatch/logGroup:LogGroup", {});
    const role = await make("aws:iam/role:Role", { assumeRolePolicy: trust });
    const inputs = {
      vpcId: vpc.id,
      trafficType: "ALL",
      logDestination: logs.outputs["arn"],
      iamRoleArn: role.outputs["arn"],
    };
    await live("aws:ec2/flowLog:FlowLog", inputs, { tags: { a: "1" } });
    await drop("aws:iam/role:Role", role);
    await drop("aws:cloudwatch/logGroup:LogGroup", logs);
  });

  it("aws:rds/subnetGroup:SubnetGroup", () =>
    live(
      "aws:rds/subnetGroup:SubnetGroup",
      { subnetIds: subnetIds() },
      { subnetIds: subnetIds().slice(0, 1), description: "new" },
    ));

  it("aws:rds/instance:Instance", async () => {
    const parameters = await make("aws:rds/parameterGroup:ParameterGroup", {
      family: "postgres18",
      parameters: [{ name: "rds.logical_replication", value: "1", applyMethod: "pending-reboot" }],
    });
    const inputs = {
      identifier: "live",
      engine: "postgres",
      engineVersion: "18.1",
      instanceClass: "db.t4g.micro",
      allocatedStorage: 20,
      username: "adm",
      password: "not-a-real-one",
      dbName: "app",
      parameterGroupName: parameters.outputs["name"],
      performanceInsightsEnabled: true,
      skipFinalSnapshot: true,
    };
    const made = await make("aws:rds/instance:Instance", inputs);
    expect(made.outputs).toMatchObject({ endpoint: "127.15.7.7:5432", address: "127.15.7.7", port: 5432 });
    expect(made.id).toMatch(/^db-[0-9A-F]{26}$/);
    expect(world.servers.get("live")).toMatchObject({ databases: ["app"], parameters: { wal_level: "logical" } });
    await drop("aws:rds/instance:Instance", made);
    await expect.poll(() => world.servers.has("live")).toBe(false);
    await live("aws:rds/instance:Instance", inputs, {
      instanceClass: "db.t4g.small",
      backupRetentionPeriod: 7,
      multiAz: true,
    });
    await drop("aws:rds/parameterGroup:ParameterGroup", parameters);
  });

  it("aws:eks/cluster:Cluster and aws:eks/nodeGroup:NodeGroup", async () => {
    const role = await make("aws:iam/role:Role", { assumeRolePolicy: trust });
    const roleArn = role.outputs["arn"];
    const vpcConfig = { subnetIds: subnetIds(), endpointPrivateAccess: true };
    const cluster = await make("aws:eks/cluster:Cluster", { roleArn, vpcConfig });
    const name = String(cluster.outputs["name"]);
    expect(cluster.outputs).toMatchObject({ endpoint: "https://127.15.8.8:6443", status: "ACTIVE" });
    const scaling = (desiredSize: number) => ({ scalingConfig: { desiredSize, minSize: 1, maxSize: 5 } });
    const nodes = { clusterName: name, nodeRoleArn: roleArn, subnetIds: subnetIds(), ...scaling(2) };
    await live("aws:eks/nodeGroup:NodeGroup", nodes, { ...scaling(3), labels: { a: "1" }, tags: { a: "1" } });
    await expect.poll(() => world.clusters.get(name)?.size).toBe(0);
    await drop("aws:eks/cluster:Cluster", cluster);
    await live(
      "aws:eks/cluster:Cluster",
      { roleArn, vpcConfig },
      { enabledClusterLogTypes: ["audit"], tags: { a: "1" } },
    );
    await expect.poll(() => world.clusters.size).toBe(0);
    await drop("aws:iam/role:Role", role);
  });
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
      encrypted("aws:kms"),
    );
    await live(
      "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
      { bucket, rules: [rule] },
      { rules: [{ ...rule, expiration: { days: 400 } }] },
    );
    await live(
      "aws:s3/bucketPolicy:BucketPolicy",
      { bucket, policy: policyText("s3:GetObject") },
      { policy: policyText("s3:PutObject") },
    );
    const versioning = { bucket, versioningConfiguration: { status: "Enabled" } };
    const token = "aws:s3/bucketVersioning:BucketVersioning";
    const versions = await make(token, versioning);
    const found = await kindOf(token).read(cloud, bucket, versions.outputs, context("it", versioning));
    expect(found?.inputs).toEqual(versioning);
    await drop("aws:s3/bucket:Bucket", made);
  });

  it("records of a zone", async () => {
    const zone = await make("aws:route53/zone:Zone", { name: "records.test" });
    const inputs = { zoneId: zone.id, name: "www", type: "CNAME", ttl: 5, records: ["a.test"] };
    const record = await make("aws:route53/record:Record", inputs);
    expect(record).toMatchObject({ id: `${zone.id}_www_CNAME`, outputs: { fqdn: "www.records.test" } });
    expect(world.records.get(`route53:${zone.id}`)).toContainEqual({
      name: "www.records.test",
      type: "CNAME",
      ttl: 5,
      data: "a.test",
    });
    await drop("aws:route53/record:Record", record);
    await live("aws:route53/record:Record", inputs, { records: ["b.test"], ttl: 6 });
    await drop("aws:route53/zone:Zone", zone);
    expect(world.records.has(`route53:${zone.id}`)).toBe(false);
  });

  it("versions of a secret", async () => {
    const secret = await make("aws:secretsmanager/secret:Secret", { recoveryWindowInDays: 0 });
    const token = "aws:secretsmanager/secretVersion:SecretVersion";
    const first = await make(token, { secretId: secret.id, secretString: "one" });
    const second = await make(token, { secretId: secret.id, secretString: "two" });
    await drop(token, first);
    const found = await kindOf(token).read(cloud, second.id, second.outputs, context("it"));
    expect(found?.outputs).toMatchObject({ secretString: "two", versionStages: ["AWSCURRENT"] });
    await drop("aws:secretsmanager/secret:Secret", secret);
    await drop(token, second);
    expect(await kindOf(token).read(cloud, second.id, second.outputs, context("it"))).toBeUndefined();
  });

  it("alias of a key", async () => {
    const key = await make("aws:kms/key:Key", { deletionWindowInDays: 7 });
    const other = await make("aws:kms/key:Key", { deletionWindowInDays: 7 });
    await live("aws:kms/alias:Alias", { targetKeyId: key.id }, { targetKeyId: other.id });
    for (const one of [key, other]) await drop("aws:kms/key:Key", one);
  });
});
