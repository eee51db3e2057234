import { ComponentResource, type ComponentResourceOptions, type Input, type Output } from "@pulumi/pulumi";
import { Dns, type DnsArgs } from "../aws/dns.ts";
import type { Site, TrafficStrategy, WebProtocol } from "./vocabulary.ts";

/** How a site's public service is asked whether it works. */
export interface AwsHealthProbe {
  /** Port of the service. */
  readonly port: number;
  /** Certificates are not checked. */
  readonly protocol: WebProtocol;
  /** Path that answers 2xx or 3xx while the service works, e.g. /health. */
  readonly path: string;
  /** Probes in a row that must fail, or succeed again, 1 to 10. Default 3. */
  readonly failures?: number;
}

/** What an AwsDns is made of. */
export interface AwsDnsArgs {
  /** The public zone, e.g. shop.example. */
  readonly zoneName: string;
  /** The name that users call, below the zone. */
  readonly publicName: string;
  /** Seconds for which resolvers keep the answer. */
  readonly ttlSeconds: number;
  /** Who decides where users go. Default traffic-manager. */
  readonly strategy?: TrafficStrategy;
  /** With traffic-manager and front-door: host name of what decides. */
  readonly target?: Input<string>;
  /** With the Route 53 strategies: host name of the primary's public service. */
  readonly primaryHost?: Input<string>;
  /** With the Route 53 strategies: host name of the standby's public service. */
  readonly standbyHost?: Input<string>;
  /** With route53-failover: how both sites are asked. */
  readonly probe?: AwsHealthProbe;
  /** With route53-update: who gets traffic. */
  readonly activeSite?: Site;
  /** True: the engine refuses to delete the zone. */
  readonly protectData: boolean;
  /** Tags of the zone and of health checks. */
  readonly tags: Record<string, string>;
}

/** Route 53 zone with the public name in it. */
export class AwsDns extends ComponentResource {
  /** Id of the zone. */
  readonly zoneId: Output<string>;
  /** What the registrar must know. */
  readonly nameServers: Output<string[]>;

  constructor(name: string, args: AwsDnsArgs, options?: ComponentResourceOptions) {
    super("pilotlight:index:AwsDns", name, {}, options);
    const dns = new Dns(name, dnsArgs(args), { parent: this });
    this.zoneId = dns.zoneId;
    this.nameServers = dns.nameServers;
    this.registerOutputs({ zoneId: this.zoneId, nameServers: this.nameServers });
  }
}

/** Each strategy needs options of its own, which a schema cannot say. */
function dnsArgs(args: AwsDnsArgs): DnsArgs {
  const { zoneName, publicName, ttlSeconds, protectData, tags, strategy = "traffic-manager" } = args;
  const zone = { zoneName, publicName, ttlSeconds, protectData, tags };
  const need = <Value>(key: string, value: Value | undefined): Value => {
    if (value === undefined) throw new Error(`${key} is not set; strategy ${strategy} needs it`);
    return value;
  };
  if (strategy === "traffic-manager" || strategy === "front-door") {
    return { ...zone, strategy, target: need("target", args.target) };
  }
  const hosts = {
    primaryHost: need("primaryHost", args.primaryHost),
    standbyHost: need("standbyHost", args.standbyHost),
  };
  if (strategy === "route53-failover") return { ...zone, ...hosts, strategy, probe: need("probe", args.probe) };
  return { ...zone, ...hosts, strategy, activeSite: need("activeSite", args.activeSite) };
}
