import { z } from "zod";
import type { Session } from "./session.ts";

/** Rows counted of a table at most: past that, both sites having as many says enough, and the count stays quick. */
const most = 100_000;
/** Milliseconds for all tables of one site. */
const countMs = 20_000;
const counted = z.object({ place: z.number(), n: z.number() });

/** How many rows each table holds by itself, up to `most`. */
async function countRows(session: Session, tables: readonly string[]): Promise<ReadonlyMap<string, number>> {
  if (tables.length === 0) return new Map();
  const counts = tables.map(
    (name, index) =>
      `select ${index} as place, (select count(*)::int from (select from only ${name} limit ${most}) some_rows) as n`,
  );
  const rows = await session.rows(counted, counts.join(" union all "), [], countMs);
  return new Map(rows.map(({ place, n }) => [tables[place] ?? "", n]));
}

/**
 * Tables whose number of rows at the follower is none that the source had meanwhile. A stream that runs proves that something arrives, not that
 * everything did: row security, triggers and rules can keep rows back without an error. A busy table may need a second look.
 */
export async function unequalTables(
  source: Session,
  follower: Session,
  tables: readonly string[],
): Promise<readonly string[]> {
  const before = await countRows(source, tables);
  const there = await countRows(follower, tables);
  const after = await countRows(source, tables);
  return tables.filter((name) => {
    const [first = 0, last = 0, rows = 0] = [before.get(name), after.get(name), there.get(name)];
    return rows < Math.min(first, last) || rows > Math.max(first, last);
  });
}
