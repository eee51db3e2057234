import type { Input } from "@pulumi/pulumi";
import { FrontDoor } from "../components/azure/front-door.ts";
import { trafficManagerHost } from "../components/azure/names.ts";
import { TrafficManager } from "../components/azure/traffic-manager.ts";
import type { StandbyConfig } from "./config.ts";
import { publicService } from "./endpoints.ts";
import type { Pending } from "./exports.ts";
import type { StandbyOutputs } from "./outputs.ts";
import type { StandbyBase } from "./standby-base.ts";

/** Where this site's public service answers. */
export interface StandbyEntrance {
  readonly host: Input<string>;
  readonly port: number;
}

export interface StandbyTraffic {
  /** Undefined with a route53 strategy: records in the primary's zone decide. */
  readonly router: TrafficManager | FrontDoor | undefined;
  readonly outputs: Pending<StandbyOutputs["traffic"]>;
  /** Where users come in. */
  readonly publicPort: number;
}

/** What leads users to one site or the other. */
export function standbyTraffic(config: StandbyConfig, base: StandbyBase, entrance: StandbyEntrance): StandbyTraffic {
  const { names, place, label, primary } = base;
  const { traffic, activeSite, publicName } = config;
  const { strategy, protocol, probeIntervalSeconds, ttlSeconds } = traffic;
  const targets = { primary: primary.publicHost, standby: entrance.host };
  const { healthPath } = publicService(config);
  if (strategy === "front-door") {
    const { resourceGroupName, tags } = place;
    const router = new FrontDoor("traffic", {
      resourceGroupName,
      tags,
      profileName: names.frontDoor,
      endpointName: names.frontDoorEndpoint,
      targets,
      ports: { primary: primary.publicPort, standby: entrance.port },
      protocol,
      healthPath,
      probeIntervalSeconds,
      customDomain: publicName,
      activeSite,
    });
    const { profile, endpoints, originGroup, host } = router;
    return {
      router,
      outputs: {
        kind: strategy,
        profile,
        fqdn: host,
        endpoints,
        originGroup,
        ttlSeconds: router.ttlSeconds,
        ...(router.domainProof ? { domainProof: router.domainProof } : {}),
      },
      // Front Door listens at the web's ports and at no other.
      publicPort: protocol === "HTTPS" ? 443 : 80,
    };
  }
  const publicPort = config.servicePort;
  if (strategy !== "traffic-manager") {
    return { router: undefined, outputs: { kind: strategy, fqdn: entrance.host, ttlSeconds }, publicPort };
  }
  const router = new TrafficManager("traffic", {
    ...place,
    profileName: names.profile,
    dnsLabel: label,
    ttlSeconds,
    probe: {
      protocol,
      port: config.servicePort,
      path: healthPath,
      intervalSeconds: probeIntervalSeconds,
      timeoutSeconds: traffic.probeTimeoutSeconds,
      toleratedFailures: traffic.toleratedFailures,
    },
    targets,
    activeSite,
  });
  return {
    router,
    outputs: {
      kind: strategy,
      profile: router.profile,
      fqdn: trafficManagerHost(config, publicName),
      endpoints: router.endpoints,
      ttlSeconds,
    },
    publicPort,
  };
}
