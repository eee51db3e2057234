import { Endpoint } from "@pulumi/azure-native/trafficmanager/endpoint.js";
import { Profile } from "@pulumi/azure-native/trafficmanager/profile.js";
import { ComponentResource, type ComponentResourceOptions, type Input, type Output } from "@pulumi/pulumi";
import type { Tags } from "../tags.ts";

type Site = "primary" | "standby";

export interface TrafficManagerArgs {
  readonly profileName: string;
  readonly resourceGroupName: Input<string>;
  /** First label of `<label>.trafficmanager.net`. */
  readonly dnsLabel: string;
  readonly ttlSeconds: number;
  readonly probe: {
    readonly protocol: "HTTP" | "HTTPS";
    readonly port: number;
    readonly path: string;
    /** 10 or 30. */
    readonly intervalSeconds: number;
    readonly timeoutSeconds: number;
    readonly toleratedFailures: number;
  };
  /** DNS name of each site's load balancer. */
  readonly targets: Readonly<Record<Site, Input<string>>>;
  /** The one whose endpoint is enabled. Traffic never moves by itself: the other may not be promoted. */
  readonly activeSite: Site;
  readonly tags: Tags;
}

/** Traffic Manager with one endpoint a site, of which exactly the active site's is enabled. */
export class TrafficManager extends ComponentResource {
  readonly profile: Output<string>;
  readonly endpoints: Readonly<Record<Site, Output<string>>>;

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
    this.profile = profileName;
    this.endpoints = { primary: endpoint("primary", 1), standby: endpoint("standby", 2) };
    this.registerOutputs({ profile: this.profile });
  }
}
