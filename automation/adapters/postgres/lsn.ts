/** WAL positions: PostgreSQL writes them `X/Y` in hex, the stream carries them as 64-bit numbers. */
export const lsn = {
  parse(text: string): bigint {
    const match = /^([0-9A-Fa-f]{1,8})\/([0-9A-Fa-f]{1,8})$/.exec(text);
    if (match === null) throw new RangeError(`not a WAL position: "${text}" (expected X/Y in hex, e.g. 0/16B3748)`);
    return (BigInt(`0x${match[1]}`) << 32n) | BigInt(`0x${match[2]}`);
  },
  format(value: bigint): string {
    return `${(value >> 32n).toString(16).toUpperCase()}/${(value & 0xffffffffn).toString(16).toUpperCase()}`;
  },
  /** The later of two; undefined counts as before everything. */
  latest(a: string | undefined, b: string | undefined): string | undefined {
    if (a === undefined) return b;
    if (b === undefined) return a;
    return lsn.parse(a) >= lsn.parse(b) ? a : b;
  },
} as const;
