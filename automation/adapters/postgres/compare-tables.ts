import { z } from "zod";
import type { RowText } from "../../ports/database.ts";
import { compareUnkeyed } from "./compare-unkeyed.ts";
import { quote } from "./quote.ts";
import { qualified, rowTextOf, type TableShape, toRow } from "./row-text.ts";
import type { Session } from "./session.ts";

/** One row that is not the same on both sides. `left` undefined: only the right side has it. */
export interface RowDifference {
  readonly key: RowText;
  readonly left?: RowText | undefined;
  readonly right?: RowText | undefined;
}

/** One side of a comparison. `shape` undefined: the table is not there. */
export interface ComparedSide {
  readonly session: Session;
  readonly shape: TableShape | undefined;
}

export interface CompareOptions {
  /** Also reads rows that only the right side has; false: they are counted. */
  readonly both: boolean;
  /** Called after each range with the rows that were read there: the place to slow down. */
  readonly paced?: (rows: number) => Promise<void>;
}

/** What is counted on the way. */
export interface ComparedCounts {
  rows: number;
  /** Rows that only the right side has. */
  rightOnly: number;
}

/** Rows that one checksum covers, at most. */
const rangeRows = 2000;
/** Characters of rows that are held at a time, about. */
const heldCharacters = 8_000_000;
export const rangeTimeoutMs = 120_000;

const keyed = z.object({ key: z.array(z.string()), row: z.array(z.string().nullable()) });
type KeyedRow = z.infer<typeof keyed>;

/** Bounds of a range of keys: above `after`, up to and including `upTo`. */
interface Range {
  readonly after: readonly string[] | undefined;
  readonly upTo: readonly string[] | undefined;
}

/**
 * Compares a table of two servers by checksums over ranges of its key; only ranges that differ are read. Plain reads, no locks that hold up a
 * writer, memory for one range. Rows are compared as text, columns by name: a column that the right side lacks differs where it has a value.
 * The key's order need not be the same at both servers: a row that falls into another range there is looked up by its key.
 */
export async function* compareTable(
  left: ComparedSide & { readonly shape: TableShape },
  right: ComparedSide,
  options: CompareOptions,
  counts: ComparedCounts,
): AsyncGenerator<RowDifference> {
  const { shape } = left;
  const present = right.shape?.columns ?? [];
  const byKey = shape.key.length > 0 && shape.key.every((name) => present.includes(name));
  if (right.shape === undefined || !byKey) {
    yield* compareUnkeyed(left, right, options, counts);
    return;
  }
  const types = typesOf(right.shape, shape);
  const here = new Side(left.session, shape, shape.keyTypes, shape.columns);
  const there = new Side(right.session, shape, types, present);
  const page = await here.pageRows();
  let after: readonly string[] | undefined;
  for (;;) {
    const upTo = await here.boundary(after);
    const range = { after, upTo };
    const [mine, theirs] = await Promise.all([here.checksum(range), there.checksum(range)]);
    counts.rows += mine.rows;
    if (mine.sum !== theirs.sum) yield* differences(here, there, range, theirs.rows, page, options, counts);
    await options.paced?.(Math.max(mine.rows, theirs.rows));
    if (upTo === undefined) return;
    after = upTo;
  }
}

async function* differences(
  here: Side,
  there: Side,
  range: Range,
  thereRows: number,
  page: number,
  options: CompareOptions,
  counts: ComparedCounts,
): AsyncGenerator<RowDifference> {
  let matched = 0;
  for await (const rows of here.pages(range, page)) {
    const found = await there.lookUp(rows.map(({ key }) => key));
    matched += found.size;
    for (const [index, row] of rows.entries()) {
      const other = found.get(index);
      if (other !== undefined && sameRow(row.row, other)) continue;
      yield { key: here.keyOf(row), left: here.rowOf(row.row), ...(other && { right: here.rowOf(other) }) };
    }
  }
  if (!options.both) {
    counts.rightOnly += Math.max(0, thereRows - matched);
    return;
  }
  for await (const rows of there.pages(range, page)) {
    const found = await here.lookUp(rows.map(({ key }) => key));
    for (const [index, row] of rows.entries()) {
      if (found.has(index)) continue;
      counts.rightOnly += 1;
      yield { key: here.keyOf(row), right: here.rowOf(row.row) };
    }
  }
}

/** The rows with these keys on both sides, now: a difference that was only a delay is gone by then. */
export async function stillDifferent(
  left: ComparedSide & { readonly shape: TableShape },
  right: ComparedSide & { readonly shape: TableShape },
  keys: readonly (readonly string[])[],
): Promise<readonly RowDifference[]> {
  const { shape } = left;
  const here = new Side(left.session, shape, shape.keyTypes, shape.columns);
  const there = new Side(right.session, shape, typesOf(right.shape, shape), right.shape.columns);
  const [mine, theirs] = await Promise.all([here.lookUp(keys), there.lookUp(keys)]);
  return keys.flatMap((key, index) => {
    const [one, other] = [mine.get(index), theirs.get(index)];
    if (one === undefined && other === undefined) return [];
    if (one !== undefined && other !== undefined && sameRow(one, other)) return [];
    return [
      {
        key: toRow(shape.key, key),
        ...(one && { left: here.rowOf(one) }),
        ...(other && { right: here.rowOf(other) }),
      },
    ];
  });
}

function sameRow(one: readonly (string | null)[], other: readonly (string | null)[]): boolean {
  return one.length === other.length && one.every((value, index) => value === other[index]);
}

/** The right side's own types for the left side's key. */
function typesOf(right: TableShape, left: TableShape): readonly string[] {
  return left.key.map((name, index) => right.keyTypes[right.key.indexOf(name)] ?? left.keyTypes[index] ?? "text");
}

/** Reads of one table on one side, by its key. */
export class Side {
  readonly #session: Session;
  readonly #shape: TableShape;
  readonly #types: readonly string[];
  readonly #from: string;
  readonly #key: string;
  readonly #keyText: string;
  readonly #row: string;

  /** `present`: the columns that this side has. */
  constructor(session: Session, shape: TableShape, types: readonly string[], present: readonly string[]) {
    this.#session = session;
    this.#shape = shape;
    this.#types = types;
    this.#from = `only ${qualified(shape)} t`;
    this.#key = shape.key.map((name) => `t.${quote.identifier(name)}`).join(", ");
    this.#keyText = rowTextOf(shape.key);
    this.#row = rowTextOf(shape.columns, present);
  }

  keyOf({ key }: Pick<KeyedRow, "key">): RowText {
    return toRow(this.#shape.key, key);
  }

  rowOf(values: readonly (string | null)[]): RowText {
    return toRow(this.#shape.columns, values);
  }

  /** How many rows of this table may be held at a time. */
  async pageRows(): Promise<number> {
    const [row] = await this.#session.rows(
      z.object({ size: z.coerce.number().nullable() }),
      `select avg(octet_length(x)) as size from (select ${this.#row}::text as x from ${this.#from} limit 20) s`,
      [],
      rangeTimeoutMs,
    );
    return Math.max(1, Math.min(rangeRows, Math.floor(heldCharacters / ((row?.size ?? 0) + 100))));
  }

  async isEmpty(): Promise<boolean> {
    const [row] = await this.#session.rows(
      z.object({ empty: z.boolean() }),
      `select not exists (select from ${this.#from}) as empty`,
    );
    return row?.empty ?? true;
  }

  /** The last key of the range that begins above `after`; undefined: the rest is one range. */
  async boundary(after: readonly string[] | undefined): Promise<readonly string[] | undefined> {
    const [row] = await this.#session.rows(
      z.object({ key: z.array(z.string()) }),
      `select ${this.#keyText} as key from ${this.#from} ${this.#where({ after, upTo: undefined })} order by ${this.#key} offset ${rangeRows - 1} limit 1`,
      after ?? [],
      rangeTimeoutMs,
    );
    return row?.key;
  }

  /** Count and sum of two 64-bit hashes of every row, in whatever order. */
  async checksum(range: Range): Promise<{ readonly rows: number; readonly sum: string }> {
    const [row] = await this.#session.rows(
      z.object({ rows: z.coerce.number(), sum: z.string() }),
      `select count(*) as rows, count(*) || ' ' || coalesce(sum(hashtextextended(x, 0)::numeric), 0) || ' ' || coalesce(sum(hashtextextended(x, 1)::numeric), 0) as sum
       from (select (${this.#row}::text) collate "C" as x from ${this.#from} ${this.#where(range)}) s`,
      [...(range.after ?? []), ...(range.upTo ?? [])],
      rangeTimeoutMs,
    );
    return row ?? { rows: 0, sum: "" };
  }

  async *pages(range: Range, page: number): AsyncGenerator<readonly KeyedRow[]> {
    for (let after = range.after; ; ) {
      const rows = await this.#session.rows(
        keyed,
        `select ${this.#keyText} as key, ${this.#row} as row from ${this.#from} ${this.#where({ ...range, after })} order by ${this.#key} limit ${page}`,
        [...(after ?? []), ...(range.upTo ?? [])],
        rangeTimeoutMs,
      );
      if (rows.length > 0) yield rows;
      const last = rows.at(-1);
      if (last === undefined || rows.length < page) return;
      after = last.key;
    }
  }

  /** Rows by the position of their key in `keys`; those alone that `condition` (SQL on `t`) holds for. */
  async lookUp(keys: readonly (readonly string[])[], condition = "true"): Promise<Map<number, (string | null)[]>> {
    const columns = this.#types.map((_, index) => keys.map((key) => key[index] ?? null));
    const match = this.#shape.key.map(
      (name, index) => `t.${quote.identifier(name)} = u.k${index}::${this.#types[index]}`,
    );
    const rows = await this.#session.rows(
      z.object({ place: z.coerce.number(), row: z.array(z.string().nullable()) }),
      `select u.place, ${this.#row} as row from unnest(${columns.map((_, index) => `$${index + 1}::text[]`).join(", ")})
       with ordinality as u (${columns.map((_, index) => `k${index}`).join(", ")}, place) join ${this.#from} on ${match.join(" and ")} where ${condition}`,
      columns,
      rangeTimeoutMs,
    );
    return new Map(rows.map(({ place, row }) => [place - 1, row]));
  }

  #where({ after, upTo }: Range): string {
    const width = this.#types.length;
    const values = (from: number): string =>
      `(${this.#types.map((type, index) => `$${from + index}::text::${type}`).join(", ")})`;
    const above = after === undefined ? [] : [`(${this.#key}) > ${values(1)}`];
    const below = upTo === undefined ? [] : [`(${this.#key}) <= ${values(1 + (after === undefined ? 0 : width))}`];
    const all = [...above, ...below];
    return all.length === 0 ? "" : `where ${all.join(" and ")}`;
  }
}
