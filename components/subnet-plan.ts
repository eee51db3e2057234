import { type Cidr, formatCidr, overlap, parseCidr, sizeOf } from "./cidr.ts";

export interface SubnetRequest {
  /** Unique in the plan. */
  readonly key: string;
  /** How many bits longer than the network's prefix: 2 is a quarter of the network. */
  readonly newBits: number;
}

/**
 * Lays subnets out in the order asked, each on its own boundary. A request added at the end never moves those before
 * it, so widening a plan replaces no subnet.
 * Errors: a network that is no IPv4 block; a request that no longer fits, named.
 */
export function planSubnets(network: string, requests: readonly SubnetRequest[]): Readonly<Record<string, string>> {
  const whole = parseCidr(network);
  if (!whole) throw new Error(`network ${network}: not an IPv4 block such as 10.0.0.0/16`);
  const plan: Record<string, string> = {};
  let next = whole.first;
  for (const { key, newBits } of requests) {
    const prefix = whole.prefix + newBits;
    const size = sizeOf(prefix);
    const subnet: Cidr = { first: Math.ceil(next / size) * size, prefix };
    const end = subnet.first + size;
    if (prefix > 32 || end > whole.first + sizeOf(whole.prefix)) {
      throw new Error(`subnet ${key} (/${prefix}) does not fit into what is left of ${network}; use a larger network`);
    }
    if (key in plan) throw new Error(`subnet ${key} is asked for twice; subnet keys are unique`);
    plan[key] = formatCidr(subnet);
    next = end;
  }
  return plan;
}

/** The planned block of `key`. Errors: no such key, which is a fault of the caller. */
export function plannedCidr(plan: Readonly<Record<string, string>>, key: string): string {
  const cidr = plan[key];
  if (!cidr) throw new Error(`no subnet ${key} in the plan; it has ${Object.keys(plan).join(", ")}`);
  return cidr;
}

/** The first pair of blocks that share an address. Blocks that do not parse are passed over. */
export function firstOverlap(blocks: Readonly<Record<string, string>>): readonly [string, string] | undefined {
  const entries = Object.entries(blocks);
  for (const [index, [key, text]] of entries.entries()) {
    const cidr = parseCidr(text);
    for (const [otherKey, otherText] of entries.slice(index + 1)) {
      const other = parseCidr(otherText);
      if (cidr && other && overlap(cidr, other)) return [key, otherKey];
    }
  }
  return undefined;
}
