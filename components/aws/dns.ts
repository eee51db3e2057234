import { Record as DnsRecord, type RecordArgs } from "@pulumi/aws/route53/record.js";
import { Zone } from "@pulumi/aws/route53/zone.js";
import { ComponentResource, type ComponentResourceOptions, type Input, type Output } from "@pulumi/pulumi";
import { dataOptions } from "../data-options.ts";
import type { Tags } from "../tags.ts";
import { HealthCheck, type HealthProbe } from "./health-check.ts";

interface DnsZoneArgs {
  /** The public zone, e.g. shop.example. */
  readonly zoneName: string;
  /** The name that users call, below the zone. */
  readonly publicName: string;
  /** Seconds for which resolvers keep the answer. */
  readonly ttlSeconds: number;
  /** True: the engine refuses to delete the zone. */
  readonly protectData: boolean;
  /** Tags of the zone and of health checks. */
  readonly tags: Tags;
}

/** The name always points at a service in Azure that decides: a failover must not need Route 53's control plane. */
interface DecidedInAzure {
  /** Who decides where users go; default `traffic-manager`. */
  readonly strategy?: "traffic-manager" | "front-door" | undefined;
  /** Host name of the Traffic Manager profile or the Front Door endpoint. */
  readonly target: Input<string>;
}

interface SiteHosts {
  /** Host name of the primary's public service. */
  readonly primaryHost: Input<string>;
  /** Host name of the standby's public service, which may not exist yet. */
  readonly standbyHost: Input<string>;
}

/**
 * Route 53's data plane decides: users go to the primary while it is healthy, else to the standby if that is healthy. A
 * standby that is not promoted must therefore fail its health check; with both unhealthy the primary is answered.
 */
interface DecidedByHealth extends SiteHosts {
  readonly strategy: "route53-failover";
  /** How both sites are asked. */
  readonly probe: HealthProbe;
}

/** One record, changed by an update: the references' way, which needs Route 53's control plane in us-east-1 at the worst time. */
interface DecidedByUpdate extends SiteHosts {
  readonly strategy: "route53-update";
  /** Who gets traffic. */
  readonly activeSite: "primary" | "standby";
}

export type DnsArgs = DnsZoneArgs & (DecidedInAzure | DecidedByHealth | DecidedByUpdate);

/**
 * The public zone and the public name in it. The zone is protected like data: a new zone has new name servers, which the
 * registrar would have to learn. Its record is `<name>-public` in every strategy, so that going from one to another changes it
 * in place; only on the way back from `route53-failover` the standby's record must be taken away first, by hand.
 */
export class Dns extends ComponentResource {
  /** Id of the zone. */
  readonly zoneId: Output<string>;
  /** The zone's name servers, for the registrar. */
  readonly nameServers: Output<string[]>;
  /** With `route53-failover`: the checks of both sites. */
  readonly healthCheckIds: { readonly primary: Output<string>; readonly standby: Output<string> } | undefined;

  readonly #name: string;
  readonly #args: DnsArgs;

  constructor(name: string, args: DnsArgs, options?: ComponentResourceOptions) {
    super("pilotlight:aws:Dns", name, {}, options);
    this.#name = name;
    this.#args = args;
    const zone = new Zone(
      `${name}-zone`,
      { name: args.zoneName, comment: "Public name of the application", tags: { ...args.tags } },
      { parent: this, ...dataOptions(args.protectData) },
    );
    this.zoneId = zone.zoneId;
    this.nameServers = zone.nameServers;
    if (args.strategy === "route53-failover") this.healthCheckIds = this.#failover(args);
    else if (args.strategy === "route53-update") {
      this.#record("public", args.activeSite === "primary" ? args.primaryHost : args.standbyHost);
    } else this.#record("public", args.target);
    this.registerOutputs({ zoneId: this.zoneId });
  }

  #failover(args: DnsZoneArgs & DecidedByHealth): { primary: Output<string>; standby: Output<string> } {
    const primary = this.#healthCheck("primary", args.primaryHost, args.probe);
    const standby = this.#healthCheck("standby", args.standbyHost, args.probe);
    const first = this.#record("public", args.primaryHost, failoverPolicy("primary", "PRIMARY", primary));
    // After the first: while that is still a plain record, Route 53 refuses one with a policy beside it.
    this.#record("public-standby", args.standbyHost, failoverPolicy("standby", "SECONDARY", standby), [first]);
    return { primary, standby };
  }

  #healthCheck(site: string, host: Input<string>, probe: HealthProbe): Output<string> {
    const { publicName, tags } = this.#args;
    return new HealthCheck(
      `${this.#name}-${site}-health`,
      { ...probe, host, displayName: `${publicName} (${site})`, tags },
      { parent: this },
    ).healthCheckId;
  }

  #record(key: string, host: Input<string>, policy: Partial<RecordArgs> = {}, dependsOn: DnsRecord[] = []): DnsRecord {
    const { publicName, ttlSeconds } = this.#args;
    return new DnsRecord(
      `${this.#name}-${key}`,
      { zoneId: this.zoneId, name: publicName, type: "CNAME", ttl: ttlSeconds, records: [host], ...policy },
      { parent: this, dependsOn },
    );
  }
}

function failoverPolicy(
  setIdentifier: string,
  type: "PRIMARY" | "SECONDARY",
  healthCheckId: Output<string>,
): Partial<RecordArgs> {
  return { setIdentifier, failoverRoutingPolicies: [{ type }], healthCheckId };
}
