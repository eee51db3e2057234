/** Health of an endpoint as Traffic Manager sees it; `checking` is before the first result of a probe. */
export type EndpointHealth = "online" | "degraded" | "checking" | "unmonitored";

export interface TrafficEndpoint {
  readonly name: string;
  readonly target: string;
  readonly enabled: boolean;
  /** 1 is asked first. */
  readonly priority: number;
  /** 1-1000. */
  readonly weight: number;
  readonly health: EndpointHealth;
}

export interface TrafficProfile {
  readonly enabled: boolean;
  readonly method: "Priority" | "Weighted";
  readonly endpoints: readonly TrafficEndpoint[];
}

export type MonitorStatus = "Online" | "Degraded" | "CheckingEndpoint" | "Disabled" | "Inactive" | "Unmonitored";

/** The endpoints that may be answered: enabled and not degraded; when all enabled ones are degraded, all enabled ones. */
export function eligibleEndpoints(profile: TrafficProfile): readonly TrafficEndpoint[] {
  if (!profile.enabled) return [];
  const enabled = profile.endpoints.filter((endpoint) => endpoint.enabled);
  const well = enabled.filter(({ health }) => health !== "degraded");
  return (well.length > 0 ? well : enabled).toSorted((a, b) => a.priority - b.priority);
}

/** The endpoint for one question; undefined is NODATA. `draw` in [0, 1) decides between weights. */
export function chooseEndpoint(profile: TrafficProfile, draw: number): TrafficEndpoint | undefined {
  const eligible = eligibleEndpoints(profile);
  if (profile.method === "Priority") return eligible[0];
  let left = draw * eligible.reduce((sum, { weight }) => sum + weight, 0);
  return eligible.find(({ weight }) => {
    left -= weight;
    return left < 0;
  });
}

export function endpointStatus(profile: TrafficProfile, endpoint: TrafficEndpoint): MonitorStatus {
  if (!endpoint.enabled) return "Disabled";
  if (!profile.enabled) return "Inactive";
  const names = {
    online: "Online",
    degraded: "Degraded",
    checking: "CheckingEndpoint",
    unmonitored: "Unmonitored",
  } as const;
  return names[endpoint.health];
}

export function profileStatus(
  profile: TrafficProfile,
): "Online" | "Degraded" | "CheckingEndpoints" | "Disabled" | "Inactive" {
  if (!profile.enabled) return "Disabled";
  const states = profile.endpoints.filter(({ enabled }) => enabled).map(({ health }) => health);
  if (states.length === 0) return "Inactive";
  if (states.includes("degraded")) return "Degraded";
  return states.includes("online") || states.includes("unmonitored") ? "Online" : "CheckingEndpoints";
}

/** Counts probes: degraded after one more failure in a row than is tolerated, online again at the first success. */
export function nextHealth(
  before: { readonly health: EndpointHealth; readonly failures: number },
  success: boolean,
  toleratedFailures: number,
): { readonly health: EndpointHealth; readonly failures: number } {
  if (success) return { health: "online", failures: 0 };
  const failures = before.failures + 1;
  return { health: failures > toleratedFailures ? "degraded" : before.health, failures };
}
