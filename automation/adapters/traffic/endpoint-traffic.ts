import type { Site } from "../../../stacks/outputs.ts";
import { DriverError } from "../../domain/errors.ts";
import { otherSite } from "../../domain/protection.ts";
import type { Traffic, TrafficState } from "../../ports/traffic.ts";

export type EndpointStatus = TrafficState[Site];

/** The two endpoints of one traffic service: each is on or off by itself. */
export interface TrafficEndpoints {
  /** For messages, e.g. `origin aws of shop`. */
  describe(site: Site): string;
  get(site: Site, signal: AbortSignal): Promise<EndpointStatus>;
  /** Resolves when the service calls the change done. */
  set(site: Site, status: EndpointStatus, signal: AbortSignal): Promise<void>;
  /** The service refuses to be without any enabled endpoint. */
  readonly keepsOne: boolean;
}

/** Traffic by switching endpoints on and off, whatever service they belong to; `open` says at every call which, from the stack's outputs. */
export class EndpointTraffic implements Traffic {
  readonly #open: (signal: AbortSignal) => Promise<TrafficEndpoints>;

  constructor(open: (signal: AbortSignal) => Promise<TrafficEndpoints>) {
    this.#open = open;
  }

  async state(signal: AbortSignal): Promise<TrafficState> {
    return read(await this.#open(signal), signal);
  }

  async route(site: Site, signal: AbortSignal): Promise<TrafficState> {
    const endpoints = await this.#open(signal);
    const other = otherSite(site);
    // In this order there is no moment without an endpoint.
    await set(endpoints, site, "enabled", signal);
    await set(endpoints, other, "disabled", signal);
    return verified(endpoints, { [site]: "enabled", [other]: "disabled" }, signal);
  }

  async drain(site: Site, signal: AbortSignal): Promise<TrafficState> {
    const endpoints = await this.#open(signal);
    if (endpoints.keepsOne) {
      const state = await read(endpoints, signal);
      if (state[otherSite(site)] === "disabled") return state;
    }
    await set(endpoints, site, "disabled", signal);
    return verified(endpoints, { [site]: "disabled" }, signal);
  }
}

async function read(endpoints: TrafficEndpoints, signal: AbortSignal): Promise<TrafficState> {
  const [primary, standby] = await Promise.all([endpoints.get("primary", signal), endpoints.get("standby", signal)]);
  return { primary, standby };
}

async function set(
  endpoints: TrafficEndpoints,
  site: Site,
  status: EndpointStatus,
  signal: AbortSignal,
): Promise<void> {
  if ((await endpoints.get(site, signal)) !== status) await endpoints.set(site, status, signal);
}

async function verified(
  endpoints: TrafficEndpoints,
  wanted: Partial<TrafficState>,
  signal: AbortSignal,
): Promise<TrafficState> {
  const state = await read(endpoints, signal);
  for (const site of ["primary", "standby"] as const) {
    const want = wanted[site];
    if (want === undefined || state[site] === want) continue;
    throw new DriverError("unverified", `${endpoints.describe(site)} is ${state[site]}, ${want} was asked for`);
  }
  return state;
}
