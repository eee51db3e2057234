import { networkErrorCode } from "../adapters/network-errors.ts";
import { DEFAULT_HEALTH_PATH, LONGEST_HEALTH_REPORT, readHealth } from "../domain/health-report.ts";
import type { FunctionDependencies } from "./failover-functions.ts";

/** The system's resolver got no answer: nothing was learnt about the endpoint. */
const ownTrouble: ReadonlySet<string> = new Set(["EAI_AGAIN", "ENETUNREACH", "ENETDOWN"]);

/**
 * GET `<endpoint><healthPath>` within `timeoutMs`, no redirect followed. `readHealth` says what the answer means, as for the driver.
 * `healthPath`: default `/health`.
 */
export function endpointProbe(
  fetch: typeof globalThis.fetch,
  timeoutMs: number,
  healthPath = DEFAULT_HEALTH_PATH,
): FunctionDependencies["probe"] {
  return async (endpoint, signal) => {
    const url = `${endpoint.replace(/\/+$/, "")}${healthPath}`;
    const signalOf = { kind: "service", name: new URL(url).host } as const;
    const late = AbortSignal.timeout(timeoutMs);
    try {
      const headers = { accept: "application/json" };
      const response = await fetch(url, { headers, redirect: "manual", signal: AbortSignal.any([signal, late]) });
      const body = (await response.text()).slice(0, LONGEST_HEALTH_REPORT);
      const contentType = response.headers.get("content-type") ?? undefined;
      const found = readHealth({ status: response.status, contentType, body });
      if (found.kind === "answer")
        return {
          ...signalOf,
          reading: found.status,
          reason: `${signalOf.name} answered ${response.status}, ${found.status}`,
        };
      const reading = found.kind === "failure" ? "unhealthy" : "unknown";
      return { ...signalOf, reading, reason: `${signalOf.name} ${found.reason}` };
    } catch (error) {
      if (signal.aborted) throw error;
      if (late.aborted)
        return { ...signalOf, reading: "failure", reason: `${signalOf.name}: no answer in ${timeoutMs} ms` };
      const code = networkErrorCode(error) ?? "no connection";
      const reading = ownTrouble.has(code) ? "unknown" : "failure";
      return { ...signalOf, reading, reason: `${signalOf.name}: ${code}` };
    }
  };
}
