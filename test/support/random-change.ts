import { quote, type RandomColumn, RandomTable, type Text } from "./random-table.ts";
import type { Random } from "./seeded-random.ts";

/** A migration of a table with a key, as the application runs it under protection, and what it makes of rows that are known. */
export interface RandomChange {
  readonly what: string;
  readonly sql: string;
  /** The table as it is from then on. */
  readonly table: RandomTable;
  readonly row: (row: Text) => Text;
}

export function randomChange(random: Random, table: RandomTable, number: number): RandomChange {
  const from = `public.${table.quoted}`;
  const others = table.columns.filter(({ name }) => !table.key.includes(name));
  const column = random.pick(others);
  const place = table.columns.indexOf(column);
  const same = (what: string, sql: string): RandomChange => ({ what, sql, table, row: (row) => row });
  const as = (columns: readonly RandomColumn[]): RandomTable => new RandomTable(table.name, columns, table.key);
  switch (random.integer(0, 7)) {
    case 0:
    case 1: {
      const name = `New "${number}" é`;
      const columns = table.columns.with(place, { ...column, name, quoted: quote(name) });
      const sql = `alter table ${from} rename column ${column.quoted} to ${quote(name)}`;
      return { what: `rename ${table.name}.${column.name}`, sql, table: as(columns), row: (row) => row };
    }
    case 2: {
      const value = random.pick([null, "it's new"]);
      const name = `Added ${number}`;
      const fallback = value === null ? "" : ` not null default '${value.replaceAll("'", "''")}'`;
      return {
        what: `add ${table.name}.${name}`,
        sql: `alter table ${from} add column ${quote(name)} text${fallback}; alter table ${from} alter column ${quote(name)} drop not null`,
        table: as([...table.columns, { name, quoted: quote(name), type: "text" }]),
        row: (row) => [...row, value],
      };
    }
    case 3:
      if (others.length < 2) return same("analyze", `analyze ${from}`);
      return {
        what: `drop ${table.name}.${column.name}`,
        sql: `alter table ${from} drop column ${column.quoted}`,
        table: as(table.columns.toSpliced(place, 1)),
        row: (row) => row.toSpliced(place, 1),
      };
    case 4:
      return same(
        "generated column",
        `alter table ${from} add column "gen ${number}" int generated always as (1 + ${number}) stored`,
      );
    case 5:
      return same(
        "stored out of line",
        `alter table ${from} alter column ${column.quoted} set storage ${["int", "timestamptz"].includes(column.type) ? "plain" : "external"}`,
      );
    case 6:
      return same("replica identity", `alter table ${from} replica identity ${random.pick(["full", "default"])}`);
    default:
      return same(
        "type, sequence, index, table",
        `create type public."Kind ${number}" as enum ('a', 'it''s'); create sequence public."Numbers ${number}" as smallint cycle;
         create index "Index ${number}" on ${from} (${table.key.map(quote).join(", ")});
         create table public."Reference ${number}" (id int primary key, kind public."Kind ${number}"); alter type public."Kind ${number}" add value 'later' before 'a'`,
      );
  }
}
