import http from "node:http";
import https from "node:https";
import { isIP } from "node:net";
import { buffer } from "node:stream/consumers";
import { promisify } from "node:util";
import zlib from "node:zlib";
import type { ServiceEndpoint, Site } from "../../../stacks/outputs.ts";
import {
  DEFAULT_HEALTH_PATH,
  type HealthAnswer,
  LONGEST_HEALTH_REPORT,
  readHealth,
} from "../../domain/health-report.ts";
import { withDeadline } from "../../lib/deadline.ts";
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
  /** Default `/health`. */
  readonly healthPath?: string | undefined;
}

const decoders: Readonly<Record<string, (body: Buffer, options: zlib.ZlibOptions) => Promise<Buffer>>> = {
  gzip: promisify<Buffer, zlib.ZlibOptions, Buffer>(zlib.gunzip),
  "x-gzip": promisify<Buffer, zlib.ZlibOptions, Buffer>(zlib.gunzip),
  deflate: promisify<Buffer, zlib.ZlibOptions, Buffer>(zlib.inflate),
  br: promisify<Buffer, zlib.BrotliOptions, Buffer>(zlib.brotliDecompress),
};

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

/** Asks a service's health path over HTTP, each time with a fresh look-up and a fresh connection. */
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
    if (address === undefined) return result;
    if (result.kind !== "answer" || result.site !== undefined) return { ...result, address };
    return { ...result, site: await this.#siteAt(address, signal), address };
  }

  /** For applications that do not say where they are: the one site whose services have this address. */
  async #siteAt(address: string, signal: AbortSignal): Promise<Site | undefined> {
    const sites = await Promise.all(
      (["primary", "standby"] as const).map(async (site) => {
        const endpoints = await this.#options.services(site, signal).catch(() => []);
        const found = await Promise.all(endpoints.map(({ host }) => this.#resolver.resolve(host, signal)));
        return found.some((each) => each.kind === "addresses" && each.addresses.includes(address)) ? [site] : [];
      }),
    );
    const [only, ...others] = sites.flat();
    return others.length === 0 ? only : undefined;
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
      const answer = await withDeadline({ what: `health of ${endpoint.host}`, milliseconds: limit, signal }, (inner) =>
        get(endpoint, address, inner),
      );
      const health = readHealth(answer);
      if (health.kind !== "answer") return health;
      return {
        ...health,
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

function get(endpoint: PublicEndpoint, address: string, signal: AbortSignal): Promise<HealthAnswer> {
  return new Promise((resolve, reject) => {
    const standard = endpoint.protocol === "https" ? 443 : 80;
    const host = endpoint.port === standard ? endpoint.host : `${endpoint.host}:${endpoint.port}`;
    const request = (endpoint.protocol === "https" ? https : http).get(
      {
        host: address,
        port: endpoint.port,
        path: endpoint.healthPath ?? DEFAULT_HEALTH_PATH,
        ...(isIP(endpoint.host) === 0 ? { servername: endpoint.host } : {}),
        headers: { host, accept: "application/json", connection: "close" },
        agent: false,
        signal,
      },
      (response) => {
        let length = 0;
        response.on("data", (chunk: Buffer) => {
          length += chunk.length;
          if (length > LONGEST_HEALTH_REPORT) request.destroy(new Error("the answer is too long for a health report"));
        });
        buffer(response)
          .then((body) => decoded(body, response.headers["content-encoding"]))
          .then((body) => {
            const { statusCode: status = 0, headers } = response;
            resolve({ status, contentType: headers["content-type"], body });
          }, reject);
      },
    );
    request.on("error", reject);
  });
}

/** Some compress without being asked. */
async function decoded(body: Buffer, encoding = ""): Promise<string> {
  const decode = body.length === 0 ? undefined : decoders[encoding.trim().toLowerCase()];
  return (decode === undefined ? body : await decode(body, { maxOutputLength: LONGEST_HEALTH_REPORT })).toString(
    "utf8",
  );
}
