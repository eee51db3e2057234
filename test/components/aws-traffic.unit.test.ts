import { describe, expect, it } from "vitest";
import {
  ApplicationLoadBalancer,
  type ApplicationLoadBalancerArgs,
} from "../../components/aws/application-load-balancer.ts";
import { Certificate } from "../../components/aws/certificate.ts";
import { Dns, type DnsArgs } from "../../components/aws/dns.ts";
import { differenceOf, inputsOf, namesOf, one, protectedNames, type Recording, record } from "./support/component.ts";

const tags = { application: "shop" };

describe("the application load balancer", () => {
  const api = { name: "api", port: 80, nodePort: 30_001, role: "public" } as const;
  const plain: ApplicationLoadBalancerArgs = {
    loadBalancerName: "alb-shop-prod",
    vpcId: "vpc-1",
    subnetIds: ["subnet-1", "subnet-2"],
    services: [api],
    autoscalingGroups: { default: "eks-default-1" },
    nodeSecurityGroupId: "sg-nodes",
    internalCidrs: ["203.0.113.0/28"],
    tags,
  };
  const balancer = (args: Partial<ApplicationLoadBalancerArgs> = {}) =>
    record(() => {
      const made = new ApplicationLoadBalancer("entry", { ...plain, ...args });
      return { host: made.host, metricName: made.metricName, groups: made.targetGroupMetricNames };
    });

  it("makes exactly this with every option on", async () => {
    const full = await balancer({
      services: [
        { ...api, port: 443, healthPath: "/ready" },
        { name: "worker", port: 8443, nodePort: 30_002, role: "internal" },
      ],
      certificateArn: "arn:certificate",
      targetProtocol: "HTTPS",
      deletionProtection: true,
      publicCidrs: ["198.51.100.0/24"],
    });
    expect(inputsOf(full)).toMatchSnapshot();
    expect(full.outputs).toEqual({
      host: "alb-shop-prod-1.eu-central-1.elb.amazonaws.com",
      metricName: "app/alb-shop-prod/1",
      groups: { api: "targetgroup/shop-prod-api-30001/1", worker: "targetgroup/shop-prod-worker-30002/1" },
    });
  });

  it("opens the configured port only, and asks /health", async () => {
    const made = await balancer();
    expect(one(made, "aws:ec2/securityGroup:SecurityGroup", "entry-access").inputs).toMatchObject({
      ingress: [{ fromPort: 80, toPort: 80, cidrBlocks: ["0.0.0.0/0", "203.0.113.0/28"] }],
      egress: [{ fromPort: 30_001, toPort: 30_001, securityGroups: ["sg-nodes"] }],
    });
    expect(one(made, "aws:lb/targetGroup:TargetGroup", "entry-api").inputs).toMatchObject({
      targetType: "instance",
      port: 30_001,
      healthCheck: { path: "/health", protocol: "HTTP", matcher: "200" },
    });
    expect(namesOf(made).filter((name) => name.includes("Listener"))).toEqual(["aws:lb/listener:Listener entry-api"]);
  });

  it("changes no other child's name by any option", async () => {
    const base = await balancer();
    const services = [api, { name: "worker", port: 81, nodePort: 30_002, role: "internal" } as const];
    expect(differenceOf(base, await balancer({ services })).removed).toEqual([]);
    expect(differenceOf(base, await balancer({ services })).changed).toEqual([
      "aws:ec2/securityGroup:SecurityGroup entry-access",
    ]);
    const tls = await balancer({ services: [{ ...api, port: 443 }], certificateArn: "arn:certificate" });
    expect(differenceOf(base, tls)).toEqual({
      added: ["aws:lb/listener:Listener entry-80-redirect"],
      removed: [],
      changed: ["aws:ec2/securityGroup:SecurityGroup entry-access", "aws:lb/listener:Listener entry-api"],
    });
    expect(
      differenceOf(base, await balancer({ autoscalingGroups: { default: "eks-default-1", big: "eks-big-1" } })),
    ).toEqual({
      added: ["aws:autoscaling/attachment:Attachment entry-api-big"],
      removed: [],
      changed: [],
    });
    expect(differenceOf(base, await balancer({ deletionProtection: true })).changed).toEqual([
      "aws:lb/loadBalancer:LoadBalancer entry-balancer",
    ]);
  });

  it("refuses a plan without a public service before anything is made", async () => {
    await expect(balancer({ services: [{ ...api, role: "internal" }] })).rejects.toThrow("services: none is public");
  });
});

describe("a certificate", () => {
  it("proves each name once, by records named after it, and is known when it is valid", async () => {
    const made = await record(() => {
      const alternativeNames = ["*.shop.example", "www.shop.example"];
      return { arn: new Certificate("tls", { domainName: "shop.example", alternativeNames, zoneId: "Z1", tags }).arn };
    });
    expect(inputsOf(made)).toMatchSnapshot();
    expect(made.outputs).toEqual({ arn: "arn:aws:acm:eu-central-1:123456789012:certificate/1" });
    expect(namesOf(made).filter((name) => name.startsWith("aws:route53"))).toEqual([
      "aws:route53/record:Record tls-proof-shop.example",
      "aws:route53/record:Record tls-proof-www.shop.example",
    ]);
  });
});

describe("DNS", () => {
  const zone = { zoneName: "shop.example", publicName: "app.shop.example", ttlSeconds: 30, protectData: true, tags };
  const hosts = { primaryHost: "a.elb.test", standbyHost: "b.azure.test" };
  const probe = { port: 443, protocol: "HTTPS", path: "/health" } as const;
  const target = "shop.trafficmanager.net";
  const strategies: Readonly<Record<string, DnsArgs>> = {
    today: { ...zone, target },
    "traffic-manager": { ...zone, strategy: "traffic-manager", target },
    "front-door": { ...zone, strategy: "front-door", target: "shop.azurefd.net" },
    "route53-failover": { ...zone, strategy: "route53-failover", ...hosts, probe },
    "route53-update": { ...zone, strategy: "route53-update", ...hosts, activeSite: "primary" },
  };
  const dns = (args: DnsArgs) =>
    record(() => {
      const made = new Dns("dns", args);
      return { zoneId: made.zoneId, checks: made.healthCheckIds };
    });
  const publicRecord = (made: Recording) => one(made, "aws:route53/record:Record", "dns-public").inputs;

  for (const [name, args] of Object.entries(strategies)) {
    it(`makes exactly this for ${name}`, async () => {
      const made = await dns(args);
      expect(inputsOf(made)).toMatchSnapshot();
      expect(protectedNames(made)).toEqual(["dns-zone"]);
    });
  }

  it("keeps the zone and the public record whatever the strategy", async () => {
    const today = await dns({ ...zone, target });
    for (const args of Object.values(strategies)) {
      const { removed, changed } = differenceOf(today, await dns(args));
      expect(removed).toEqual([]);
      expect(changed.filter((name) => name !== "aws:route53/record:Record dns-public")).toEqual([]);
    }
  });

  it("probes both sites fast for route53-failover, the second record after the first", async () => {
    const made = await dns({ ...zone, strategy: "route53-failover", ...hosts, probe });
    for (const [site, fqdn] of [
      ["primary", "a.elb.test"],
      ["standby", "b.azure.test"],
    ]) {
      expect(one(made, "aws:route53/healthCheck:HealthCheck", `dns-${site}-health-check`).inputs).toMatchObject({
        type: "HTTPS",
        fqdn,
        port: 443,
        resourcePath: "/health",
        requestInterval: 10,
        failureThreshold: 3,
        enableSni: true,
      });
    }
    expect(publicRecord(made)).toMatchObject({
      setIdentifier: "primary",
      failoverRoutingPolicies: [{ type: "PRIMARY" }],
    });
    const second = one(made, "aws:route53/record:Record", "dns-public-standby");
    expect(second.inputs).toMatchObject({
      setIdentifier: "standby",
      failoverRoutingPolicies: [{ type: "SECONDARY" }],
      records: ["b.azure.test"],
    });
    expect(second.dependencies).toContain(one(made, "aws:route53/record:Record", "dns-public").urn);
    expect(made.outputs.checks).toEqual({
      primary: "dns-primary-health-check-id",
      standby: "dns-standby-health-check-id",
    });
  });

  it("follows the active site for route53-update only", async () => {
    const at = (activeSite: "primary" | "standby") =>
      dns({ ...zone, strategy: "route53-update", ...hosts, activeSite }).then(publicRecord);
    expect((await at("primary")).records).toEqual(["a.elb.test"]);
    expect((await at("standby")).records).toEqual(["b.azure.test"]);
  });
});
