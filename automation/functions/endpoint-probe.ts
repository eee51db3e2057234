import { z } from "zod";
import { networkErrorCode } from "../adapters/network-errors.ts";
import type { FunctionDependencies } from "./failover-functions.ts";

const reportSchema = z.object({ status: z.enum(["healthy", "degraded", "unhealthy"]) });
/** The system's resolver got no answer: nothing was learnt about the endpoint. */
const ownTrouble: ReadonlySet<string> = new Set(["EAI_AGAIN", "ENETUNREACH", "ENETDOWN"]);
const longestBody = 64 * 1024;

/**
 * GET `<endpoint>/health` within `timeoutMs`. A health report in the body says how the endpoint is; without one, its status does
 * (2xx is healthy).
 */
export function endpointProbe(fetch: typeof globalThis.fetch, timeoutMs: number): FunctionDependencies["probe"] {
  return async (endpoint, signal) => {
    const url = `${endpoint.replace(/\/+$/, "")}/health`;
    const signalOf = { kind: "service", name: new URL(url).host } as const;
    const late = AbortSignal.timeout(timeoutMs);
    try {
      const headers = { accept: "application/json" };
      const response = await fetch(url, { headers, signal: AbortSignal.any([signal, late]) });
      const text = (await response.text()).slice(0, longestBody);
      const report = reportSchema.safeParse(parseJson(text)).data;
      const reading = report?.status ?? (response.ok ? "healthy" : "unhealthy");
      const said = report === undefined ? "" : `, ${report.status}`;
      return { ...signalOf, reading, reason: `${signalOf.name} answered ${response.status}${said}` };
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

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
