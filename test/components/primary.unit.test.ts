import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { primaryOutputsSchema } from "../../stacks/outputs.ts";
import { configOf, type Deployment, deploy, holdersOf, one } from "./support/deploy.ts";

const CONFIG = configOf(readFileSync(new URL("../../stacks/Pulumi.sandbox-primary.yaml", import.meta.url), "utf8"));

describe("the primary stack", () => {
  let deployment: Deployment;
  beforeAll(async () => {
    deployment = await deploy("sandbox-primary", CONFIG);
  });

  it("gives the outputs of the contract", () => {
    const outputs = primaryOutputsSchema.strict().parse(deployment.outputs);
    expect(outputs.endpoints).toEqual([
      { service: "service-a", role: "public", protocol: "http", host: "workload-service-a.elb.test", port: 8080 },
      { service: "service-b", role: "internal", protocol: "http", host: "workload-service-b.elb.test", port: 8080 },
    ]);
    expect(outputs.workloads).toEqual({
      namespace: "pilotlight",
      deployments: [
        { name: "service-a", replicas: 2 },
        { name: "service-b", replicas: 1 },
      ],
    });
    expect(outputs.objects).toEqual({ kind: "s3", bucket: "pilotlight-sandbox-objects-x7k2p9", region: "us-east-1" });
  });

  it("keeps secrets secret, and nothing else", () => {
    expect(deployment.secrets.toSorted()).toEqual([
      "cluster.kubeconfig",
      "database.adminPassword",
      "database.appPassword",
    ]);
  });

  it("marks every input that holds a password for the engine to encrypt", () => {
    expect(holdersOf("password-of-", deployment)).toEqual({
      all: ["database-instance", "login-version", "workload-secret"],
      open: [],
    });
  });

  it("touches AWS and Kubernetes only, and asks at preview for nothing but whose account it is", () => {
    const clouds = new Set(deployment.resources.map(({ type }) => type.split(":")[0]));
    expect([...clouds].toSorted()).toEqual(["aws", "kubernetes", "pilotlight", "pulumi", "random"]);
    // What is deployed is read from the backend.
    expect(deployment.calls.filter((token) => !token.startsWith("pulumi:pulumi:"))).toEqual([
      "aws:index/getCallerIdentity:getCallerIdentity",
    ]);
  });

  it("makes the database that replication needs", () => {
    expect(one(deployment, "aws:rds/instance:Instance", "database-instance").inputs).toMatchObject({
      identifier: "pilotlight-sandbox",
      engine: "postgres",
      engineVersion: "18",
      storageEncrypted: true,
      multiAz: true,
      backupRetentionPeriod: 7,
      dbName: "app",
      username: "pilotlight_admin",
      password: "password-of-database-admin",
      deletionProtection: false,
      skipFinalSnapshot: true,
      parameterGroupName: "pilotlight-sandbox-postgres18",
    });
    expect(
      one(deployment, "aws:rds/parameterGroup:ParameterGroup", "database-parameters-18").inputs.parameters,
    ).toEqual([{ name: "rds.logical_replication", value: "1", applyMethod: "pending-reboot" }]);
    expect(one(deployment, "aws:ec2/securityGroup:SecurityGroup", "database-access").inputs.ingress).toEqual([
      { protocol: "tcp", fromPort: 5432, toPort: 5432, cidrBlocks: ["10.0.0.0/16", "127.0.0.0/8"] },
    ]);
  });

  it("points the public name at Traffic Manager, always", async () => {
    const record = one(deployment, "aws:route53/record:Record", "dns-public").inputs;
    expect(record).toMatchObject({ name: "app.pilotlight.example", type: "CNAME", ttl: 5 });
    expect(record.records).toEqual([expect.stringMatching(/^pilotlight-sandbox-[0-9a-f]{6}\.trafficmanager\.net$/)]);
    const away = await deploy("sandbox-primary", { ...CONFIG, "pilotlight:activeSite": "standby" });
    expect(one(away, "aws:route53/record:Record", "dns-public").inputs).toEqual(record);
  });

  it("starts nodes and load balancers after the network, so that they go before it", () => {
    const routes = deployment.resources.filter(({ type }) => type === "aws:ec2/route:Route").map(({ urn }) => urn);
    expect(routes).toHaveLength(5);
    const nodes = one(deployment, "aws:eks/nodeGroup:NodeGroup", "cluster-nodes").dependencies;
    const service = one(deployment, "kubernetes:core/v1:Service", "workload-service-a").dependencies;
    expect(nodes).toEqual(expect.arrayContaining(routes));
    expect(service).toEqual(expect.arrayContaining(routes));
  });

  it("changes only replicas when the other site becomes active", async () => {
    const away = await deploy("sandbox-primary", { ...CONFIG, "pilotlight:activeSite": "standby" });
    const before = new Map(deployment.resources.map(({ urn, wire }) => [urn, wire]));
    expect(new Set(away.resources.map(({ urn }) => urn))).toEqual(new Set(before.keys()));
    const changed = away.resources.filter(({ urn, wire }) => before.get(urn) !== wire);
    expect(changed.map(({ type, name, inputs }) => [type, name, Object(inputs.spec).replicas]).toSorted()).toEqual([
      ["kubernetes:apps/v1:Deployment", "workload-service-a", 0],
      ["kubernetes:apps/v1:Deployment", "workload-service-b", 0],
    ]);
  });

  it("keeps the names that state and clouds know", () => {
    expect(
      deployment.resources.map(({ urn }) => urn.replace("urn:pulumi:sandbox-primary::pilotlight::", "")).toSorted(),
    ).toMatchSnapshot();
  });

  it("protects data unless told otherwise", async () => {
    const { "pilotlight:protectData": _, ...config } = CONFIG;
    const safe = await deploy("production-primary", { ...config, "pilotlight:application": "shop" });
    const kept = safe.resources.filter(({ protect }) => protect);
    expect(kept.map(({ name }) => name).toSorted()).toEqual([
      "app-password",
      "database-admin",
      "database-instance",
      "dns-zone",
      "key-key",
      "objects-bucket",
      "suffix",
    ]);
    expect(deployment.resources.filter(({ protect, retainOnDelete }) => protect || retainOnDelete)).toEqual([]);
    const instance = one(safe, "aws:rds/instance:Instance", "database-instance");
    expect(instance.retainOnDelete).toBe(true);
    expect(instance.inputs).toMatchObject({
      identifier: "shop-production",
      deletionProtection: true,
      skipFinalSnapshot: false,
      finalSnapshotIdentifier: "shop-production-final",
    });
  });
});
