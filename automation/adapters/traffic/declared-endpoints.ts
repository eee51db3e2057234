import type { StandbyOutputs } from "../../../stacks/outputs.ts";
import { requireSupportedTraffic } from "../../domain/supported-topology.ts";
import type { ArmClient } from "../azure/arm-client.ts";
import type { TrafficEndpoints } from "./endpoint-traffic.ts";
import { frontDoorEndpoints } from "./front-door.ts";
import { trafficManagerEndpoints } from "./traffic-manager.ts";

/** The endpoints of whatever traffic service the standby declares. Errors: `refused` for one that the driver does not switch. */
export function declaredEndpoints(
  arm: ArmClient,
  { subscriptionId, resourceGroup, traffic }: Pick<StandbyOutputs, "subscriptionId" | "resourceGroup" | "traffic">,
): TrafficEndpoints {
  const driven = requireSupportedTraffic(traffic);
  const target = { subscriptionId, resourceGroup, ...driven };
  return target.kind === "front-door" ? frontDoorEndpoints(arm, target) : trafficManagerEndpoints(arm, target);
}
