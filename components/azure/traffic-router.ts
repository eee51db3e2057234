import type { Output } from "@pulumi/pulumi";

/** The two sites of an application. */
export type Site = "primary" | "standby";

/** What leads users to one of the two sites: Traffic Manager by DNS answers, Front Door by proxying. */
export interface TrafficRouter {
  /** Which of the two it is. */
  readonly kind: "traffic-manager" | "front-door";
  /** Resource id of the profile. */
  readonly profileId: Output<string>;
  /** Name of the profile. */
  readonly profile: Output<string>;
  /** What the public name is a CNAME to. */
  readonly host: Output<string>;
  /** Names of the sites' endpoints (Traffic Manager) or origins (Front Door). */
  readonly endpoints: Readonly<Record<Site, Output<string>>>;
  /** Name of the origin group; Traffic Manager has none. */
  readonly originGroup: Output<string> | undefined;
  /** How long resolvers keep an answer after traffic has moved. */
  readonly ttlSeconds: number;
}
