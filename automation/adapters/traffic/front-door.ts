import { z } from "zod";
import type { Site } from "../../../stacks/outputs.ts";
import { DriverError } from "../../domain/errors.ts";
import type { ArmClient } from "../azure/arm-client.ts";
import { armOperation } from "../azure/arm-operation.ts";
import type { TrafficEndpoints } from "./endpoint-traffic.ts";

/** The profile's origin group and its two origins, from the standby's outputs. */
export interface FrontDoorTarget {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly profile: string;
  readonly originGroup: string;
  readonly endpoints: Readonly<Record<Site, string>>;
}

export interface FrontDoorOptions {
  /** Milliseconds until Resource Manager calls one change done; the edge follows within minutes. Default 120,000. */
  readonly changeTimeoutMs?: number;
}

const originSchema = z.object({ properties: z.object({ enabledState: z.enum(["Enabled", "Disabled"]) }) });
const apiVersion = "2025-06-01";

/** Azure Front Door (Standard or Premium): of the origin group, who is enabled gets users. */
export function frontDoorEndpoints(
  arm: ArmClient,
  target: FrontDoorTarget,
  options: FrontDoorOptions = {},
): TrafficEndpoints {
  const describe = (site: Site): string => `origin ${target.endpoints[site]} of ${target.profile}`;
  return {
    describe,
    // "Endpoint pools must contain at least one enabled endpoint": a group without any would leave its route without an answer.
    keepsOne: true,
    async get(site, signal) {
      const answer = originSchema.safeParse(await arm.request("GET", pathOf(target, site), undefined, signal));
      if (!answer.success) throw new DriverError("fatal", `${describe(site)}: an answer without enabledState`);
      return answer.data.properties.enabledState === "Enabled" ? "enabled" : "disabled";
    },
    async set(site, status, signal) {
      const enabledState = status === "enabled" ? "Enabled" : "Disabled";
      const change = { method: "PATCH", path: pathOf(target, site), body: { properties: { enabledState } } } as const;
      await armOperation(arm, { ...change, timeoutMs: options.changeTimeoutMs ?? 120_000 }, signal);
    },
  };
}

function pathOf(target: FrontDoorTarget, site: Site): string {
  const part = encodeURIComponent;
  return (
    `/subscriptions/${part(target.subscriptionId)}/resourceGroups/${part(target.resourceGroup)}` +
    `/providers/Microsoft.Cdn/profiles/${part(target.profile)}/originGroups/${part(target.originGroup)}` +
    `/origins/${part(target.endpoints[site])}?api-version=${apiVersion}`
  );
}
