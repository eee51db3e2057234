import { describe, expect, it } from "vitest";
import type { Properties } from "../../../sandbox/providers/resource-kind.ts";
import { type Made, policyText, useKindBench } from "./kind-bench.ts";

const bench = useKindBench(4);
const { drop, live, make, read, update } = bench;

describe("alarms", () => {
  it("topic, its policy and subscriptions", async () => {
    await live(
      "aws:sns/topic:Topic",
      { name: "alerts", signatureVersion: 2 },
      { displayName: "Alerts", kmsMasterKeyId: "alias/aws/sns", tags: { a: "1" } },
    );
    const topic = await make("aws:sns/topic:Topic", { name: "alerts" });
    expect(topic.id).toBe("arn:aws:sns:eu-central-1:123456789012:alerts");
    await live(
      "aws:sns/topicPolicy:TopicPolicy",
      { arn: topic.id, policy: policyText("SNS:Publish") },
      { policy: policyText("SNS:Subscribe") },
    );
    const token = "aws:sns/topicSubscription:TopicSubscription";
    const inputs = { topic: topic.id, protocol: "https", endpoint: "https://driver.test/alerts" };
    const waiting = await make(token, inputs);
    expect(waiting.outputs).toMatchObject({ pendingConfirmation: true, confirmationWasAuthenticated: false });
    await drop(token, waiting);
    await live(token, inputs, { rawMessageDelivery: true, filterPolicy: '{"kind":["a"]}' });
    await drop("aws:sns/topic:Topic", topic);
  });

  it.each<[string, Properties]>([
    [
      "of a metric",
      {
        metricName: "CPUUtilization",
        namespace: "AWS/RDS",
        period: 60,
        statistic: "Average",
        dimensions: { DBInstanceIdentifier: "orders" },
      },
    ],
    [
      "of an expression",
      {
        metricQueries: [
          { id: "e", expression: "m * 2", label: "twice", returnData: true },
          {
            id: "m",
            metric: { metricName: "X", namespace: "Own", period: 60, stat: "Sum", dimensions: { Site: "primary" } },
          },
        ],
      },
    ],
  ])("alarm %s", async (_, metric) => {
    const inputs = { comparisonOperator: "GreaterThanThreshold", evaluationPeriods: 2, threshold: 80, ...metric };
    await live("aws:cloudwatch/metricAlarm:MetricAlarm", inputs, {
      threshold: 90.5,
      alarmActions: ["arn:aws:sns:eu-central-1:123456789012:alerts"],
      tags: { a: "1" },
    });
  });
});

describe("names", () => {
  it("a certificate is issued once its record is there, and not before", async () => {
    const zone = await make("aws:route53/zone:Zone", { name: "cert.test" });
    const token = "aws:acm/certificate:Certificate";
    const names = { domainName: "www.cert.test", subjectAlternativeNames: ["*.www.cert.test"] };
    await live(token, names, { tags: { a: "1" } });
    const certificate = await make(token, names);
    expect(certificate.outputs).toMatchObject({ status: "PENDING_VALIDATION", ...names });
    expect(certificate.id).toMatch(/^arn:aws:acm:eu-central-1:123456789012:certificate\/[0-9a-f-]{36}$/);
    const [option, wildcard] = certificate.outputs["domainValidationOptions"] as Record<string, string>[];
    expect(wildcard).toMatchObject({ resourceRecordName: option?.["resourceRecordName"] });
    const record = await make("aws:route53/record:Record", {
      zoneId: zone.id,
      name: option?.["resourceRecordName"],
      type: option?.["resourceRecordType"],
      records: [option?.["resourceRecordValue"]],
      ttl: 60,
    });
    const validation = await make("aws:acm/certificateValidation:CertificateValidation", {
      certificateArn: certificate.id,
      validationRecordFqdns: [record.outputs["fqdn"]],
    });
    const { inputs, outputs } = (await read(token, certificate.id, certificate.outputs, names)) ?? {};
    expect({ inputs, status: outputs?.["status"] }).toEqual({ inputs: names, status: "ISSUED" });
    expect(
      await read("aws:acm/certificateValidation:CertificateValidation", validation.id, validation.outputs),
    ).toBeDefined();
    for (const [kind, one] of [
      ["aws:route53/record:Record", record],
      [token, certificate],
      ["aws:route53/zone:Zone", zone],
    ] as const) {
      await drop(kind, one);
    }
  });

  it.each<[string, Properties, Properties]>([
    [
      "HTTPS",
      { type: "HTTPS", fqdn: "a.test", port: 443, resourcePath: "/health", requestInterval: 10 },
      { failureThreshold: 2, resourcePath: "/ready", tags: { Name: "a" } },
    ],
    ["TCP", { type: "TCP", ipAddress: "192.0.2.1", port: 5432 }, { disabled: true }],
    [
      "CALCULATED",
      { type: "CALCULATED", childHealthchecks: ["a", "b"], childHealthThreshold: 1 },
      { childHealthThreshold: 2 },
    ],
    [
      "CLOUDWATCH_METRIC",
      { type: "CLOUDWATCH_METRIC", cloudwatchAlarmName: "a", cloudwatchAlarmRegion: "eu-central-1" },
      { insufficientDataHealthStatus: "Unhealthy" },
    ],
  ])("a health check of type %s", async (_, inputs, changed) => {
    await live("aws:route53/healthCheck:HealthCheck", inputs, changed);
  });

  it("failover records, from a plain one and back", async () => {
    const zone = await make("aws:route53/zone:Zone", { name: "failover.test" });
    // Nobody listens there.
    const probe = { type: "TCP", ipAddress: "127.0.0.1", port: 9, requestInterval: 10, failureThreshold: 1 };
    const check = await make("aws:route53/healthCheck:HealthCheck", probe);
    const token = "aws:route53/record:Record";
    const plain = { zoneId: zone.id, name: "www.failover.test", type: "CNAME", ttl: 5, records: ["a.test"] };
    const policy = (setIdentifier: string, type: string) => ({
      ...plain,
      records: [`${setIdentifier}.test`],
      setIdentifier,
      failoverRoutingPolicies: [{ type }],
      ...(type === "PRIMARY" && { healthCheckId: check.id }),
    });
    const first = await make(token, plain);
    const primary = policy("primary", "PRIMARY");
    let outputs = await update(token, first, plain, primary);
    expect(outputs).toMatchObject(primary);
    const standby = policy("standby", "SECONDARY");
    const second = await make(token, standby);
    expect(second.id).toBe(`${zone.id}_www.failover.test_CNAME_standby`);
    expect((await read(token, second.id, second.outputs, standby))?.inputs).toEqual(standby);
    expect((await read(token, second.id, {}))?.inputs).toMatchObject(standby);
    const answer = () =>
      bench.world.dynamic
        .get("www.failover.test")?.()
        .map(({ data }) => data);
    await expect.poll(answer).toEqual(["standby.test"]);
    await drop(token, second);
    expect(await read(token, second.id, second.outputs)).toBeUndefined();
    expect((await read(token, first.id, outputs, primary))?.inputs).toEqual(primary);
    outputs = await update(token, { id: first.id, outputs }, primary, plain);
    expect(outputs).toMatchObject(plain);
    await drop(token, { id: first.id, outputs });
    const alias = { name: "lb.test", zoneId: "Z215JYRZR1TBD5", evaluateTargetHealth: true };
    await live(
      token,
      { zoneId: zone.id, name: "alias", type: "A", aliases: [alias] },
      { aliases: [{ ...alias, evaluateTargetHealth: false }] },
    );
    await drop("aws:route53/healthCheck:HealthCheck", check);
    await drop("aws:route53/zone:Zone", zone);
  });
});

describe("a load balancer", () => {
  it("of an autoscaling group", async () => {
    const vpc = await make("aws:ec2/vpc:Vpc", { cidrBlock: "10.5.0.0/16" });
    const subnets: Made[] = [];
    for (const [at, zone] of ["a", "b", "c"].entries()) {
      const place = { vpcId: vpc.id, cidrBlock: `10.5.${at}.0/24`, availabilityZone: `eu-central-1${zone}` };
      subnets.push(await make("aws:ec2/subnet:Subnet", place));
    }
    const [one, two, three] = subnets.map(({ id }) => id);
    const access = await make("aws:ec2/securityGroup:SecurityGroup", { vpcId: vpc.id });
    const token = "aws:lb/loadBalancer:LoadBalancer";
    const inputs = { name: "shop", subnets: [one, two], securityGroups: [access.id], dropInvalidHeaderFields: true };
    await live(token, inputs, { subnets: [two, three], idleTimeout: 120, tags: { a: "1" } });
    await live(
      token,
      { name: "shop-tcp", loadBalancerType: "network", internal: true, subnets: [one, two] },
      { enableCrossZoneLoadBalancing: true },
    );
    const balancer = await make(token, inputs);
    expect(balancer.id).toMatch(
      /^arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer\/app\/shop\/[0-9a-f]{16}$/,
    );
    expect(balancer.outputs).toMatchObject({
      arnSuffix: expect.stringMatching(/^app\/shop\/[0-9a-f]{16}$/),
      dnsName: expect.stringMatching(/^shop-\d+\.eu-central-1\.elb\.amazonaws\.com$/),
      zoneId: "Z215JYRZR1TBD5",
    });
    expect(bench.world.records.get(`elb:${balancer.id}`)).toEqual([
      { name: balancer.outputs["dnsName"], type: "A", ttl: 5, data: "127.14.1.1" },
    ]);
    const groups = "aws:lb/targetGroup:TargetGroup";
    const check = { path: "/health", protocol: "HTTP", port: "traffic-port", matcher: "200", interval: 10 };
    const target = { port: 30080, protocol: "HTTP", vpcId: vpc.id, deregistrationDelay: 30, healthCheck: check };
    await live(groups, target, {
      healthCheck: { ...check, path: "/ready", unhealthyThreshold: 3 },
      stickiness: { type: "lb_cookie", cookieDuration: 60 },
      tags: { a: "1" },
    });
    const group = await make(groups, target);
    const other = await make(groups, target);
    const listener = { loadBalancerArn: balancer.id, port: 80, protocol: "HTTP" };
    const forward = (arn: string) => ({ defaultActions: [{ type: "forward", targetGroupArn: arn }] });
    await live("aws:lb/listener:Listener", { ...listener, ...forward(group.id) }, { ...forward(other.id), port: 81 });
    const redirect = { type: "redirect", redirect: { protocol: "HTTPS", port: "443", statusCode: "HTTP_301" } };
    const fixed = { type: "fixed-response", fixedResponse: { contentType: "text/plain", statusCode: "503" } };
    await live("aws:lb/listener:Listener", { ...listener, defaultActions: [redirect] }, { defaultActions: [fixed] });
    const certificate = await make("aws:acm/certificate:Certificate", { domainName: "www.lb.test" });
    const tls = { port: 443, protocol: "HTTPS", certificateArn: certificate.id };
    const weighted = {
      targetGroups: [
        { arn: group.id, weight: 1 },
        { arn: other.id, weight: 0 },
      ],
    };
    await live(
      "aws:lb/listener:Listener",
      { ...listener, ...tls, defaultActions: [{ type: "forward", forward: weighted }] },
      { sslPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06", tags: { a: "1" } },
    );
    await drop("aws:acm/certificate:Certificate", certificate);
    for (const one of [group, other]) await drop(groups, one);
    await drop(token, balancer);
    expect(bench.world.records.has(`elb:${balancer.id}`)).toBe(false);
    await drop("aws:ec2/securityGroup:SecurityGroup", access);
    for (const each of subnets) await drop("aws:ec2/subnet:Subnet", each);
    await drop("aws:ec2/vpc:Vpc", vpc);
  });
});
