import { isWorld } from "./ports.ts";

/** First and last address of a block, as numbers. */
interface Block {
  readonly bits: 32 | 128;
  readonly first: bigint;
  readonly last: bigint;
}

/** Most public addresses that sources may have together: as many as a /6 of IPv4, a /16 of IPv6. Whoever has more is anybody. */
const MOST = { 32: 2n ** 26n, 128: 2n ** 112n } as const;

/** Blocks that nobody on the internet has an address in. Of IPv6, only 2000::/3 is handed out. */
const NOT_PUBLIC = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "224.0.0.0/3",
  "::/3",
  "4000::/2",
  "8000::/1",
].flatMap((text) => parseBlock(text) ?? []);

/**
 * The sources together are everybody, or so many that it makes no difference: two halves of the world are the world. Overlapping
 * blocks count once, private ones not at all, and IPv4 and IPv6 each by itself. What is no address (a service tag) is left out.
 */
export function isEverybody(sources: readonly string[]): boolean {
  if (sources.some(isWorld)) return true;
  const blocks = sources.flatMap((source) => parseBlock(source) ?? []);
  return ([32, 128] as const).some(
    (bits) => publicAddresses(blocks.filter((block) => block.bits === bits)) > MOST[bits],
  );
}

function publicAddresses(blocks: readonly Block[]): bigint {
  return merged(blocks).reduce(
    (sum, block) =>
      NOT_PUBLIC.filter(({ bits }) => bits === block.bits).reduce(
        (left, closed) => left - common(block, closed),
        sum + block.last - block.first + 1n,
      ),
    0n,
  );
}

function common(one: Block, other: Block): bigint {
  const first = one.first > other.first ? one.first : other.first;
  const last = one.last < other.last ? one.last : other.last;
  return last < first ? 0n : last - first + 1n;
}

/** The same addresses in blocks that do not overlap. */
function merged(blocks: readonly Block[]): readonly Block[] {
  const sorted = blocks.toSorted((one, other) => (one.first < other.first ? -1 : 1));
  const done: Block[] = [];
  for (const block of sorted) {
    const before = done.at(-1);
    if (before === undefined || block.first > before.last) done.push(block);
    else if (block.last > before.last) done[done.length - 1] = { ...before, last: block.last };
  }
  return done;
}

/** An address or a block of IPv4 or IPv6. Bits behind the prefix do not count. Undefined: neither. */
function parseBlock(text: string): Block | undefined {
  const [address = "", length, ...more] = text.trim().split("/");
  const bits = address.includes(":") ? 128 : 32;
  const value = bits === 32 ? parseIpv4(address) : parseIpv6(address);
  const prefix = length === undefined ? bits : /^\d{1,3}$/.test(length) ? Number(length) : Number.NaN;
  if (value === undefined || more.length > 0 || !(prefix <= bits)) return undefined;
  const size = 2n ** BigInt(bits - prefix);
  const first = value - (value % size);
  return { bits, first, last: first + size - 1n };
}

function parseIpv4(text: string): bigint | undefined {
  const parts = text.split(".");
  if (parts.length !== 4 || parts.some((part) => !/^\d{1,3}$/.test(part) || Number(part) > 255)) return undefined;
  return parts.reduce((sum, part) => sum * 256n + BigInt(part), 0n);
}

function parseIpv6(text: string): bigint | undefined {
  const halves = text.split("::");
  const [head = [], tail = []] = halves.map((half) => (half === "" ? [] : half.split(":")));
  const missing = 8 - head.length - tail.length;
  if (halves.length > 2 || (halves.length === 2 ? missing < 1 : missing !== 0)) return undefined;
  const groups = [...head, ...Array.from({ length: missing }, () => "0"), ...tail];
  if (groups.some((group) => !/^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  return groups.reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n);
}
