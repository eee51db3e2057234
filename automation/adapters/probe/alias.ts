import { Resolver } from "node:dns/promises";
import { withDeadline } from "../../lib/deadline.ts";
import type { AliasFacts } from "../../preflight/facts.ts";

/** Aliases that are followed from one name; resolvers stop at about as many. */
const longestChain = 12;
const lookUpMs = 5000;

/** What a name answers with: records, nothing of this kind, or no answer at all. */
type Answer = { readonly records: readonly string[] } | { readonly none: string } | { readonly unable: string };

/** Follows a name's CNAMEs to their end. `servers`: `address` or `address:port`; empty means the system's. */
export function lookUpAlias(name: string, servers: readonly string[], signal: AbortSignal): Promise<AliasFacts> {
  return withResolver(servers, async (resolver) => {
    const of: string[] = [];
    for (let next = name; of.length < longestChain; ) {
      const answer = await ask(`the alias of ${next}`, signal, () => resolver.resolveCname(next));
      if ("unable" in answer) {
        if (of.length === 0) return { kind: "unable", reason: answer.unable };
        return { kind: "alias", of, unfinished: `${next}: ${answer.unable}` };
      }
      const [alias] = "records" in answer ? answer.records : [];
      if (alias === undefined) {
        if (of.length > 0) return { kind: "alias", of };
        return { kind: "none", reason: "none" in answer ? answer.none : "it has no CNAME" };
      }
      if (of.some((each) => same(each, alias)) || same(alias, name)) {
        return { kind: "alias", of, unfinished: `${next} is an alias of ${alias} again: they go round in a circle` };
      }
      of.push(alias);
      next = alias;
    }
    return { kind: "alias", of, unfinished: `there are more than ${longestChain} aliases` };
  });
}

/** IPv4 and IPv6 addresses that a name leads to; none where it has none. Undefined: it could not be looked up. */
export function lookUpAddresses(
  name: string,
  servers: readonly string[],
  signal: AbortSignal,
): Promise<readonly string[] | undefined> {
  return withResolver(servers, async (resolver) => {
    const what = `the addresses of ${name}`;
    const answers = await Promise.all([
      ask(what, signal, () => resolver.resolve4(name)),
      ask(what, signal, () => resolver.resolve6(name)),
    ]);
    const found = answers.flatMap((answer) => ("records" in answer ? answer.records : []));
    return found.length === 0 && answers.some((answer) => "unable" in answer) ? undefined : found;
  });
}

async function withResolver<T>(servers: readonly string[], work: (resolver: Resolver) => Promise<T>): Promise<T> {
  const resolver = new Resolver({ timeout: 1500, tries: 2 });
  if (servers.length > 0) resolver.setServers([...servers]);
  try {
    return await work(resolver);
  } finally {
    resolver.cancel();
  }
}

async function ask(what: string, signal: AbortSignal, look: () => Promise<string[]>): Promise<Answer> {
  try {
    return { records: await withDeadline({ what, milliseconds: lookUpMs, signal }, look) };
  } catch (error) {
    if (signal.aborted) throw error;
    const code = error instanceof Error && "code" in error ? String(error.code) : "no answer";
    if (code === "ENODATA") return { none: "it has no CNAME" };
    if (code === "ENOTFOUND") return { none: "the name does not exist" };
    return { unable: `it could not be looked up (${code})` };
  }
}

/** Names are the same in either case, with or without the dot at their end. */
function same(one: string, other: string): boolean {
  return one.replace(/\.$/, "").toLowerCase() === other.replace(/\.$/, "").toLowerCase();
}
