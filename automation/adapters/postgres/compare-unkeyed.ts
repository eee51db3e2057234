import { z } from "zod";
import type { ComparedCounts, ComparedSide, CompareOptions, RowDifference } from "./comparison.ts";
import { qualified, rowTextOf, type TableShape, toRow } from "./row-text.ts";
import type { Session } from "./session.ts";

/** Hashes and rows that are held at a time. Rows may be large. */
const page = 200;
/** A whole table is hashed and sorted at the server. */
const scanTimeoutMs = 1_800_000;

const hashed = z.object({ one: z.string(), two: z.string(), copies: z.coerce.number() });
type Hashed = z.infer<typeof hashed>;

/**
 * Compares a table in which nothing identifies a row: as two bags of rows. Each server hashes and sorts its rows; what one side has more
 * often is then read by its hash. A changed row is one missing and one more.
 */
export async function* compareUnkeyed(
  left: ComparedSide & { readonly shape: TableShape },
  right: ComparedSide,
  options: CompareOptions,
  counts: ComparedCounts,
): AsyncGenerator<RowDifference> {
  const { shape } = left;
  const mine = new Bag(left.session, shape, shape.columns);
  const theirs = right.shape === undefined ? undefined : new Bag(right.session, shape, right.shape.columns);
  const missing: Hashed[] = [];
  const more: Hashed[] = [];
  for await (const each of surplus(mine.hashes(), theirs?.hashes() ?? nothing(), counts)) {
    if (each.copies > 0) missing.push(each);
    else counts.rightOnly -= each.copies;
    if (each.copies < 0 && options.both) more.push({ ...each, copies: -each.copies });
    if (missing.length >= page) yield* mine.rows(missing.splice(0), "left");
    if (more.length >= page && theirs !== undefined) yield* theirs.rows(more.splice(0), "right");
    await options.paced?.(1);
  }
  if (missing.length > 0) yield* mine.rows(missing, "left");
  if (more.length > 0 && theirs !== undefined) yield* theirs.rows(more, "right");
}

/** Hashes that one side has more often than the other, as a number of copies: below 0, the other side has more. */
async function* surplus(
  mine: AsyncGenerator<Hashed>,
  theirs: AsyncGenerator<Hashed>,
  counts: ComparedCounts,
): AsyncGenerator<Hashed> {
  let [one, other] = [await mine.next(), await theirs.next()];
  while (!one.done || !other.done) {
    const order = one.done ? 1 : other.done ? -1 : compareHashes(one.value, other.value);
    if (order <= 0 && !one.done) counts.rows += one.value.copies;
    if (order < 0 && !one.done) yield one.value;
    if (order > 0 && !other.done) yield { ...other.value, copies: -other.value.copies };
    if (order === 0 && !one.done && !other.done && one.value.copies !== other.value.copies)
      yield { ...one.value, copies: one.value.copies - other.value.copies };
    // Both are moved on by what was looked at.
    const [forward, back] = [order <= 0, order >= 0];
    if (forward) one = await mine.next();
    if (back) other = await theirs.next();
  }
}

function compareHashes(one: Hashed, other: Hashed): number {
  const difference = BigInt(one.one) - BigInt(other.one) || BigInt(one.two) - BigInt(other.two);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

async function* nothing(): AsyncGenerator<Hashed> {}

class Bag {
  readonly #session: Session;
  readonly #columns: readonly string[];
  readonly #source: string;

  constructor(session: Session, shape: TableShape, present: readonly string[]) {
    this.#session = session;
    this.#columns = shape.columns;
    const row = rowTextOf(shape.columns, present);
    this.#source = `(select r, hashtextextended(r::text collate "C", 0) as one, hashtextextended(r::text collate "C", 1) as two
      from (select ${row} as r from only ${qualified(shape)} t offset 0) s) h`;
  }

  /** Every hash with its number of rows, in the order of the hashes; one transaction, so one look at the table. */
  async *hashes(): AsyncGenerator<Hashed> {
    const cursor = "pilotlight_bag";
    await this.#session.run("begin read only");
    try {
      await this.#session.run(
        `declare ${cursor} no scroll cursor with hold for select one::text as one, two::text as two, count(*) as copies from ${this.#source} group by h.one, h.two order by h.one, h.two`,
        [],
        scanTimeoutMs,
      );
      await this.#session.run("commit", [], scanTimeoutMs);
      for (;;) {
        const rows = await this.#session.rows(hashed, `fetch ${page} from ${cursor}`, [], scanTimeoutMs);
        yield* rows;
        if (rows.length < page) return;
      }
    } finally {
      await this.#session.run(`rollback`).catch(() => {});
      await this.#session.run(`close ${cursor}`).catch(() => {});
    }
  }

  /** The rows behind hashes, each as often as it is wanted. */
  async *rows(wanted: readonly Hashed[], side: "left" | "right"): AsyncGenerator<RowDifference> {
    const copies = new Map(wanted.map(({ one, two, copies: n }) => [`${one} ${two}`, n]));
    const rows = await this.#session.rows(
      z.object({ name: z.string(), row: z.array(z.string().nullable()) }),
      `select distinct on (h.one, h.two) h.one || ' ' || h.two as name, h.r as row from ${this.#source} where h.one = any($1::bigint[])`,
      [wanted.map(({ one }) => one)],
      scanTimeoutMs,
    );
    for (const { name, row } of rows) {
      const values = toRow(this.#columns, row);
      for (let n = copies.get(name) ?? 0; n > 0; n--) yield { key: values, [side]: values };
    }
  }
}
