import type { ServiceEndpoint, Site } from "../../../stacks/outputs.ts";
import { DEFAULT_HEALTH_PATH, readHealth } from "../../domain/health-report.ts";
import { withDeadline } from "../../lib/deadline.ts";
import type { Probe, ProbeResult } from "../../ports/probe.ts";
import { networkErrorCode } from "../network-errors.ts";
import { askHealth } from "./ask-health.ts";
import { HostResolver } from "./resolver.ts";

export interface HttpProbeOptions {
  /** A site's own service endpoints; empty where it runs none. */
  readonly services: (site: Site, signal: AbortSignal) => Promise<readonly ServiceEndpoint[]>;
  /** Where users go; undefined before the standby exists. */
  readonly publicEndpoint: (signal: AbortSignal) => Promise<PublicEndpoint | undefined>;
  /** DNS servers as `address` or `address:port`. Default: the system's. */
  readonly dnsServers?: readonly string[];
  /** PEM of authorities that services' certificates may come from, beside the public ones. Default: none. */
  readonly authority?: string | undefined;
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
    // A site's certificate is for the name that users call, whatever the name of its load balancer.
    const needsName = endpoints.some(({ protocol }) => protocol === "https");
    const name = needsName ? (await this.#options.publicEndpoint(signal))?.host : undefined;
    const results = await Promise.all(
      endpoints.map(async (endpoint) => {
        const as = endpoint.protocol === "https" ? name : undefined;
        return [endpoint.service, (await this.#probe(endpoint, signal, as)).result] as const;
      }),
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

  /** `as`: the name to ask for at the endpoint's address. Default: its own. */
  async #probe(
    endpoint: PublicEndpoint,
    signal: AbortSignal,
    as = endpoint.host,
  ): Promise<{ result: ProbeResult; address?: string }> {
    const resolution = await this.#resolver.resolve(endpoint.host, signal);
    if (resolution.kind === "absent") return { result: { kind: "failure", reason: resolution.reason } };
    if (resolution.kind === "unable") return { result: { kind: "unknown", reason: resolution.reason } };
    const [address = ""] = resolution.addresses;
    return { result: await this.#ask(endpoint, address, as, signal), address };
  }

  async #ask(endpoint: PublicEndpoint, address: string, name: string, signal: AbortSignal): Promise<ProbeResult> {
    const limit = this.#options.timeoutMs ?? 3000;
    const began = performance.now();
    try {
      const answer = await withDeadline({ what: `health of ${endpoint.host}`, milliseconds: limit, signal }, (inner) =>
        askHealth(
          {
            ...{ protocol: endpoint.protocol, address, port: endpoint.port, name, authority: this.#options.authority },
            path: endpoint.healthPath ?? DEFAULT_HEALTH_PATH,
          },
          inner,
        ),
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
