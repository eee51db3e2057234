/** A block of IPv4 addresses, e.g. 10.0.0.0/16. `first` is its first address as an unsigned number. */
export interface Cidr {
  readonly first: number;
  /** 0-32. */
  readonly prefix: number;
}

const SHAPE = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/;

/** Undefined when `text` is not an IPv4 block, or has bits set behind its prefix (10.0.0.1/16). */
export function parseCidr(text: string): Cidr | undefined {
  const match = SHAPE.exec(text);
  if (!match) return undefined;
  const [a = 0, b = 0, c = 0, d = 0, prefix = 0] = match.slice(1).map(Number);
  if ([a, b, c, d].some((octet) => octet > 255) || prefix > 32) return undefined;
  const first = ((a * 256 + b) * 256 + c) * 256 + d;
  return first % sizeOf(prefix) === 0 ? { first, prefix } : undefined;
}

/** Addresses in a block of this prefix length. */
export function sizeOf(prefix: number): number {
  return 2 ** (32 - prefix);
}

/** Dotted decimal of an address, e.g. 10.0.0.0. */
export function formatAddress(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join(".");
}

export function formatCidr(cidr: Cidr): string {
  return `${formatAddress(cidr.first)}/${cidr.prefix}`;
}

/** First and last address of a block, dotted. */
export function addressRange(cidr: Cidr): { readonly first: string; readonly last: string } {
  return { first: formatAddress(cidr.first), last: formatAddress(cidr.first + sizeOf(cidr.prefix) - 1) };
}

export function overlap(one: Cidr, other: Cidr): boolean {
  return one.first < other.first + sizeOf(other.prefix) && other.first < one.first + sizeOf(one.prefix);
}
