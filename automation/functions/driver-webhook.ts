import { DriverError } from "../domain/errors.ts";
import type { Toggle } from "./failover-functions.ts";

export interface DriverWebhook {
  /** Of `pilotlight serve`, e.g. https://driver.example/v1/alerts/alertmanager */
  readonly url: string;
  readonly token: string;
  /** Milliseconds. */
  readonly timeoutMs: number;
}

/** Tells the driver of a toggle in the form that its receiver knows: an alert of Alertmanager's, each toggle a new one. */
export function driverWebhook(fetch: typeof globalThis.fetch, { url, token, timeoutMs }: DriverWebhook) {
  return async (toggle: Toggle, signal: AbortSignal): Promise<void> => {
    const alert = {
      status: "firing",
      labels: { alertname: "FailoverToggled", from: toggle.from, to: toggle.to },
      annotations: { summary: `the failover functions made ${toggle.to} the active target` },
      startsAt: toggle.at,
      fingerprint: `failover-${toggle.count}`,
    };
    const body = { version: "4", groupKey: "pilotlight-failover-functions", status: "firing", alerts: [alert] };
    const response = await fetch(url, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify(body),
      redirect: "error",
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    }).catch((error: unknown) => {
      throw new DriverError("unreachable", `the driver at ${new URL(url).host} does not answer`, { cause: error });
    });
    await response.body?.cancel();
    if (!response.ok)
      throw new DriverError("refused", `the driver at ${new URL(url).host} answered ${response.status}`);
  };
}
