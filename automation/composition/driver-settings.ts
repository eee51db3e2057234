import type { DriverSettingsInput } from "../workflow/settings.ts";
import type { Settings } from "./settings.ts";

/** What the process environment says of how the driver watches and acts; the rest is its own defaults. */
export function driverSettings(settings: Settings): DriverSettingsInput {
  return {
    mode: settings.mode,
    rpoSeconds: settings.rpoSeconds,
    fenceSeconds: settings.fenceDeadlineSeconds,
    drillReadySeconds: settings.drillReadySeconds,
    selfHealCooldownSeconds: settings.selfHealCooldownSeconds,
    watch: {
      intervalSeconds: settings.watchIntervalSeconds,
      failureThreshold: settings.failureThreshold,
      successThreshold: settings.successThreshold,
      warmUpRestSeconds: settings.warmUpRestSeconds,
      heartbeatSeconds: settings.heartbeatSeconds,
      objectSyncSeconds: settings.objectSyncSeconds,
    },
  };
}
