import type { Site } from "../../stacks/outputs.ts";

export interface TrafficState {
  readonly primary: "enabled" | "disabled";
  readonly standby: "enabled" | "disabled";
}

/** Who gets users. With Traffic Manager, the public name stays a CNAME to it at all times. */
export interface Traffic {
  state(signal: AbortSignal): Promise<TrafficState>;
  /** Enables `site`'s endpoint first, then disables the other's. */
  route(site: Site, signal: AbortSignal): Promise<TrafficState>;
  /** Disables `site`'s endpoint; nobody else gets its traffic. */
  drain(site: Site, signal: AbortSignal): Promise<TrafficState>;
}
