import { z } from "zod";
import type { RowText } from "../../ports/database.ts";
import { quote } from "./quote.ts";
import { qualified, rowTextOf, type TableShape, toRow } from "./row-text.ts";
import type { Session } from "./session.ts";

/** Rows that one checksum covers, at most. */
const rangeRows = 2000;
/** Characters of rows that are held at a time, about. */
const heldCharacters = 8_000_000;
/** Milliseconds for one statement about one range. */
export const rangeTimeoutMs = 120_000;

const keyed = z.object({ key: z.array(z.string()), row: z.array(z.string().nullable()) });
type KeyedRow = z.infer<typeof keyed>;

/** Bounds of a range of keys: above `after`, up to and including `upTo`. */
export interface KeyRange {
  readonly after: readonly string[] | undefined;
  readonly upTo: readonly string[] | undefined;
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

  /** Some row that `condition` (SQL on `t`) holds for. */
  async firstWhere(condition: string, values: readonly unknown[]): Promise<readonly (string | null)[] | undefined> {
    const [row] = await this.#session.rows(
      z.object({ row: z.array(z.string().nullable()) }),
      `select ${this.#row} as row from ${this.#from} where ${condition} limit 1`,
      values,
      rangeTimeoutMs,
    );
    return row?.row;
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
  async checksum(range: KeyRange): Promise<{ readonly rows: number; readonly sum: string }> {
    const [row] = await this.#session.rows(
      z.object({ rows: z.coerce.number(), sum: z.string() }),
      `select count(*) as rows, count(*) || ' ' || coalesce(sum(hashtextextended(x, 0)::numeric), 0) || ' ' || coalesce(sum(hashtextextended(x, 1)::numeric), 0) as sum
       from (select (${this.#row}::text) collate "C" as x from ${this.#from} ${this.#where(range)}) s`,
      [...(range.after ?? []), ...(range.upTo ?? [])],
      rangeTimeoutMs,
    );
    return row ?? { rows: 0, sum: "" };
  }

  async *pages(range: KeyRange, page: number): AsyncGenerator<readonly KeyedRow[]> {
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

  #where({ after, upTo }: KeyRange): string {
    const width = this.#types.length;
    const values = (from: number): string =>
      `(${this.#types.map((type, index) => `$${from + index}::text::${type}`).join(", ")})`;
    const above = after === undefined ? [] : [`(${this.#key}) > ${values(1)}`];
    const below = upTo === undefined ? [] : [`(${this.#key}) <= ${values(1 + (after === undefined ? 0 : width))}`];
    const all = [...above, ...below];
    return all.length === 0 ? "" : `where ${all.join(" and ")}`;
  }
}
