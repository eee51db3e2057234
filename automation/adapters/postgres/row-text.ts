import { z } from "zod";
import { quote } from "./quote.ts";
import type { Session } from "./session.ts";

/** A table as it is read for accounts and comparisons. */
export interface TableShape {
  readonly schema: string;
  readonly table: string;
  /** Columns that hold values of their own: no generated ones. */
  readonly columns: readonly string[];
  /** Columns of the primary key, else of the replica identity; empty: nothing identifies a row. */
  readonly key: readonly string[];
  /** The types of `key`, to be cast to. */
  readonly keyTypes: readonly string[];
}

const shape = z.object({
  schema: z.string(),
  table: z.string(),
  columns: z.array(z.string()),
  key: z.array(z.string()),
  keyTypes: z.array(z.string()),
});

/** Every table of the user that holds rows of its own, unlogged ones and partitions included. */
export async function tableShapes(session: Session): Promise<TableShape[]> {
  await useCanonicalText(session);
  const tables = await session.rows(
    shape,
    `select n.nspname::text as schema, c.relname::text as "table",
       array(select a.attname::text from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
         and a.attgenerated = '' order by a.attnum) as columns,
       coalesce(k.columns, '{}') as key, coalesce(k.types, '{}') as "keyTypes"
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     left join lateral (
       select array_agg(a.attname::text order by p.place) as columns, array_agg(format_type(a.atttypid, -1) order by p.place) as types
       from (select * from pg_index x where x.indrelid = c.oid and x.indisvalid and (x.indisprimary or x.indisreplident)
         order by x.indisprimary desc limit 1) i
       cross join unnest(i.indkey::int2[]) with ordinality as p (attnum, place)
       join pg_attribute a on a.attrelid = c.oid and a.attnum = p.attnum
       where p.place <= i.indnkeyatts
     ) k on true
     where c.relkind = 'r' and c.relpersistence <> 't' and n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'pilotlight')
       and not exists (select from pg_depend e where e.classid = 'pg_class'::regclass and e.objid = c.oid and e.deptype = 'e')
     order by 1, 2`,
  );
  // A key that is computed is in no stream.
  return tables.map((each) =>
    each.key.every((name) => each.columns.includes(name)) ? each : { ...each, key: [], keyTypes: [] },
  );
}

/** Settings under which the same value has the same text at every server, and none is rounded. Rows that a policy would hide are an error, not absent. */
export async function useCanonicalText(session: Session): Promise<void> {
  await session.run(
    `set datestyle = 'ISO, MDY'; set intervalstyle = 'postgres'; set timezone = 'UTC'; set extra_float_digits = 1;
     set bytea_output = 'hex'; set lc_monetary = 'C'; set search_path = ''; set xmlbinary = 'base64'; set row_security = off`,
  );
}

/** A column's value by its type's output function, as the stream has it; a cast to text would change some (`boolean`, `char`, `inet`). */
export function textOf(column: string, alias = "t"): string {
  const value = `${alias}.${quote.identifier(column)}`;
  return `case when ${value} is distinct from null then concat(${value}) end`;
}

/** A row as an array of texts; columns that `present` lacks read as null. */
export function rowTextOf(columns: readonly string[], present: readonly string[] = columns): string {
  const has = new Set(present);
  return `array[${columns.map((name) => (has.has(name) ? textOf(name) : "null")).join(", ")}]::text[]`;
}

export function qualified({ schema, table }: Pick<TableShape, "schema" | "table">): string {
  return `${quote.identifier(schema)}.${quote.identifier(table)}`;
}

/** For people: quoted only where it must be. */
export function shownName({ schema, table }: Pick<TableShape, "schema" | "table">): string {
  const part = (name: string): string => (/^[a-z_][a-z0-9_$]*$/.test(name) ? name : quote.identifier(name));
  return `${part(schema)}.${part(table)}`;
}

/** `only`: a table's name as a person gives it, with or without its schema. */
export function isNamed(table: Pick<TableShape, "schema" | "table">, only: string): boolean {
  return only === shownName(table) || only === table.table || only === `${table.schema}.${table.table}`;
}

export function toRow(columns: readonly string[], values: readonly (string | null)[]): Record<string, string | null> {
  return Object.fromEntries(columns.map((name, index) => [name, values[index] ?? null]));
}
