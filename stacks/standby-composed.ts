import { RunError } from "@pulumi/pulumi";
import type { StandbyConfig } from "./config.ts";

/**
 * Options whose components exist but which the standby stack does not put together yet: asked for, they are refused and
 * never passed over in silence.
 * Errors: RunError naming each key and its value; nothing has been planned by then.
 */
export function requireComposed(config: StandbyConfig): void {
  const asked: Readonly<Record<string, string | undefined>> = {
    compute: config.compute === "aks" ? undefined : config.compute,
    "database.engine": config.database.engine === "postgres" ? undefined : config.database.engine,
    "database.additional": config.database.additional.length === 0 ? undefined : config.database.additional.join(", "),
    "database.highAvailability": config.database.highAvailability ? "true" : undefined,
    "traffic.strategy": config.traffic.strategy === "traffic-manager" ? undefined : config.traffic.strategy,
    "cluster.identity": config.cluster.identity === "user-assigned" ? undefined : config.cluster.identity,
    "cluster.maxNodes": config.cluster.maxNodes === undefined ? undefined : String(config.cluster.maxNodes),
    privateEndpoints: config.privateEndpoints ? "true" : undefined,
    "registry.enabled": config.registry.enabled ? "true" : undefined,
    "logs.enabled": config.logs.enabled ? "true" : undefined,
    "failoverFunctions.enabled": config.failoverFunctions.enabled ? "true" : undefined,
    "alerts.receiver": config.alerts.receiver,
    "observability.rules": config.observability.rules ? "true" : undefined,
    "observability.charts": config.observability.charts ? "true" : undefined,
  };
  const lines = Object.entries(asked).flatMap(([key, value]) =>
    value === undefined
      ? []
      : [`  pilotlight:${key}: ${value}; right would be: to leave it out, the standby stack does not compose it yet`],
  );
  if (lines.length > 0) throw new RunError(["The standby cannot be made as configured:", ...lines].join("\n"));
}
