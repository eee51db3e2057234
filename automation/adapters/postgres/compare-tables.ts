import { compareUnkeyed } from "./compare-unkeyed.ts";
import type { ComparedCounts, ComparedSide, CompareOptions, RowDifference } from "./comparison.ts";
import type { TableShape } from "./row-text.ts";
import { type KeyRange, Side } from "./table-side.ts";

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
  range: KeyRange,
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

function sameRow(one: readonly (string | null)[], other: readonly (string | null)[]): boolean {
  return one.length === other.length && one.every((value, index) => value === other[index]);
}

/** The right side's own types for the left side's key. */
function typesOf(right: TableShape, left: TableShape): readonly string[] {
  return left.key.map((name, index) => right.keyTypes[right.key.indexOf(name)] ?? left.keyTypes[index] ?? "text");
}
