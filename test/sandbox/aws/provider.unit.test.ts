import { describe, expect, it } from "vitest";
import { withAutoName } from "../../../sandbox/providers/aws/auto-name.ts";
import { AwsCloud } from "../../../sandbox/providers/aws/aws-cloud.ts";
import { kinds } from "../../../sandbox/providers/aws/kinds.ts";
import { policyDocument } from "../../../sandbox/providers/aws/policy-document.ts";
import { parseProviderConfig } from "../../../sandbox/providers/aws/provider-config.ts";
import { mergeProperties, projectInputs } from "../../../sandbox/providers/aws/reconcile.ts";
import { previewOutputs } from "../../../sandbox/providers/preview-outputs.ts";
import { UNKNOWN } from "../../../sandbox/providers/properties.ts";
import { diffProperties } from "../../../sandbox/providers/property-diff.ts";
import type { Properties } from "../../../sandbox/providers/resource-kind.ts";
import { validateInputs } from "../../../sandbox/providers/validate.ts";

function kindOf(token: string) {
  const kind = kinds[token];
  if (kind === undefined) throw new Error(`no kind ${token}`);
  return kind;
}

describe("update or replace", () => {
  it.each<[string, Properties, Properties, "update" | "replace"]>([
    ["aws:ec2/vpc:Vpc", { cidrBlock: "10.0.0.0/16" }, { cidrBlock: "10.1.0.0/16" }, "replace"],
    ["aws:ec2/vpc:Vpc", { tags: { a: "1" } }, { tags: { a: "2" } }, "update"],
    ["aws:ec2/vpc:Vpc", {}, { region: "eu-west-1" }, "replace"],
    ["aws:ec2/subnet:Subnet", { availabilityZone: "a" }, { availabilityZone: "b" }, "replace"],
    ["aws:ec2/internetGateway:InternetGateway", { vpcId: "a" }, { vpcId: "b" }, "update"],
    ["aws:ec2/routeTableAssociation:RouteTableAssociation", { routeTableId: "a" }, { routeTableId: "b" }, "update"],
    ["aws:ec2/securityGroup:SecurityGroup", { description: "a" }, { description: "b" }, "replace"],
    ["aws:rds/instance:Instance", { identifier: "a" }, { identifier: "b" }, "update"],
    ["aws:rds/instance:Instance", { engine: "postgres" }, { engine: "mysql" }, "replace"],
    ["aws:rds/instance:Instance", { engineVersion: "17" }, { engineVersion: "18" }, "update"],
    ["aws:rds/instance:Instance", { password: "a" }, { password: "b" }, "update"],
    ["aws:rds/instance:Instance", { storageEncrypted: false }, { storageEncrypted: true }, "replace"],
    ["aws:eks/cluster:Cluster", { vpcConfig: { subnetIds: ["a"] } }, { vpcConfig: { subnetIds: ["b"] } }, "update"],
    ["aws:eks/cluster:Cluster", { roleArn: "a" }, { roleArn: "b" }, "replace"],
    [
      "aws:eks/nodeGroup:NodeGroup",
      { scalingConfig: { desiredSize: 1 } },
      { scalingConfig: { desiredSize: 2 } },
      "update",
    ],
    ["aws:eks/nodeGroup:NodeGroup", { instanceTypes: ["a"] }, { instanceTypes: ["b"] }, "replace"],
    ["aws:s3/bucket:Bucket", { bucket: "a" }, { bucket: "b" }, "replace"],
    ["aws:route53/record:Record", { records: ["a"] }, { records: ["b"] }, "update"],
    ["aws:route53/record:Record", { name: "a" }, { name: "b" }, "replace"],
    ["aws:secretsmanager/secretVersion:SecretVersion", { secretString: "a" }, { secretString: "b" }, "replace"],
    ["aws:eks/cluster:Cluster", {}, { encryptionConfig: { resources: ["secrets"] } }, "update"],
    ["aws:eks/cluster:Cluster", { encryptionConfig: { resources: ["secrets"] } }, {}, "replace"],
    [
      "aws:eks/nodeGroup:NodeGroup",
      { launchTemplate: { version: "1" } },
      { launchTemplate: { version: "2" } },
      "update",
    ],
    ["aws:eks/nodeGroup:NodeGroup", { launchTemplate: { id: "a" } }, { launchTemplate: { id: "b" } }, "replace"],
    ["aws:eks/accessEntry:AccessEntry", { kubernetesGroups: ["a"] }, { kubernetesGroups: ["b"] }, "update"],
    ["aws:eks/accessPolicyAssociation:AccessPolicyAssociation", { policyArn: "a" }, { policyArn: "b" }, "replace"],
    ["aws:ec2/vpcEndpoint:VpcEndpoint", { routeTableIds: ["a"] }, { routeTableIds: ["b"] }, "update"],
    ["aws:ec2/vpcEndpoint:VpcEndpoint", { serviceName: "a" }, { serviceName: "b" }, "replace"],
    ["aws:ec2/launchTemplate:LaunchTemplate", { instanceType: "a" }, { instanceType: "b" }, "update"],
    ["aws:lb/loadBalancer:LoadBalancer", { subnets: ["a"] }, { subnets: ["b"] }, "update"],
    ["aws:lb/loadBalancer:LoadBalancer", { internal: false }, { internal: true }, "replace"],
    [
      "aws:lb/loadBalancer:LoadBalancer",
      { loadBalancerType: "network" },
      { loadBalancerType: "network", securityGroups: ["a"] },
      "replace",
    ],
    ["aws:lb/targetGroup:TargetGroup", { port: 1 }, { port: 2 }, "replace"],
    ["aws:lb/targetGroup:TargetGroup", { healthCheck: { path: "/a" } }, { healthCheck: { path: "/b" } }, "update"],
    ["aws:lb/listener:Listener", { port: 80 }, { port: 81 }, "update"],
    ["aws:acm/certificate:Certificate", { domainName: "a.test" }, { domainName: "b.test" }, "replace"],
    ["aws:route53/healthCheck:HealthCheck", { requestInterval: 10 }, { requestInterval: 30 }, "replace"],
    ["aws:route53/healthCheck:HealthCheck", { resourcePath: "/a" }, { resourcePath: "/b" }, "update"],
    ["aws:route53/record:Record", { setIdentifier: "a" }, { setIdentifier: "b" }, "update"],
    ["aws:sns/topic:Topic", { name: "a" }, { name: "b" }, "replace"],
    ["aws:sns/topicSubscription:TopicSubscription", { endpoint: "a" }, { endpoint: "b" }, "replace"],
    ["aws:ecr/repository:Repository", { imageTagMutability: "MUTABLE" }, { imageTagMutability: "IMMUTABLE" }, "update"],
    ["aws:cloudwatch/metricAlarm:MetricAlarm", { threshold: 1 }, { threshold: 2 }, "update"],
    ["aws:secretsmanager/secretRotation:SecretRotation", { secretId: "a" }, { secretId: "b" }, "replace"],
    ["aws:iam/openIdConnectProvider:OpenIdConnectProvider", { url: "a" }, { url: "b" }, "replace"],
  ])("%s %j to %j", (token, olds, news, expected) => {
    const cloud = new AwsCloud(parseProviderConfig({ region: "eu-west-1" }, {}));
    const kind = kindOf(token);
    const changes = diffProperties(olds, news, kind.replacement?.(olds, news, cloud).paths ?? kind.replaceOnChanges);
    expect(changes.length).toBeGreaterThan(0);
    expect(changes.some(({ replaces }) => replaces) ? "replace" : "update").toBe(expected);
  });
});

describe("inputs", () => {
  it("refuse what no type of the sandbox knows, by name", () => {
    expect(validateInputs(kindOf("aws:ec2/vpc:Vpc").inputs, { cidrBlock: "10.0.0.0/16", cidrBlok: 1 })).toMatchObject([
      { property: "cidrBlok" },
    ]);
    const bad = { bucket: "b", versioningConfiguration: { status: "On" } };
    expect(validateInputs(kindOf("aws:s3/bucketVersioning:BucketVersioning").inputs, bad)).toMatchObject([
      { property: "versioningConfiguration.status" },
    ]);
  });

  it("of every kind are strict", () => {
    for (const [token, kind] of Object.entries(kinds)) {
      const failures = validateInputs(kind.inputs, { surprise: 1 });
      expect(failures, token).toContainEqual(expect.objectContaining({ property: "surprise" }));
    }
  });

  it("get names and defaults as from the real provider", () => {
    const fill = kindOf("aws:rds/instance:Instance").defaults;
    const filled = fill?.({ engine: "postgres" }, { name: "Orders", old: undefined });
    expect(filled).toMatchObject({ skipFinalSnapshot: false, publiclyAccessible: false });
    expect(filled?.["identifier"]).toMatch(/^orders-[0-9a-f]{7}$/);
    expect(fill?.({ engine: "postgres" }, { name: "Orders", old: filled })).toEqual(filled);
  });
});

it("a preview does not know what EKS works out inside the cluster's network", () => {
  const { computed = [] } = kindOf("aws:eks/cluster:Cluster");
  const outputs = previewOutputs({ vpcConfig: { subnetIds: ["a"] } }, computed);
  expect(outputs).toMatchObject({ vpcConfig: { subnetIds: ["a"], clusterSecurityGroupId: UNKNOWN, vpcId: UNKNOWN } });
});

describe("automatic names", () => {
  const rule = { property: "name", prefixProperty: "namePrefix", maxLength: 20 };
  const context = { name: "a-very-long-resource-name", old: undefined };
  it("fit the length", () => {
    expect(String(withAutoName(rule, {}, context)["name"])).toMatch(/^a-very-long-r[0-9a-f]{7}$/);
  });
  it("begin with a prefix, and change with it", () => {
    const first = withAutoName(rule, { namePrefix: "web-" }, context);
    expect(String(first["name"])).toMatch(/^web-[0-9a-f]{7}$/);
    expect(withAutoName(rule, { namePrefix: "web-" }, { ...context, old: first })).toEqual(first);
    expect(withAutoName(rule, { namePrefix: "app-" }, { ...context, old: first })["name"]).toMatch(/^app-/);
  });
});

describe("provider configuration", () => {
  it("reads what the engine sends as text", () => {
    const config = { region: "eu-west-1", defaultTags: '{"tags":{"a":"1"}}' };
    expect(parseProviderConfig(config, {})).toMatchObject({ region: "eu-west-1", defaultTags: { a: "1" } });
  });
  it("takes the region from the environment, and says when there is none", () => {
    expect(parseProviderConfig({}, { AWS_REGION: "eu-central-1" }).region).toBe("eu-central-1");
    expect(() => parseProviderConfig({}, {})).toThrow(/region is not set/);
  });
  it("refuses what it does not know", () => {
    expect(() => parseProviderConfig({ region: "eu-west-1", regoin: "x" }, {})).toThrow(/regoin/);
  });
});

describe("what the cloud says, in the program's words", () => {
  it("keeps the spelling of a policy that means the same", () => {
    const known = { policy: '{"Statement": [{"Action": ["s3:*"]}]}' };
    expect(mergeProperties(known, { policy: '{"Statement":{"Action":"s3:*"}}' })).toEqual(known);
    expect(mergeProperties(known, { policy: "{}" })).toEqual({ policy: "{}" });
  });
  it("keeps the order of a set", () => {
    const known = { subnetIds: ["b", "a"], rules: [{ port: 2 }, { port: 1 }] };
    const live = {
      subnetIds: ["a", "b"],
      rules: [
        { port: 1, extra: true },
        { port: 2, extra: false },
      ],
    };
    expect(mergeProperties(known, live)).toEqual({
      subnetIds: ["b", "a"],
      rules: [
        { port: 2, extra: false },
        { port: 1, extra: true },
      ],
    });
    expect(projectInputs(known, live)).toEqual(known);
  });
  it("shows drift", () => {
    expect(projectInputs({ size: 1, password: "p" }, { size: 2 })).toEqual({ size: 2, password: "p" });
    expect(projectInputs({ tags: { a: "1" } }, { tags: { a: "1", b: "2" } })).toEqual({ tags: { a: "1", b: "2" } });
    expect(projectInputs({}, { tags: { a: "1" } })).toEqual({ tags: { a: "1" } });
    expect(projectInputs({ description: "x" }, { description: undefined })).toEqual({});
    expect(projectInputs({ actions: [] }, { actions: undefined })).toEqual({ actions: [] });
  });
  it("leaves out what the program never said", () => {
    expect(projectInputs({ vpc: { subnetIds: ["a"] } }, { vpc: { subnetIds: ["a"], vpcId: "v" }, arn: "x" })).toEqual({
      vpc: { subnetIds: ["a"] },
    });
  });
});

it("writes policy documents like the real function", () => {
  const statements = [
    {
      actions: ["sts:AssumeRole"],
      principals: [{ type: "Service", identifiers: ["eks.amazonaws.com"] }],
      conditions: [{ test: "StringEquals", variable: "aws:SourceAccount", values: ["1"] }],
    },
  ];
  expect(JSON.parse(String(policyDocument({ statements })["json"]))).toEqual({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: "sts:AssumeRole",
        Principal: { Service: "eks.amazonaws.com" },
        Condition: { StringEquals: { "aws:SourceAccount": "1" } },
      },
    ],
  });
});
