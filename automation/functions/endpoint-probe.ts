import { networkErrorCode } from "../adapters/network-errors.ts";
import { askHealth } from "../adapters/probe/ask-health.ts";
import { DEFAULT_HEALTH_PATH, type HealthAnswer, LONGEST_HEALTH_REPORT, readHealth } from "../domain/health-report.ts";
import type { FunctionDependencies } from "./failover-functions.ts";

/** The system's resolver got no answer: nothing was learnt about the endpoint. */
const ownTrouble: ReadonlySet<string> = new Set(["EAI_AGAIN", "ENETUNREACH", "ENETDOWN"]);

/** How an endpoint over HTTPS proves what it is. */
export interface ProbeTls {
  /** What users call, and what the certificate of every site is for. */
  readonly publicName: string;
  /** PEM of authorities beside the public ones. */
  readonly authority?: string | undefined;
}

/**
 * GET `<endpoint><healthPath>` within `timeoutMs`, no redirect followed. `readHealth` says what the answer means, as for the driver.
 * `healthPath`: default `/health`. `tls`: an endpoint over HTTPS is asked for the public name, which its certificate is for; default: for
 * its own.
 */
export function endpointProbe(
  fetch: typeof globalThis.fetch,
  timeoutMs: number,
  healthPath = DEFAULT_HEALTH_PATH,
  tls?: ProbeTls,
): FunctionDependencies["probe"] {
  return async (endpoint, signal) => {
    const url = `${endpoint.replace(/\/+$/, "")}${healthPath}`;
    const signalOf = { kind: "service", name: new URL(url).host } as const;
    const late = AbortSignal.timeout(timeoutMs);
    try {
      const within = AbortSignal.any([signal, late]);
      const asked = tls === undefined || !url.startsWith("https:") ? undefined : tls;
      const answer = await (asked === undefined ? fetched(fetch, url, within) : askedFor(asked, url, within));
      const found = readHealth(answer);
      if (found.kind === "answer")
        return {
          ...signalOf,
          reading: found.status,
          reason: `${signalOf.name} answered ${answer.status}, ${found.status}`,
        };
      const reading = found.kind === "failure" ? "unhealthy" : "unknown";
      return { ...signalOf, reading, reason: `${signalOf.name} ${found.reason}` };
    } catch (error) {
      if (signal.aborted) throw error;
      if (late.aborted)
        return { ...signalOf, reading: "failure", reason: `${signalOf.name}: no answer in ${timeoutMs} ms` };
      const code = networkErrorCode(error) ?? tlsFault(error) ?? "no connection";
      const reading = ownTrouble.has(code) ? "unknown" : "failure";
      return { ...signalOf, reading, reason: `${signalOf.name}: ${code}` };
    }
  };
}

async function fetched(fetch: typeof globalThis.fetch, url: string, signal: AbortSignal): Promise<HealthAnswer> {
  const response = await fetch(url, { headers: { accept: "application/json" }, redirect: "manual", signal });
  const body = (await response.text()).slice(0, LONGEST_HEALTH_REPORT);
  return { status: response.status, contentType: response.headers.get("content-type") ?? undefined, body };
}

/** `fetch` sends the name of the URL alone. */
function askedFor({ publicName, authority }: ProbeTls, url: string, signal: AbortSignal): Promise<HealthAnswer> {
  const { hostname, port, pathname, search } = new URL(url);
  const at = { address: hostname.replace(/^\[|\]$/g, ""), port: Number(port || 443), path: `${pathname}${search}` };
  return askHealth({ protocol: "https", ...at, name: publicName, authority }, signal);
}

/** Node's code for a certificate that is not to be trusted. */
function tlsFault(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}
