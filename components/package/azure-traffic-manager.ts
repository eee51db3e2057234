import { ComponentResource, type ComponentResourceOptions, type Input, type Output } from "@pulumi/pulumi";
import { TrafficManager, type TrafficManagerArgs, type TrafficProbe } from "../azure/traffic-manager.ts";
import type { Site, WebProtocol } from "./vocabulary.ts";

/** How Traffic Manager asks an endpoint for its health. */
export interface AzureTrafficProbe extends TrafficProbe {
  /** HTTPS: the certificate is not looked at. */
  readonly protocol: WebProtocol;
}

/** DNS name of each site's load balancer. */
export interface AzureTrafficTargets {
  /** In AWS. */
  readonly primary: Input<string>;
  /** In Azure. */
  readonly standby: Input<string>;
}

/** What an AzureTrafficManager is made of. */
export interface AzureTrafficManagerArgs extends TrafficManagerArgs {
  /** How an endpoint is asked for its health. */
  readonly probe: AzureTrafficProbe;
  /** DNS name of each site's load balancer. */
  readonly targets: AzureTrafficTargets;
  /** The one whose endpoint is enabled. Traffic never moves by itself: the other may not be promoted. */
  readonly activeSite: Site;
}

/** Traffic Manager with one endpoint per site, of which exactly the active site's is enabled. */
export class AzureTrafficManager extends ComponentResource {
  /** Name of the profile. */
  readonly profile: Output<string>;
  /** What the public name is a CNAME to. */
  readonly host: Output<string>;
  /** Name of the primary's endpoint. */
  readonly primaryEndpoint: Output<string>;
  /** Name of the standby's endpoint. */
  readonly standbyEndpoint: Output<string>;

  constructor(name: string, args: AzureTrafficManagerArgs, options?: ComponentResourceOptions) {
    super("pilotlight:index:AzureTrafficManager", name, {}, options);
    const manager = new TrafficManager(name, args, { parent: this });
    this.profile = manager.profile;
    this.host = manager.host;
    this.primaryEndpoint = manager.endpoints.primary;
    this.standbyEndpoint = manager.endpoints.standby;
    this.registerOutputs({
      profile: this.profile,
      host: this.host,
      primaryEndpoint: this.primaryEndpoint,
      standbyEndpoint: this.standbyEndpoint,
    });
  }
}
