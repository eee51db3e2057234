import { Resolver } from "node:dns/promises";
import { withDeadline } from "../../lib/interruption.ts";
import type { AliasFacts } from "../../preflight/facts.ts";

/** Asks for a CNAME. `servers`: `address` or `address:port`; empty means the system's. */
export async function lookUpAlias(name: string, servers: readonly string[], signal: AbortSignal): Promise<AliasFacts> {
  const resolver = new Resolver({ timeout: 1500, tries: 2 });
  if (servers.length > 0) resolver.setServers([...servers]);
  try {
    const of = await withDeadline(`the alias of ${name}`, 5000, signal, () => resolver.resolveCname(name));
    return of.length === 0 ? { kind: "none", reason: "no CNAME" } : { kind: "alias", of };
  } catch (error) {
    if (signal.aborted) throw error;
    const code = error instanceof Error && "code" in error ? String(error.code) : "no answer";
    return code === "ENODATA" || code === "ENOTFOUND"
      ? { kind: "none", reason: code === "ENODATA" ? "it has no CNAME" : "the name does not exist" }
      : { kind: "unable", reason: `it could not be looked up (${code})` };
  } finally {
    resolver.cancel();
  }
}
