import { z } from "zod";
import { DriverError } from "../../domain/errors.ts";
import { pause } from "../../lib/interruption.ts";
import type { Link } from "./link.ts";
import { names } from "./names.ts";
import {
  type CreationFailure,
  createAll,
  describeSchema,
  keyOf,
  notCopyable,
  type SchemaObject,
} from "./schema-copy.ts";
import { type Column, isNothing, type SchemaDrift, schemaDrift } from "./schema-drift.ts";
import { userTables } from "./schema-queries.ts";
import type { Session } from "./session.ts";
import type { Subscription } from "./subscription.ts";

/** Statements that look through a table or wait for the source. */
const longMs = 15_000;
/** How long the receiver is waited for before defaults and "not null" are left to the next call. */
const settlePatienceMs = 3000;
const named = z.object({ name: z.string() });

/**
 * Gives the receiver what the source's tables have gained: new tables (made, then taken into the subscription with a copy of their
 * rows) and new columns of tables that follow already. What can be carried is, also where something else cannot.
 * Returns the tables taken up. Errors: `refused`, naming everything that was not carried.
 */
export async function adopt(link: Link, subscription: Subscription): Promise<readonly string[]> {
  const drift = await schemaDrift(link.source, link.receiver, subscription);
  if (isNothing(drift)) return [];
  const wanted = await describeSchema(link.source);
  const seenAt = await walPosition(link.source);
  const troubles = [...(await notCopyable(link.source)), ...drift.problems];
  const failures = await make(link, drift, wanted, troubles);
  const adopted = await follow(link, drift, troubles);
  if (drift.columns.length + drift.unsettled.length > 0 && (await appliedPast(link, subscription, seenAt))) {
    await settle(link.receiver, (await schemaDrift(link.source, link.receiver, subscription)).unsettled, troubles);
  }
  troubles.push(...failures.map((failure) => failure.text));
  if (troubles.length === 0) return adopted;
  const list = troubles.join("; ");
  throw new DriverError(
    "refused",
    `changes of the schema at ${link.source.where} do not get to ${link.receiver.where}: ${list}`,
    {
      field: "schema",
      value: list,
      expected: "new ordinary tables, and new columns that may be empty or have the same default for every row",
      cause: failures[0]?.cause,
    },
  );
}

/** New tables with what belongs to them, new columns, and whatever these need. */
async function make(
  { source, receiver }: Link,
  drift: SchemaDrift,
  wanted: readonly SchemaObject[],
  troubles: string[],
): Promise<readonly CreationFailure[]> {
  const grown = new Set([...drift.tables, ...drift.columns.map((column) => column.table)]);
  const uncarried = new Set(drift.inherited);
  const mine = wanted.filter((object) => {
    if (object.kind === "table") return drift.tables.includes(object.identity) && !uncarried.has(object.identity);
    // An index on a table that follows would hold up the stream while it is built: reprotect brings it.
    return object.table === undefined || (grown.has(object.table) && !uncarried.has(object.table));
  });
  const additions: SchemaObject[] = [];
  for (const column of drift.columns) {
    const sql = await additionOf(column, source, receiver);
    if (sql === undefined) troubles.push(`column ${column.table}.${column.name}: its default differs from row to row`);
    else
      additions.push({ kind: "column", identity: `${column.table}.${column.name}`, create_sql: sql, drop_sql: null });
  }
  const relaxations = drift.relaxed.map(({ table, name }) => ({
    kind: "optional column",
    identity: `${table}.${name}`,
    create_sql: `alter table ${table} alter column ${name} drop not null`,
    drop_sql: null,
  }));
  return receiver.transaction(async () => {
    await receiver.run("set local check_function_bodies = off");
    await receiver.run("set local lock_timeout = '5s'");
    const before = await describeSchema(receiver);
    const left = new Map(before.map((object) => [keyOf(object), object]));
    // A table that does not follow is a leftover here: rows, and perhaps form, of another time.
    for (const object of mine) {
      const leftover = object.kind === "table" ? left.get(keyOf(object)) : undefined;
      if (leftover?.drop_sql) await receiver.run(leftover.drop_sql);
    }
    const present = new Set((await describeSchema(receiver)).map(keyOf));
    const missing = mine.filter((object) => !present.has(keyOf(object)));
    return createAll(receiver, [...additions, ...relaxations, ...missing]);
  });
}

/** Takes new tables into the subscription; that fails as a whole where one of them is not there. */
async function follow({ receiver, to }: Link, drift: SchemaDrift, troubles: string[]): Promise<readonly string[]> {
  if (drift.tables.length === 0) return [];
  const there = new Set((await receiver.rows(named, userTables)).map(({ name }) => name));
  const absent = drift.tables.filter((table) => !there.has(table));
  if (absent.length > 0) {
    const waiting = drift.tables.filter((table) => there.has(table));
    troubles.push(`not replicated: ${[...absent, ...waiting].join(", ")}`);
    return [];
  }
  await receiver.run(`alter subscription ${names.link(to)} refresh publication`, [], longMs);
  return drift.tables;
}

/**
 * A column as rows have it that are older than the column: rows that are still on their way must fit too, so "not null" and another
 * default for new rows come only once they have arrived. Undefined: values that only the source knows.
 */
async function additionOf(column: Column, source: Session, receiver: Session): Promise<string | undefined> {
  const { table, name, type, defaultSql, missing } = column;
  const add = (rest: string): string => `alter table ${table} add column ${name} ${type}${rest}`;
  if (column.generated !== "") {
    return add(` generated always as (${defaultSql}) ${column.generated === "s" ? "stored" : "virtual"}`);
  }
  if (missing !== null) return add(` default ${missing}`);
  if (column.identity) return undefined;
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

async function settle(receiver: Session, columns: readonly Column[], troubles: string[]): Promise<void> {
  const finished = columns.map((column): SchemaObject => {
    const { table, name, required, identity } = column;
    const insist = required ? [`alter table ${table} alter column ${name} set not null`] : [];
    const statements = [...(identity ? [] : [defaultOf(column)]), ...insist];
    return { kind: "form of column", identity: `${table}.${name}`, create_sql: statements.join("; "), drop_sql: null };
  });
  if (finished.length === 0) return;
  const failures = await receiver.transaction(async () => {
    await receiver.run("set local lock_timeout = '5s'");
    return createAll(receiver, finished);
  });
  troubles.push(...failures.map((failure) => failure.text));
}

async function walPosition(source: Session): Promise<string> {
  const row = await source.first(z.object({ at: z.string() }), "select pg_current_wal_lsn()::text as at");
  if (row === undefined) throw new DriverError("fatal", `${source.where} does not tell its WAL position`);
  return row.at;
}

/** The receiver has applied everything that the source wrote before `position`; waited for a little. */
async function appliedPast(link: Link, { slot }: Subscription, position: string): Promise<boolean> {
  for (const end = Date.now() + settlePatienceMs; ; ) {
    const row = await link.source.first(
      z.object({ past: z.boolean().nullable() }),
      "select confirmed_flush_lsn >= $2::pg_lsn as past from pg_replication_slots where slot_name = $1",
      [slot, position],
    );
    if (row?.past) return true;
    if (Date.now() > end) return false;
    await pause("arrival of older rows", 100, link.signal);
  }
}
