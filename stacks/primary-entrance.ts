import type { Output } from "@pulumi/pulumi";
import { ApplicationLoadBalancer } from "../components/aws/application-load-balancer.ts";
import { Certificate } from "../components/aws/certificate.ts";
import { Dns, type DnsArgs } from "../components/aws/dns.ts";
import type { EksCluster } from "../components/aws/eks-cluster.ts";
import type { AwsNames } from "../components/aws/names.ts";
import type { Network } from "../components/aws/network.ts";
import { trafficManagerHost } from "../components/azure/names.ts";
import type { Tags } from "../components/tags.ts";
import type { AwsPrimaryConfig } from "./config.ts";
import { publicService } from "./endpoints.ts";

/** Services behind an ALB are at this port of every node and the ones after it, in the order of `services`. */
export const FIRST_NODE_PORT = 30_080;

export interface PrimaryEntranceBase {
  readonly names: AwsNames;
  readonly tags: Tags;
  readonly network: Network;
  readonly cluster: EksCluster;
  /** Of a service's own load balancer. */
  readonly host: (service: string) => Output<string>;
}

export interface PrimaryEntrance {
  readonly dns: Dns;
  /** Undefined: each service has a load balancer of its own. */
  readonly balancer: ApplicationLoadBalancer | undefined;
  /** Where a service answers. */
  readonly host: (service: string) => Output<string>;
}

/** How users come in: the zone, the public name, and the load balancer before the public service where there is one. */
export function primaryEntrance(config: AwsPrimaryConfig, base: PrimaryEntranceBase): PrimaryEntrance {
  const { publicName, zoneName, protectData } = config;
  const { names, tags, network, cluster } = base;
  // With route53 strategies the record needs the load balancer, and the certificate needs the zone: so the zone's
  // component takes its hosts as outputs, and the certificate is asked for in the zone.
  const hosts = new Map<string, Output<string>>();
  const hostOf = (service: string): Output<string> => hosts.get(service) ?? base.host(service);
  if (config.loadBalancer === "network") {
    const dns = new Dns("dns", dnsArgs(hostOf(publicService(config).name)));
    return { dns, balancer: undefined, host: hostOf };
  }
  const balancerWith = (certificateArn: Output<string> | undefined) =>
    new ApplicationLoadBalancer("entrance", {
      loadBalancerName: names.loadBalancer,
      vpcId: network.vpcId,
      subnetIds: network.publicSubnetIds,
      services: config.services.map(({ name, role, healthPath }, index) => ({
        name,
        role,
        healthPath,
        port: config.servicePort + index,
        nodePort: FIRST_NODE_PORT + index,
      })),
      autoscalingGroups: cluster.autoscalingGroups,
      nodeSecurityGroupId: cluster.nodeSecurityGroupId,
      certificateArn,
      targetProtocol: config.traffic.protocol,
      internalCidrs: [config.primaryCidr, ...config.allowedCidrs],
      deletionProtection: protectData,
      tags,
    });
  if (config.traffic.strategy.startsWith("route53")) {
    const balancer = balancerWith(undefined);
    const dns = new Dns("dns", dnsArgs(balancer.host));
    return { dns, balancer, host: () => balancer.host };
  }
  const dns = new Dns("dns", dnsArgs(undefined));
  const certificate = config.certificate
    ? new Certificate("certificate", { domainName: publicName, zoneId: dns.zoneId, tags })
    : undefined;
  const balancer = balancerWith(certificate?.arn);
  return { dns, balancer, host: () => balancer.host };

  function dnsArgs(primaryHost: Output<string> | undefined): DnsArgs {
    const { strategy, ttlSeconds, standbyHost, protocol } = config.traffic;
    const common = { zoneName, publicName, ttlSeconds, protectData, tags };
    if (strategy === "traffic-manager") return { ...common, target: trafficManagerHost(config, publicName) };
    if (standbyHost === undefined) throw new Error(`traffic.standbyHost is not set; strategy ${strategy} needs it`);
    if (strategy === "front-door") return { ...common, strategy, target: standbyHost };
    if (primaryHost === undefined) throw new Error(`strategy ${strategy} needs the primary's load balancer first`);
    const sites = { primaryHost, standbyHost };
    if (strategy === "route53-update") return { ...common, strategy, ...sites, activeSite: config.activeSite };
    const probe = { port: config.servicePort, protocol, path: publicService(config).healthPath };
    return { ...common, strategy, ...sites, probe };
  }
}
