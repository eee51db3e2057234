import { lookup, Resolver } from "node:dns/promises";
import { isIP } from "node:net";
import { withDeadline } from "../../lib/interruption.ts";

/**
 * What a name says now. `absent`: the name does not exist (the thing measured has no address: a failure). `unable`: no answer from any
 * server (we could not measure).
 */
export type Resolution =
  | { readonly kind: "addresses"; readonly addresses: readonly string[] }
  | { readonly kind: "absent"; readonly reason: string }
  | { readonly kind: "unable"; readonly reason: string };

/** Codes of c-ares and of getaddrinfo that mean: an authority answered, and there is no address. */
const absentCodes: ReadonlySet<string> = new Set(["ENOTFOUND", "ENODATA"]);

/** Resolves afresh at every call; no cache of ours. Without servers, the system's resolver is asked. */
export class HostResolver {
  readonly #servers: readonly string[];
  readonly #timeoutMs: number;

  /** `servers`: `address` or `address:port`. Default: the system's. `timeoutMs` default 3,000. */
  constructor(servers: readonly string[] = [], timeoutMs = 3000) {
    this.#servers = servers;
    this.#timeoutMs = timeoutMs;
  }

  async resolve(host: string, signal: AbortSignal): Promise<Resolution> {
    if (isIP(host) !== 0) return { kind: "addresses", addresses: [host] };
    try {
      const addresses = await withDeadline(`resolve ${host}`, this.#timeoutMs, signal, (inner) =>
        this.#ask(host, inner),
      );
      return addresses.length > 0
        ? { kind: "addresses", addresses }
        : { kind: "absent", reason: `${host} has no address` };
    } catch (error) {
      if (signal.aborted) throw error;
      const code = error instanceof Error && "code" in error ? String(error.code) : "";
      if (absentCodes.has(code)) return { kind: "absent", reason: `${host} does not resolve (${code})` };
      return { kind: "unable", reason: `${host} could not be looked up (${code || "no answer"})` };
    }
  }

  async #ask(host: string, signal: AbortSignal): Promise<string[]> {
    if (this.#servers.length === 0) return (await lookup(host, { all: true })).map((entry) => entry.address);
    const resolver = new Resolver({ timeout: Math.floor(this.#timeoutMs / 2), tries: 2 });
    resolver.setServers([...this.#servers]);
    signal.addEventListener("abort", () => resolver.cancel(), { once: true });
    try {
      return await resolver.resolve4(host);
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "ENODATA")) throw error;
      return resolver.resolve6(host);
    }
  }
}
