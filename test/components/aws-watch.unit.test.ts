import { secret } from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { Alarms, type AlarmsArgs, topicPolicy } from "../../components/aws/alarms.ts";
import { observerPolicy, observerTrust, WITHOUT_RESOURCE } from "../../components/aws/observer-policy.ts";
import { ObserverRole, type ObserverRoleArgs } from "../../components/aws/observer-role.ts";
import { differenceOf, holdersOf, inputsOf, namesOf, record } from "./support/component.ts";

const tags = { application: "shop" };

describe("alarms", () => {
  const plain: AlarmsArgs = { prefix: "shop-prod", topicName: "shop-prod-alarms", keyArn: "arn:key", tags };
  const alarms = (args: Partial<AlarmsArgs> = {}) =>
    record(() => ({ topicArn: new Alarms("alarms", { ...plain, ...args }).topicArn }));
  const loadBalancer = { metricName: "app/shop/1", targetGroups: { api: "targetgroup/api/1" } };

  it("make exactly this with everything watched", async () => {
    const full = await alarms({
      receiverUrl: "https://driver.example/alerts/sns",
      database: { identifier: "shop-prod" },
      loadBalancer,
      nodeGroups: { default: "eks-default-1" },
    });
    expect(inputsOf(full)).toMatchSnapshot();
    expect(full.outputs).toEqual({ topicArn: "arn:aws:sns:eu-central-1:123456789012:shop-prod-alarms" });
  });

  it("watch the database as it is asked", async () => {
    const limits = { cpuPercent: 50, freeStorageGib: 1, slotLagMib: 2, connections: 3 };
    const made = inputsOf(await alarms({ database: { identifier: "shop-prod", ...limits } }));
    const threshold = (key: string) => made[`aws:cloudwatch/metricAlarm:MetricAlarm alarms-database-${key}`]?.threshold;
    expect(["cpu", "storage", "slot-lag", "connections"].map(threshold)).toEqual([50, 1024 ** 3, 2 * 1024 ** 2, 3]);
  });

  it("tell the driver when they go off and when they are over", async () => {
    const made = await alarms({ loadBalancer, database: { identifier: "shop-prod" }, nodeGroups: { default: "g" } });
    const all = made.resources.filter(({ type }) => type === "aws:cloudwatch/metricAlarm:MetricAlarm");
    expect(all).toHaveLength(8);
    for (const { inputs } of all) {
      expect(inputs.alarmActions).toEqual([made.outputs.topicArn]);
      expect(inputs.okActions).toEqual([made.outputs.topicArn]);
    }
  });

  it("change no other child's name by any option", async () => {
    const base = await alarms({ database: { identifier: "shop-prod" } });
    const database = { identifier: "shop-prod" };
    for (const option of [
      { loadBalancer },
      { nodeGroups: { default: "g" } },
      { receiverUrl: "https://driver.example" },
    ]) {
      const { removed, changed, added } = differenceOf(base, await alarms({ database, ...option }));
      expect({ removed, changed }).toEqual({ removed: [], changed: [] });
      expect(added.length).toBeGreaterThan(0);
    }
    expect(namesOf(await alarms()).filter((name) => name.startsWith("aws:"))).toEqual([
      "aws:sns/topic:Topic alarms-topic",
      "aws:sns/topicPolicy:TopicPolicy alarms-topic",
    ]);
  });

  it("keep a receiver's token secret", async () => {
    const made = await alarms({ receiverUrl: secret("https://driver.example/alerts/sns?token=hush") });
    expect(holdersOf("hush", made)).toEqual({ all: ["alarms-receiver"], open: [] });
  });

  it("are published by this account's alarms alone, over TLS", () => {
    const [allow, deny, ...others] = JSON.parse(topicPolicy("arn:aws:sns:eu-central-1:123456789012:t")).Statement;
    expect(others).toEqual([]);
    expect(allow).toMatchObject({
      Principal: { Service: "cloudwatch.amazonaws.com" },
      Action: "sns:Publish",
      Condition: {
        StringEquals: { "aws:SourceAccount": "123456789012" },
        ArnLike: { "aws:SourceArn": "arn:aws:cloudwatch:eu-central-1:123456789012:alarm:*" },
      },
    });
    expect(deny).toMatchObject({ Effect: "Deny", Condition: { Bool: { "aws:SecureTransport": "false" } } });
  });
});

interface Statement {
  readonly Effect: string;
  readonly Action: readonly string[];
  readonly Resource: string | readonly string[];
}

describe("the observer role", () => {
  const everything = {
    bucketArn: "arn:aws:s3:::objects",
    keyArn: "arn:aws:kms:eu-central-1:123456789012:key/1",
    clusterArn: "arn:aws:eks:eu-central-1:123456789012:cluster/shop-prod",
    databaseArn: "arn:aws:rds:eu-central-1:123456789012:db:shop-prod",
    healthCheckIds: ["check-1", "check-2"],
  };
  const driver = "arn:aws:iam::123456789012:role/driver";
  const statements = (observed: Parameters<typeof observerPolicy>[0]): Statement[] =>
    JSON.parse(observerPolicy(observed)).Statement;

  it("allows no wildcard of actions, and all resources only where AWS knows none", () => {
    for (const { Effect, Action, Resource } of statements(everything)) {
      expect(Effect).toBe("Allow");
      for (const action of Action) {
        expect(action).toMatch(/^[a-z0-9]+:[A-Za-z]+$/);
        if (Resource === "*") expect(WITHOUT_RESOURCE[action], action).toBeTruthy();
      }
      for (const resource of [Resource].flat()) {
        // A wildcard only for what is inside of one thing: objects of a bucket, node groups of a cluster.
        if (resource !== "*") expect(resource).toMatch(/^arn:aws:[a-z0-9]+:[a-z0-9-]*:\d*:[^*]+(\/\*)?$/);
      }
    }
  });

  it("reads what the driver decides by, and changes nothing", () => {
    const actions = statements(everything).flatMap(({ Action }) => Action);
    expect(actions.toSorted()).toEqual([
      "ec2:DescribeRegions",
      "eks:DescribeCluster",
      "eks:DescribeNodegroup",
      "eks:ListNodegroups",
      "health:DescribeEvents",
      "kms:Decrypt",
      "rds:DescribeDBInstances",
      "route53:GetHealthCheckStatus",
      "s3:GetBucketLocation",
      "s3:GetObject",
      "s3:ListBucket",
    ]);
    expect(statements({})).toHaveLength(1);
  });

  it("is assumed by those who are named, with the external id", () => {
    expect(JSON.parse(observerTrust([driver], "shop-7")).Statement).toEqual([
      {
        Effect: "Allow",
        Principal: { AWS: [driver] },
        Action: "sts:AssumeRole",
        Condition: { StringEquals: { "sts:ExternalId": "shop-7" } },
      },
    ]);
    expect(JSON.parse(observerTrust([driver])).Statement[0]).not.toHaveProperty("Condition");
    for (const vague of ["*", "arn:aws:iam::123456789012:root", "arn:aws:iam::123456789012:role/*", "123456789012"]) {
      expect(() => observerTrust([driver, vague]), vague).toThrow(`observer.principals: ${vague};`);
    }
    expect(() => observerTrust([])).toThrow("observer.principals: empty");
  });

  it("makes exactly this, and no other child by any option", async () => {
    const role = (args: Partial<ObserverRoleArgs> = {}) =>
      record(() => ({ arn: new ObserverRole("observer", { principalArns: [driver], tags, ...args }).arn }));
    const full = await role({ ...everything, externalId: "shop-7" });
    expect(inputsOf(full)).toMatchSnapshot();
    expect(differenceOf(await role(), full)).toEqual({
      added: [],
      removed: [],
      changed: ["aws:iam/role:Role observer-role", "aws:iam/rolePolicy:RolePolicy observer-read"],
    });
  });
});
