import type { Column } from "./catalog.ts";
import type { FollowedRecord } from "./followed.ts";

/** Changes at the source by which something that follows has another name, or the same name is something else. */
export interface Renames {
  /** What gives the follower the same names, in order, with what it is about. */
  readonly steps: readonly { readonly what: string; readonly sql: string }[];
  /** What cannot be followed any more: the follower's rows and the source's no longer belong together. */
  readonly lost: readonly { readonly table: string; readonly what: string }[];
}

/** Told by the numbers that a table and its columns keep for life at the source, never by likeness. Pure. */
export function findRenames(
  record: FollowedRecord | undefined,
  source: readonly Column[],
  follower: readonly Column[],
): Renames {
  if (record === undefined) return { steps: [], lost: [] };
  const now = Map.groupBy(source, ({ relid }) => relid);
  const tables = new Set(source.map(({ table }) => table));
  const present = Map.groupBy(follower, ({ table }) => table);
  const steps = new Map<string, { what: string; sql: string }>();
  const lost: { table: string; what: string }[] = [];
  const add = (what: string, sql: string): void => void steps.set(sql, { what, sql });
  for (const { relid, schemaid, table, columns } of record.tables) {
    const current = now.get(relid);
    const [first] = current ?? [];
    if (current === undefined || first === undefined) {
      if (!tables.has(table) || !present.has(table)) continue;
      add(`table ${table} was dropped and made anew`, `drop table ${table} cascade`);
      continue;
    }
    const moved = first.table !== table;
    const there = present.get(table);
    if (moved && there !== undefined) {
      if (present.has(first.table)) {
        lost.push({
          table: first.table,
          what: `table ${table} was renamed to ${first.table}, which the follower has already`,
        });
        continue;
      }
      for (const sql of moves(table, first.table, schemaid === first.schemaid))
        add(`table ${table} was renamed to ${first.table}`, sql);
    }
    const names = new Set((there ?? present.get(first.table) ?? []).map(({ name }) => name));
    const byNumber = new Map(current.map((column) => [String(column.attnum), column.name]));
    const used = new Set(current.map(({ name }) => name));
    for (const [number, name] of Object.entries(columns)) {
      const today = byNumber.get(number);
      if (today === name) continue;
      if (today === undefined) {
        if (used.has(name) && names.has(name) && !wasRenamedTo(name, columns, byNumber))
          lost.push({
            table: first.table,
            what: `column ${first.table}.${name} was dropped and made anew: older rows differ`,
          });
      } else if (names.has(today) && names.has(name)) {
        lost.push({
          table: first.table,
          what: `column ${first.table}.${name} was renamed to ${today}, and the follower has both`,
        });
      } else if (names.has(name)) {
        add(
          `column ${first.table}.${name} was renamed to ${today}`,
          `alter table ${first.table} rename column ${name} to ${today}`,
        );
      }
    }
  }
  return { steps: [...steps.values()], lost };
}

function wasRenamedTo(
  name: string,
  columns: Readonly<Record<string, string>>,
  byNumber: ReadonlyMap<string, string>,
): boolean {
  return Object.keys(columns).some((number) => byNumber.get(number) === name);
}

/** `sameSchema`: it is the schema that was renamed. */
function moves(before: string, after: string, sameSchema: boolean): readonly string[] {
  const [schema, table] = split(before);
  const [newSchema, newTable] = split(after);
  const statements: string[] = [];
  if (schema !== newSchema) {
    if (sameSchema) statements.push(`alter schema ${schema} rename to ${newSchema}`);
    else statements.push(`create schema if not exists ${newSchema}`, `alter table ${before} set schema ${newSchema}`);
  }
  if (table !== newTable) statements.push(`alter table ${newSchema}.${table} rename to ${newTable}`);
  return statements;
}

/** Schema and name, both as they are quoted. */
function split(qualified: string): readonly [string, string] {
  const [, schema = "", name = ""] = /^("(?:[^"]|"")*"|[^".]+)\.(.*)$/s.exec(qualified) ?? [];
  return [schema, name];
}
