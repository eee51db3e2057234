import { Endpoint } from "@pulumi/azure-native/trafficmanager/endpoint.js";
import { Profile } from "@pulumi/azure-native/trafficmanager/profile.js";
import { ComponentResource, type ComponentResourceOptions, type Input, type Output, output } from "@pulumi/pulumi";
import type { Tags } from "../tags.ts";
import type { Site, TrafficRouter } from "./traffic-router.ts";

/** How Traffic Manager asks an endpoint for its health. */
export interface TrafficProbe {
  /** HTTPS: the certificate is not looked at. */
  readonly protocol: "HTTP" | "HTTPS";
  /** Port of the service. */
  readonly port: number;
  /** Answers 200 while the service is well, e.g. /health. */
  readonly path: string;
  /** Seconds between two probes: 10 or 30. */
  readonly intervalSeconds: number;
  /** Seconds to wait for an answer: 5 to 9 with an interval of 10, 5 to 10 with 30. */
  readonly timeoutSeconds: number;
  /** Failures in a row that do not matter, 0 to 9. */
  readonly toleratedFailures: number;
}

/** Options of `TrafficManager`. */
export interface TrafficManagerArgs {
  /** Name of the profile. */
  readonly profileName: string;
  /** Resource group of the profile. */
  readonly resourceGroupName: Input<string>;
  /** First label of `<label>.trafficmanager.net`. */
  readonly dnsLabel: string;
  /** Seconds that resolvers keep an answer. */
  readonly ttlSeconds: number;
  /** How an endpoint is asked for its health. */
  readonly probe: TrafficProbe;
  /** DNS name of each site's load balancer. */
  readonly targets: Readonly<Record<Site, Input<string>>>;
  /** The one whose endpoint is enabled. Traffic never moves by itself: the other may not be promoted. */
  readonly activeSite: Site;
  /** Tags of the profile. */
  readonly tags: Tags;
}

/** Traffic Manager with one endpoint per site, of which exactly the active site's is enabled. */
export class TrafficManager extends ComponentResource implements TrafficRouter {
  /** Always `traffic-manager`. */
  readonly kind = "traffic-manager";
  /** Resource id of the profile. */
  readonly profileId: Output<string>;
  /** Name of the profile. */
  readonly profile: Output<string>;
  /** What the public name is a CNAME to. */
  readonly host: Output<string>;
  /** Names of the sites' endpoints. */
  readonly endpoints: Readonly<Record<Site, Output<string>>>;
  /** Traffic Manager has none. */
  readonly originGroup: undefined;
  /** Seconds that resolvers keep an answer. */
  readonly ttlSeconds: number;

  constructor(name: string, args: TrafficManagerArgs, options?: ComponentResourceOptions) {
    super("pilotlight:azure:TrafficManager", name, {}, options);
    const { probe } = args;
    const profile = new Profile(
      `${name}-profile`,
      {
        profileName: args.profileName,
        resourceGroupName: args.resourceGroupName,
        location: "global",
        profileStatus: "Enabled",
        trafficRoutingMethod: "Priority",
        dnsConfig: { relativeName: args.dnsLabel, ttl: args.ttlSeconds },
        monitorConfig: {
          protocol: probe.protocol,
          port: probe.port,
          path: probe.path,
          intervalInSeconds: probe.intervalSeconds,
          timeoutInSeconds: probe.timeoutSeconds,
          toleratedNumberOfFailures: probe.toleratedFailures,
        },
        tags: { ...args.tags },
      },
      { parent: this },
    );
    const profileName = profile.name.apply((known) => known ?? args.profileName);
    const endpoint = (site: Site, priority: number) => {
      const resource = new Endpoint(
        `${name}-${site}`,
        {
          endpointName: site,
          endpointType: "ExternalEndpoints",
          profileName,
          resourceGroupName: args.resourceGroupName,
          target: args.targets[site],
          priority,
          endpointStatus: args.activeSite === site ? "Enabled" : "Disabled",
        },
        { parent: this },
      );
      return resource.name.apply((known) => known ?? site);
    };
    this.profileId = profile.id;
    this.profile = profileName;
    this.host = output(`${args.dnsLabel}.trafficmanager.net`);
    this.ttlSeconds = args.ttlSeconds;
    this.endpoints = { primary: endpoint("primary", 1), standby: endpoint("standby", 2) };
    this.registerOutputs({ profile: this.profile });
  }
}
