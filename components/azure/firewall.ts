import { addressRange, parseCidr } from "../cidr.ts";

/** A rule of a database server's firewall. */
export interface FirewallBlock {
  /** Name of the rule, which follows from the block. */
  readonly key: string;
  /** First address. */
  readonly first: string;
  /** Last address. */
  readonly last: string;
}

/** Rules for the blocks that may connect, in order. Errors: a text that is no block. */
export function firewallBlocks(allowedCidrs: readonly string[]): readonly FirewallBlock[] {
  return allowedCidrs.map((cidr) => {
    const block = parseCidr(cidr);
    if (!block) throw new Error(`allowedCidrs: ${cidr} is not an IPv4 block such as 203.0.113.0/28`);
    return { key: `allowed-${cidr.replace(/[./]/g, "-")}`, ...addressRange(block) };
  });
}

/** Azure's own notation for whatever runs inside Azure, in every subscription. */
export const AZURE_SERVICES: FirewallBlock = { key: "azure-services", first: "0.0.0.0", last: "0.0.0.0" };
