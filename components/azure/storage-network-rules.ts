import { type Cidr, formatAddress, overlap, parseCidr } from "../cidr.ts";

/** What a storage account's firewall lets through. */
export interface StorageNetworkRules {
  /** What happens to everybody else. */
  readonly defaultAction: "Allow" | "Deny";
  /** Addresses and blocks in the account's own notation. */
  readonly ipRules: readonly string[];
}

/** Blocks that a storage account refuses in a rule, because nobody comes from there through the internet. */
const NOT_PUBLIC = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "169.254.0.0/16", "100.64.0.0/10"]
  .map(parseCidr)
  .filter((block): block is Cidr => block !== undefined);

/**
 * The firewall for those who may come; pure. Open where everybody may (0.0.0.0/0), and where one of the blocks is none
 * that the internet knows: the account could not tell who it is, and would lock its user out. Blocks of one or two
 * addresses become addresses, because the account refuses /31 and /32.
 */
export function storageNetworkRules(allowedCidrs: readonly string[]): StorageNetworkRules {
  const blocks = allowedCidrs.map((text) => {
    const block = parseCidr(text);
    if (!block) throw new Error(`allowedCidrs: ${text} is not an IPv4 block such as 203.0.113.0/28`);
    return { text, block };
  });
  const unknown = ({ block }: { block: Cidr }) =>
    block.prefix === 0 || NOT_PUBLIC.some((other) => overlap(block, other));
  if (blocks.some(unknown)) return { defaultAction: "Allow", ipRules: [] };
  const ipRules = blocks.flatMap(({ text, block }) => {
    if (block.prefix < 31) return [text];
    return block.prefix === 32
      ? [formatAddress(block.first)]
      : [formatAddress(block.first), formatAddress(block.first + 1)];
  });
  return { defaultAction: "Deny", ipRules };
}
