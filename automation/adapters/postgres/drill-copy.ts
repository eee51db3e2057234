import { z } from "zod";
import type { DatabaseEndpoint, Site } from "../../../stacks/outputs.ts";
import { DriverError } from "../../domain/errors.ts";
import type { DrillCopy } from "../../ports/database.ts";
import { describeSchema, type SchemaObject } from "./catalog.ts";
import { ensureRole } from "./foundation.ts";
import { lastApplied } from "./heartbeat.ts";
import { joinRole } from "./membership.ts";
import { drillPassword, names } from "./names.ts";
import { quote } from "./quote.ts";
import { createAll, requireCopyable } from "./schema-copy.ts";
import { storedColumnsQuery, userSchemas, writableTablesQuery } from "./schema-queries.ts";
import { advanceSequences } from "./sequences.ts";
import type { Session } from "./session.ts";

/** As who a session is opened, in which database of the server. */
export type Connect = (database: string, as: "admin" | "drill") => Promise<Session>;

/** Milliseconds: making and dropping a database waits for checkpoints. */
const databaseMs = 60_000;
/** Milliseconds for the rows of one table. */
const tableMs = 1_800_000;
/** Made once the rows are there: none of these must act on a row that arrives, and an index is quicker built at once. */
const late: ReadonlySet<string> = new Set([
  ...["constraint", "index", "partition", "statistics", "trigger", "rule", "row security", "policy"],
  ...["view", "owner", "grant", "revoke", "default privilege"],
]);
const named = z.object({ name: z.string() });

/**
 * Copies a database beside itself in one snapshot, promotes the copy as a failover would, and writes and reads a row there as a role that
 * may write nowhere else. The replica is only read. The same again begins anew.
 */
export async function makeDrillCopy(
  session: Session,
  endpoint: DatabaseEndpoint,
  site: Site,
  connect: Connect,
): Promise<DrillCopy> {
  await dropDrillCopy(session, endpoint);
  await requireCopyable(session);
  await ensureDrillRole(session, endpoint);
  await requireNoReach(session);
  const copy = await createEmpty(session, endpoint);
  await using target = await connect(copy, "admin");
  await target.run(`revoke connect on database ${quote.identifier(copy)} from public`);
  const { tables, rows } = await fill(target, await connect(endpoint.name, "admin"));
  const sequences = await advanceSequences(target, (await lastApplied(session, site))?.sequences ?? {});
  await grantAll(target);
  await using drill = await connect(copy, "drill");
  const readable = await useIt(drill, tables);
  if (readable !== rows)
    throw new DriverError("unverified", `the copy of ${endpoint.name} has ${readable} rows, and ${rows} were copied`);
  const size = await target.first(
    z.object({ bytes: z.string() }),
    "select pg_database_size(current_database())::text as bytes",
  );
  return { database: endpoint.name, copy, tables: tables.length, rows, bytes: Number(size?.bytes ?? 0), sequences };
}

/** Drops the copy; true: there was one. Errors: `refused` for a database of that name which is not a drill's. */
export async function dropDrillCopy(session: Session, { name }: DatabaseEndpoint): Promise<boolean> {
  const copy = copyName(name);
  // What a driver that is gone had ordered, its server may still be doing: creating and dropping are one after the other.
  await session.run(`set lock_timeout = ${databaseMs}`);
  await session.run("select pg_advisory_lock(hashtext('pilotlight drill'))", [], databaseMs);
  await session.run("reset lock_timeout");
  const found = await session.first(
    z.object({ ours: z.boolean() }),
    "select pg_get_userbyid(datdba) = $2 as ours from pg_database where datname = $1",
    [copy, names.drill],
  );
  if (found === undefined) return false;
  if (!found.ours) {
    throw new DriverError("refused", `the database ${copy} at ${session.where} is no drill's copy: it is left alone`, {
      ...{ field: "database", value: copy, expected: `no database of that name, or one that ${names.drill} owns` },
    });
  }
  await session.run(`drop database if exists ${quote.identifier(copy)} with (force)`, [], databaseMs);
  return true;
}

/** Once no copy is left. */
export async function dropDrillRole(session: Session): Promise<void> {
  await session.run(`drop role if exists ${names.drill}`);
}

/** A name that the server cuts short could be the database's own. */
function copyName(database: string): string {
  const copy = names.drillCopy(database);
  if (Buffer.byteLength(copy) <= 63) return copy;
  throw new DriverError("refused", `the name ${copy} is too long for a database: no drill can copy ${database}`, {
    ...{ field: "database", value: database, expected: "a name of at most 57 bytes" },
  });
}

async function ensureDrillRole(session: Session, { adminPassword }: DatabaseEndpoint): Promise<void> {
  await ensureRole(session, names.drill, drillPassword(adminPassword), "login");
  await joinRole(session, names.drill);
}

/** It can log in to the replica like anybody; there must be nothing for it to write. */
async function requireNoReach(session: Session): Promise<void> {
  const tables = await session.rows(named, writableTablesQuery, [names.drill]);
  if (tables.length === 0) return;
  const list = tables.map(({ name }) => name).join(", ");
  throw new DriverError("refused", `everybody may write ${list} at ${session.where}: a drill could write the replica`, {
    ...{ field: "grants", value: list, expected: "no table that PUBLIC may write" },
  });
}

async function createEmpty(session: Session, { name }: DatabaseEndpoint): Promise<string> {
  const copy = copyName(name);
  const like = await session.first(
    z.object({ encoding: z.string(), collate: z.string(), ctype: z.string(), libc: z.boolean() }),
    `select pg_encoding_to_char(encoding) as encoding, datcollate as "collate", datctype as ctype, datlocprovider = 'c' as libc
     from pg_database where datname = current_database()`,
  );
  // Another provider's locale is the server's default there too: nobody makes a database of the estate with one of its own.
  const locale = like?.libc ? ` lc_collate ${quote.literal(like.collate)} lc_ctype ${quote.literal(like.ctype)}` : "";
  const encoding = like === undefined ? "" : ` encoding ${quote.literal(like.encoding)}`;
  await session.run(
    `create database ${quote.identifier(copy)} owner ${names.drill} template template0${encoding}${locale}`,
    [],
    databaseMs,
  );
  return copy;
}

/** Schema and rows as of one instant at the source, while that goes on receiving. */
async function fill(target: Session, reader: Session) {
  await using source = reader;
  await source.run("begin isolation level repeatable read, read only");
  // The drill's role is nobody whom a policy lets in: rows are counted without them.
  const objects = (await describeSchema(source)).filter(({ kind }) => kind !== "row security");
  const tables = await source.rows(z.object({ name: z.string(), columns: z.array(z.string()) }), storedColumnsQuery);
  await create(
    target,
    objects.filter(({ kind }) => !late.has(kind)),
  );
  let rows = 0;
  for (const { name, columns } of tables) {
    const what = `${name} (${columns.join(", ")})`;
    rows += await source.copyTo(target, `copy ${what} to stdout`, `copy ${what} from stdin`, tableMs);
  }
  await create(
    target,
    objects.filter(({ kind }) => late.has(kind)),
  );
  await source.run("rollback");
  return { tables: tables.map(({ name }) => name), rows };
}

async function create(target: Session, objects: readonly SchemaObject[]): Promise<void> {
  await target.run("set search_path = ''");
  await target.transaction(async () => {
    await target.run("set local check_function_bodies = off");
    const [first] = await createAll(target, objects);
    if (first !== undefined) throw new DriverError("refused", first.text, { cause: first.cause });
  });
}

/** Rights on tables are a database's own: these reach no further than the copy. */
async function grantAll(target: Session): Promise<void> {
  for (const { name } of await target.rows(named, userSchemas)) {
    await target.run(`grant all on schema ${name} to ${names.drill}`);
    await target.run(`grant all on all tables in schema ${name} to ${names.drill}`);
    await target.run(`grant all on all sequences in schema ${name} to ${names.drill}`);
  }
}

/** As the application would: writes a row and reads it back, and reads every table. How many rows it saw in these. */
async function useIt(drill: Session, tables: readonly string[]): Promise<number> {
  const table = `${names.drill}.marker`;
  await drill.run(`create schema ${names.drill}`);
  await drill.run(`create table ${table} (id int primary key, note text not null)`);
  await drill.run(`insert into ${table} values (1, 'written by a drill')`);
  const back = await drill.first(z.object({ note: z.string() }), `select note from ${table} where id = 1`);
  if (back?.note !== "written by a drill")
    throw new DriverError("unverified", `${drill.where} took a row and does not give it back`);
  let rows = 0;
  for (const name of tables) {
    const [counted] = await drill.rows(
      z.object({ n: z.string() }),
      `select count(*)::text as n from only ${name}`,
      [],
      tableMs,
    );
    rows += Number(counted?.n ?? 0);
  }
  return rows;
}
