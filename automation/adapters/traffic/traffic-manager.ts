import { z } from "zod";
import type { Site } from "../../../stacks/outputs.ts";
import { DriverError } from "../../domain/errors.ts";
import { otherSite } from "../../domain/protection.ts";
import type { Traffic, TrafficState } from "../../ports/traffic.ts";
import type { ArmClient } from "./arm-client.ts";

/** The profile and its two external endpoints, from the standby's outputs. */
export interface TrafficManagerTarget {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly profile: string;
  readonly endpoints: Readonly<Record<Site, string>>;
}

type Status = TrafficState[Site];

const endpointSchema = z.object({ properties: z.object({ endpointStatus: z.enum(["Enabled", "Disabled"]) }) });
const apiVersion = "2022-04-01";

/** Azure Traffic Manager with the priority method: who is enabled gets users. */
export class TrafficManagerTraffic implements Traffic {
  readonly #arm: ArmClient;
  readonly #target: (signal: AbortSignal) => Promise<TrafficManagerTarget>;

  constructor(arm: ArmClient, target: (signal: AbortSignal) => Promise<TrafficManagerTarget>) {
    this.#arm = arm;
    this.#target = target;
  }

  async state(signal: AbortSignal): Promise<TrafficState> {
    return this.#state(await this.#target(signal), signal);
  }

  async route(site: Site, signal: AbortSignal): Promise<TrafficState> {
    const target = await this.#target(signal);
    const other = otherSite(site);
    // In this order there is no moment without an endpoint.
    await this.#set(target, site, "enabled", signal);
    await this.#set(target, other, "disabled", signal);
    return this.#verified(target, { [site]: "enabled", [other]: "disabled" }, signal);
  }

  async drain(site: Site, signal: AbortSignal): Promise<TrafficState> {
    const target = await this.#target(signal);
    await this.#set(target, site, "disabled", signal);
    return this.#verified(target, { [site]: "disabled" }, signal);
  }

  async #verified(
    target: TrafficManagerTarget,
    wanted: Partial<TrafficState>,
    signal: AbortSignal,
  ): Promise<TrafficState> {
    const state = await this.#state(target, signal);
    for (const site of ["primary", "standby"] as const) {
      const want = wanted[site];
      if (want === undefined || state[site] === want) continue;
      throw new DriverError(
        "unverified",
        `endpoint ${target.endpoints[site]} of ${target.profile} is ${state[site]}, ${want} was asked for`,
      );
    }
    return state;
  }

  async #state(target: TrafficManagerTarget, signal: AbortSignal): Promise<TrafficState> {
    const [primary, standby] = await Promise.all([
      this.#get(target, "primary", signal),
      this.#get(target, "standby", signal),
    ]);
    return { primary, standby };
  }

  async #get(target: TrafficManagerTarget, site: Site, signal: AbortSignal): Promise<Status> {
    const answer = endpointSchema.safeParse(await this.#arm.request("GET", pathOf(target, site), undefined, signal));
    if (!answer.success) {
      throw new DriverError(
        "fatal",
        `endpoint ${target.endpoints[site]} of ${target.profile}: an answer without endpointStatus`,
      );
    }
    return answer.data.properties.endpointStatus === "Enabled" ? "enabled" : "disabled";
  }

  async #set(target: TrafficManagerTarget, site: Site, status: Status, signal: AbortSignal): Promise<void> {
    if ((await this.#get(target, site, signal)) === status) return;
    const endpointStatus = status === "enabled" ? "Enabled" : "Disabled";
    await this.#arm.request("PATCH", pathOf(target, site), { properties: { endpointStatus } }, signal);
  }
}

function pathOf(target: TrafficManagerTarget, site: Site): string {
  const part = encodeURIComponent;
  return (
    `/subscriptions/${part(target.subscriptionId)}/resourceGroups/${part(target.resourceGroup)}` +
    `/providers/Microsoft.Network/trafficManagerProfiles/${part(target.profile)}` +
    `/externalEndpoints/${part(target.endpoints[site])}?api-version=${apiVersion}`
  );
}
