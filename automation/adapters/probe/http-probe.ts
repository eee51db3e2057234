import http from "node:http";
import https from "node:https";
import { isIP } from "node:net";
import { z } from "zod";
import { type ServiceEndpoint, type Site, siteSchema } from "../../../stacks/outputs.ts";
import { withDeadline } from "../../lib/interruption.ts";
import type { Probe, ProbeResult } from "../../ports/probe.ts";
import { networkErrorCode } from "../network-errors.ts";
import { HostResolver } from "./resolver.ts";

export interface HttpProbeOptions {
  /** A site's own service endpoints; empty where it runs none. */
  readonly services: (site: Site, signal: AbortSignal) => Promise<readonly ServiceEndpoint[]>;
  /** Where users go; undefined before the standby exists. */
  readonly publicEndpoint: (signal: AbortSignal) => Promise<PublicEndpoint | undefined>;
  /** DNS servers as `address` or `address:port`. Default: the system's. */
  readonly dnsServers?: readonly string[];
  /** Milliseconds for one probe, name resolution apart. Default 3,000. */
  readonly timeoutMs?: number;
}

export interface PublicEndpoint {
  readonly host: string;
  readonly port: number;
  readonly protocol: "http" | "https";
}

/** The body of `/health`; a site that runs elsewhere may leave `site` out. */
const healthSchema = z.object({
  status: z.enum(["healthy", "degraded", "unhealthy"]),
  site: siteSchema.optional().catch(undefined),
});
const longestBody = 64 * 1024;

/** Codes of this machine's own trouble: nothing was learnt about the application. */
const ownTrouble: ReadonlySet<string> = new Set([
  "EMFILE",
  "ENFILE",
  "ENOBUFS",
  "EADDRNOTAVAIL",
  "ENETUNREACH",
  "ENETDOWN",
  "EACCES",
  "EPERM",
]);

/** Asks `/health` over HTTP, each time with a fresh look-up and a fresh connection. */
export class HttpProbe implements Probe {
  readonly #options: HttpProbeOptions;
  readonly #resolver: HostResolver;

  constructor(options: HttpProbeOptions) {
    this.#options = options;
    this.#resolver = new HostResolver(options.dnsServers);
  }

  async services(site: Site, signal: AbortSignal): Promise<ReadonlyMap<string, ProbeResult>> {
    const endpoints = await this.#options.services(site, signal);
    const results = await Promise.all(
      endpoints.map(async (endpoint) => [endpoint.service, (await this.#probe(endpoint, signal)).result] as const),
    );
    return new Map(results);
  }

  async publicName(signal: AbortSignal): Promise<ProbeResult & { readonly address?: string }> {
    const endpoint = await this.#options.publicEndpoint(signal);
    if (endpoint === undefined) return { kind: "unknown", reason: "no public name is deployed yet" };
    const { result, address } = await this.#probe(endpoint, signal);
    return address === undefined ? result : { ...result, address };
  }

  async #probe(endpoint: PublicEndpoint, signal: AbortSignal): Promise<{ result: ProbeResult; address?: string }> {
    const resolution = await this.#resolver.resolve(endpoint.host, signal);
    if (resolution.kind === "absent") return { result: { kind: "failure", reason: resolution.reason } };
    if (resolution.kind === "unable") return { result: { kind: "unknown", reason: resolution.reason } };
    const [address = ""] = resolution.addresses;
    return { result: await this.#ask(endpoint, address, signal), address };
  }

  async #ask(endpoint: PublicEndpoint, address: string, signal: AbortSignal): Promise<ProbeResult> {
    const limit = this.#options.timeoutMs ?? 3000;
    const began = performance.now();
    try {
      const { status, body } = await withDeadline(`health of ${endpoint.host}`, limit, signal, (inner) =>
        get(endpoint, address, inner),
      );
      const health = healthSchema.safeParse(parseJson(body));
      if (!health.success) return { kind: "failure", reason: `answered ${status} without a health report` };
      return {
        kind: "answer",
        status: health.data.status,
        site: health.data.site,
        latencyMs: Math.round(performance.now() - began),
      };
    } catch (error) {
      if (signal.aborted) throw error;
      return failureOf(error, address, limit);
    }
  }
}

function failureOf(error: unknown, address: string, limit: number): ProbeResult {
  const system = error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
  if (system === "timeout") return { kind: "failure", reason: `${address}: no answer within ${limit} ms` };
  if (system !== undefined && ownTrouble.has(system))
    return { kind: "unknown", reason: `${address}: ${system} on this machine` };
  const reason = networkErrorCode(error) ?? system ?? (error instanceof Error ? error.message : String(error));
  return { kind: "failure", reason: `${address}: ${reason}` };
}

function get(
  endpoint: PublicEndpoint,
  address: string,
  signal: AbortSignal,
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const standard = endpoint.protocol === "https" ? 443 : 80;
    const host = endpoint.port === standard ? endpoint.host : `${endpoint.host}:${endpoint.port}`;
    const request = (endpoint.protocol === "https" ? https : http).get(
      {
        host: address,
        port: endpoint.port,
        path: "/health",
        ...(isIP(endpoint.host) === 0 ? { servername: endpoint.host } : {}),
        headers: { host, accept: "application/json", connection: "close" },
        agent: false,
        signal,
      },
      (response) => {
        let body = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => {
          body += chunk;
          if (body.length > longestBody) request.destroy(new Error("the answer is too long for a health report"));
        });
        response.on("end", () => resolve({ status: response.statusCode ?? 0, body }));
        response.on("error", reject);
      },
    );
    request.on("error", reject);
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
