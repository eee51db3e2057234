import { z } from "zod";
import type { Column } from "./catalog.ts";
import type { Session } from "./session.ts";

/** Milliseconds for a statement that looks through a table. */
const longMs = 15_000;

/**
 * A column as rows have it that are older than the column: rows that are still on their way must fit too, so "not null" and another
 * default for new rows come only once they have arrived. Undefined: values that only the source knows.
 */
export async function additionOf(column: Column, source: Session, receiver: Session): Promise<string | undefined> {
  const { table, name, type, defaultSql, missing } = column;
  const add = (rest: string): string => `alter table ${table} add column ${name} ${type}${rest}`;
  if (column.generated !== "") {
    return add(` generated always as (${defaultSql}) ${column.generated === "s" ? "stored" : "virtual"}`);
  }
  if (missing !== null) return add(` default ${missing}`);
  if (column.identity !== "") return undefined;
  if (defaultSql === null) return add("");
  if (await holds(receiver, table, "true")) {
    // Added without the default, which came later: then older rows are empty until they are changed.
    if (await holds(source, table, `${name} is null`)) return `${add("")}; ${defaultOf(column)}`;
    if (!column.constant) return undefined;
  }
  return add(` default ${defaultSql}`);
}

async function holds(session: Session, table: string, condition: string): Promise<boolean> {
  const rows = await session.rows(
    z.object({ found: z.boolean() }),
    `select exists (select from ${table} where ${condition}) as found`,
    [],
    longMs,
  );
  return rows[0]?.found ?? false;
}

function defaultOf({ table, name, defaultSql }: Column): string {
  const what = defaultSql === null ? "drop default" : `set default ${defaultSql}`;
  return `alter table ${table} alter column ${name} ${what}`;
}
