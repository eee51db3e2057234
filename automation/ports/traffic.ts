import type { Site } from "../../stacks/outputs.ts";

export interface TrafficState {
  readonly primary: "enabled" | "disabled";
  readonly standby: "enabled" | "disabled";
}

/** Which site receives users. The public name stays a CNAME to the traffic service (Traffic Manager, Front Door) at all times. */
export interface Traffic {
  state(signal: AbortSignal): Promise<TrafficState>;
  /** Enables `site`'s endpoint first, then disables the other's. */
  route(site: Site, signal: AbortSignal): Promise<TrafficState>;
  /**
   * Disables `site`'s endpoint; nobody else gets its traffic. Front Door refuses to be without any: there the last one stays
   * enabled, as the state that is returned says.
   */
  drain(site: Site, signal: AbortSignal): Promise<TrafficState>;
}
