import { z } from "zod";
import type { Site } from "../../../stacks/outputs.ts";
import { DriverError } from "../../domain/errors.ts";
import type { ArmClient } from "../azure/arm-client.ts";
import type { TrafficEndpoints } from "./endpoint-traffic.ts";

/** The profile and its two external endpoints, from the standby's outputs. */
export interface TrafficManagerTarget {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly profile: string;
  readonly endpoints: Readonly<Record<Site, string>>;
}

const endpointSchema = z.object({ properties: z.object({ endpointStatus: z.enum(["Enabled", "Disabled"]) }) });
const apiVersion = "2022-04-01";

/** Azure Traffic Manager with the priority method: who is enabled gets users. */
export function trafficManagerEndpoints(arm: ArmClient, target: TrafficManagerTarget): TrafficEndpoints {
  const describe = (site: Site): string => `endpoint ${target.endpoints[site]} of ${target.profile}`;
  return {
    describe,
    keepsOne: false,
    async get(site, signal) {
      const answer = endpointSchema.safeParse(await arm.request("GET", pathOf(target, site), undefined, signal));
      if (!answer.success) throw new DriverError("fatal", `${describe(site)}: an answer without endpointStatus`);
      return answer.data.properties.endpointStatus === "Enabled" ? "enabled" : "disabled";
    },
    async set(site, status, signal) {
      const endpointStatus = status === "enabled" ? "Enabled" : "Disabled";
      await arm.request("PATCH", pathOf(target, site), { properties: { endpointStatus } }, signal);
    },
  };
}

function pathOf(target: TrafficManagerTarget, site: Site): string {
  const part = encodeURIComponent;
  return (
    `/subscriptions/${part(target.subscriptionId)}/resourceGroups/${part(target.resourceGroup)}` +
    `/providers/Microsoft.Network/trafficManagerProfiles/${part(target.profile)}` +
    `/externalEndpoints/${part(target.endpoints[site])}?api-version=${apiVersion}`
  );
}
