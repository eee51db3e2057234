import { describe, expect, it } from "vitest";
import { lsn } from "../../../../automation/adapters/postgres/lsn.ts";
import { PgOutputDecoder } from "../../../../automation/adapters/postgres/pgoutput.ts";
import type { Promotion } from "../../../../automation/adapters/postgres/promote.ts";
import { quote } from "../../../../automation/adapters/postgres/quote.ts";
import { nextPosition } from "../../../../automation/adapters/postgres/sequence-position.ts";
import { WriteReader } from "../../../../automation/adapters/postgres/slot-stream.ts";
import { strandedBeyond } from "../../../../automation/adapters/postgres/stranded.ts";

const hex = (...parts: readonly string[]): Buffer => Buffer.from(parts.join("").replaceAll(" ", ""), "hex");
const text = (value: string): string => Buffer.from(value).toString("hex");
const u32 = (value: number): string => value.toString(16).padStart(8, "0");
const u64 = (value: bigint): string => value.toString(16).padStart(16, "0");
const column = (value: string | null): string =>
  value === null ? "6e" : `74${u32(Buffer.byteLength(value))}${text(value)}`;
const tuple = (...values: readonly (string | null)[]): string =>
  values.length.toString(16).padStart(4, "0") + values.map(column).join("");

/** Relation 16384 = public.orders (id key, note). */
const relation = (schema = "public") =>
  hex(
    "52",
    u32(16384),
    text(schema),
    "00",
    text("orders"),
    "00",
    "64",
    "0002",
    "01",
    text("id"),
    "00 00000014 ffffffff",
    "00",
    text("note"),
    "00 00000019 ffffffff",
  );
// 2026-01-02T03:04:05.678Z, in microseconds since 2000.
const at = u64(BigInt(Date.UTC(2026, 0, 2, 3, 4, 5, 678) - 946_684_800_000) * 1000n);
const begin = hex("42", u64(0x16b3748n), at, u32(741));
const commit = (end: bigint) => hex("43 00", u64(0x16b3748n), u64(end), at);

describe("pgoutput decoder", () => {
  it("decodes a transaction's frame", () => {
    const decoder = new PgOutputDecoder();
    expect(decoder.decode(begin)).toEqual({
      kind: "begin",
      finalLsn: "0/16B3748",
      committedAt: "2026-01-02T03:04:05.678Z",
      xid: 741,
    });
    expect(decoder.decode(commit(0x16b3800n))).toEqual({
      kind: "commit",
      lsn: "0/16B3748",
      endLsn: "0/16B3800",
      committedAt: "2026-01-02T03:04:05.678Z",
    });
  });

  it("decodes rows: text, null, unchanged, old keys", () => {
    const decoder = new PgOutputDecoder();
    decoder.decode(relation());
    expect(decoder.decode(hex("49", u32(16384), "4e", tuple("7", "grüß")))).toMatchObject({
      kind: "insert",
      row: { id: "7", note: "grüß" },
    });
    expect(
      decoder.decode(hex("55", u32(16384), "4b", tuple("7", null), "4e", "0002", column("8"), "75")),
    ).toMatchObject({
      kind: "update",
      old: { id: "7" },
      row: { id: "8" },
    });
    expect(decoder.decode(hex("44", u32(16384), "4b", tuple("8", null)))).toMatchObject({
      kind: "delete",
      old: { id: "8" },
    });
    // A key alone says nothing of the other columns.
    expect(decoder.decode(hex("44", u32(16384), "4b", tuple("8", null)))).not.toHaveProperty("old.note");
    expect(decoder.decode(hex("54", u32(1), "00", u32(16384)))).toMatchObject({
      kind: "truncate",
      relations: [{ name: "orders" }],
    });
  });

  it("refuses what it does not know instead of guessing", () => {
    const decoder = new PgOutputDecoder();
    expect(() => decoder.decode(hex("5a"))).toThrow(/unknown type "Z"/);
    expect(() => decoder.decode(hex("49", u32(1), "4e", tuple("7")))).toThrow(/before its description/);
    expect(() => decoder.decode(hex("42", "00"))).toThrow(/ends at byte 2/);
  });
});

describe("account of stranded writes", () => {
  const transaction = (end: bigint, schema = "public") => [
    begin,
    relation(schema),
    hex("55", u32(16384), "4b", tuple("7", null), "4e", tuple("8", "x")),
    hex("44", u32(16384), "4b", tuple("8", null)),
    commit(end),
  ];
  const promotedAt = (originLsn: string | undefined): Promotion => ({
    originLsn: originLsn ?? null,
    ...{ lastAppliedLsn: null, lastAppliedAt: null, xid: null, settled: false },
    relations: [{ schema: "public", table: "orders", state: "r", lsn: null }],
  });
  const collect = (applied: string | undefined, ...messages: readonly Buffer[]) => {
    const reader = new WriteReader(strandedBeyond(promotedAt(applied)));
    return messages.flatMap((message) => reader.writesOf(message));
  };

  it("keeps what was committed at or after the applied position, by the key that the other site knows", () => {
    const writes = collect("0/16B3748", ...transaction(0x16b3800n));
    expect(writes).toEqual([
      {
        schema: "public",
        table: "orders",
        key: { id: "7" },
        kind: "update",
        after: { id: "8", note: "x" },
        basis: "stream",
        committedAt: "2026-01-02T03:04:05.678Z",
        lsn: "0/16B3748",
      },
      {
        schema: "public",
        table: "orders",
        key: { id: "8" },
        kind: "delete",
        basis: "stream",
        committedAt: "2026-01-02T03:04:05.678Z",
        lsn: "0/16B3748",
      },
    ]);
  });

  it("leaves out what was applied, and the driver's own rows", () => {
    expect(collect("0/16B3800", ...transaction(0x16b3800n))).toEqual([]);
    expect(collect(undefined, ...transaction(0x16b3800n, "pilotlight"))).toEqual([]);
  });

  it("goes by the position of each relation: its copy may have brought it further, or it never followed", () => {
    const applied = promotedAt("0/1000000");
    const reader = (relations: typeof applied.relations) => new WriteReader(strandedBeyond({ ...applied, relations }));
    const writes = (relations: typeof applied.relations) => {
      const each = reader(relations);
      return transaction(0x16b3800n).flatMap((message) => each.writesOf(message));
    };
    const orders = { schema: "public", table: "orders", state: "s" };
    expect(writes([{ ...orders, lsn: "0/16B3749" }])).toEqual([]);
    expect(writes([{ ...orders, lsn: "0/16B3748" }])).toHaveLength(2);
    expect(writes([])).toHaveLength(2);
  });
});

describe("positions", () => {
  it("orders and formats WAL positions", () => {
    expect(lsn.format(lsn.parse("1A/2B3C"))).toBe("1A/2B3C");
    expect(lsn.latest("0/FFFFFFFF", "1/0")).toBe("1/0");
    expect(() => lsn.parse("nonsense")).toThrow(/not a WAL position/);
  });

  it("moves sequences past all that is known, never back, never past their end", () => {
    const up = { increment: "1", minimum: "1", maximum: "9223372036854775807", last_value: "5" };
    expect(nextPosition(up, ["40", "41", undefined])).toBe(1041n);
    expect(nextPosition({ ...up, last_value: "1041" }, ["40", "41"])).toBeUndefined();
    expect(nextPosition({ ...up, last_value: null }, [undefined])).toBeUndefined();
    expect(nextPosition({ ...up, maximum: "100" }, ["40"])).toBe(70n);
    expect(nextPosition({ ...up, maximum: "100", last_value: null }, ["100"])).toBe(100n);
    expect(nextPosition({ ...up, last_value: "70", maximum: "100" }, ["40"])).toBeUndefined();
    expect(nextPosition({ ...up, last_value: null, maximum: "100" }, ["INV-3", "NaN", "900", null])).toBeUndefined();
    expect(nextPosition(up, ["40.2"])).toBe(1041n);
    expect(nextPosition(up, ["40"], 5000n)).toBe(5040n);
    expect(nextPosition({ ...up, increment: "-2", minimum: "-9000", last_value: null }, ["-40", "-50"])).toBe(-2050n);
  });
});

describe("cycling sequences", () => {
  const slip = { increment: "1", minimum: "1", maximum: "999", cycles: true };

  it("go round, and back is the longer way", () => {
    expect(nextPosition({ ...slip, last_value: null }, ["990"])).toBe(490n);
    expect(nextPosition({ ...slip, last_value: "985" }, ["990"])).toBe(490n);
    expect(nextPosition({ ...slip, last_value: "490" }, ["990"])).toBeUndefined();
    expect(nextPosition({ ...slip, last_value: "2" }, ["990"], 10n)).toBeUndefined();
    expect(nextPosition({ ...slip, increment: "-1", last_value: "20" }, ["5"], 10n)).toBe(994n);
  });
});

describe("passwords on their way to the server", () => {
  it("are SCRAM verifiers, the same for the same password (RFC 7677 shape)", () => {
    const verifier = quote.verifier("shop", "secret");
    expect(verifier).toMatch(/^SCRAM-SHA-256\$4096:[A-Za-z0-9+/]{22}==\$[A-Za-z0-9+/=]{44}:[A-Za-z0-9+/=]{44}$/);
    expect(quote.verifier("shop", "secret")).toBe(verifier);
    expect(quote.verifier("other", "secret")).not.toBe(verifier);
  });
});
