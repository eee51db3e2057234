import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PostgresDatabase } from "../../../../automation/adapters/postgres/database.ts";
import { type PostgresPair, startPostgresPair } from "../../../support/postgres-pair.ts";

let pair: PostgresPair;
let database: PostgresDatabase;
const soon = (milliseconds = 20_000): AbortSignal => AbortSignal.timeout(milliseconds);
const app = (text: string) => pair.sql("primary", text, "app");
const adopt = () => database.adoptTables("primary", "standby", soon(60_000));

beforeAll(async () => {
  pair = await startPostgresPair(21);
  database = new PostgresDatabase({
    endpoints: { primary: async () => pair.endpoints.primary, standby: async () => pair.endpoints.standby },
    connectTimeoutMs: 1000,
    statementTimeoutMs: 4000,
  });
  await database.prepare("standby", false, soon());
  await database.prepare("primary", true, soon());
}, 60_000);
afterAll(() => pair?.[Symbol.asyncDispose](), 30_000);

async function until(what: string, check: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 20_000; Date.now() < end; await sleep(100)) if (await check()) return;
  throw new Error(`${what}: not within 20 s`);
}

async function sameRows(table: string): Promise<void> {
  const rows = `select t::text as row from ${table} t order by 1`;
  await until(`rows of ${table}`, async () => {
    const [here, there] = [await pair.sql("primary", rows), await pair.sql("standby", rows)];
    return JSON.stringify(here) === JSON.stringify(there);
  });
}

/** Each takes an update and a delete, by itself; the second line of each is left. */
const tables: Readonly<Record<string, string>> = {
  no_key: "create table no_key (id int, note text)",
  late_key: "create table late_key (id int primary key deferrable initially deferred, note text)",
  nothing: "create table nothing (id int primary key, note text); alter table nothing replica identity nothing",
  nothing_no_key:
    "create table nothing_no_key (id int, note text); alter table nothing_no_key replica identity nothing",
  index_gone:
    "create table index_gone (id int not null, note text); create unique index gone on index_gone (id); alter table index_gone replica identity using index gone; drop index gone",
  by_index:
    "create table by_index (id int not null, note text); create unique index kept on by_index (id); alter table by_index replica identity using index kept",
  nullable: "create table nullable (id int unique, note text)",
  '"Mixed ""Case"""': 'create table "Mixed ""Case""" (id int, note text)',
  parted:
    "create table parted (id int, note text) partition by range (id); create table parted_1 partition of parted for values from (0) to (99)",
};
const incomparable: Readonly<Record<string, string>> = {
  json_no_key: "create table json_no_key (id int, note json)",
  point_no_key: "create table point_no_key (id int, note text, place point)",
  xml_no_key: "create table xml_no_key (id int, note text, body xml)",
  jsons_no_key: "create table jsons_no_key (id int, note text, bodies json[])",
  composite_no_key: "create type pair as (a int, b json); create table composite_no_key (id int, note text, p pair)",
  domain_no_key: "create domain doc as json; create table domain_no_key (id int, note text, d doc)",
};

async function changes(table: string, from: number): Promise<void> {
  const note = table.startsWith("json_") ? `'{"n":2}'` : "'changed'";
  await app(`update ${table} set note = ${note} where id = ${from}`);
  await app(`delete from ${table} where id = ${from + 1}`);
}

async function fill(table: string, from: number): Promise<void> {
  const notes = table.startsWith("json_") ? `'{}'` : "'n'";
  await app(`insert into ${table} (id, note) select n, ${notes} from generate_series(${from}, ${from + 2}) n`);
}

describe("the publication never makes a statement of the application fail", () => {
  it("whatever the key or the identity, between its making and the next look", async () => {
    for (const [table, sql] of Object.entries({ ...tables, ...incomparable })) {
      await app(sql);
      await fill(table, 1);
      await changes(table, 1);
    }
  });

  it("and names what cannot be followed before it is published", async () => {
    await database.prepare("primary", true, soon());
    for (const table of Object.keys({ ...tables, ...incomparable })) {
      await fill(table, 11);
      await changes(table, 11);
    }
    const refusal = database.replicate("primary", "standby", { copy: true }, soon(60_000));
    await expect(refusal).rejects.toMatchObject({ code: "refused" });
    const message = await refusal.catch((error: unknown) => String(error));
    for (const table of Object.keys(incomparable)) expect(message).toContain(`public.${table}`);
    expect(message).toMatch(/json_no_key.*column note.*json.*no equality/);
    for (const table of Object.keys(tables)) expect(message).not.toContain(`public.${table} `);
    for (const table of Object.keys(incomparable)) await app(`drop table ${table}`);
  });

  it("follows each of the others, row by row", async () => {
    await database.replicate("primary", "standby", { copy: true }, soon(60_000));
    await until("sync", () => database.inSync("standby", soon()));
    for (const table of Object.keys(tables)) {
      await fill(table, 21);
      await changes(table, 21);
    }
    for (const table of Object.keys(tables)) await sameRows(table);
  }, 60_000);

  it("also not in a migration while the site is protected", async () => {
    await app(`create table import_lines (line text, done boolean default false);
      insert into import_lines (line) values ('a'), ('b');
      update import_lines set done = true where line = 'a'; delete from import_lines where line = 'b'`);
    await app("create table later (line text); insert into later values ('a')");
    await app("update later set line = 'b'");
    expect([...(await adopt())].sort()).toEqual(["public.import_lines", "public.later"]);
    await app("update later set line = 'c'; delete from import_lines");
    await sameRows("later");
    await sameRows("import_lines");
  });

  it("when a table that follows loses its key or its identity", async () => {
    await app(
      "create table losing (id int primary key, note text); insert into losing values (1, 'a'), (2, 'b'), (3, 'c')",
    );
    await app(
      "create table switched (id int primary key, note text); insert into switched values (1, 'a'), (2, 'b'), (3, 'c')",
    );
    await adopt();
    await until("sync", () => database.inSync("standby", soon()));
    await app("alter table losing drop constraint losing_pkey");
    await app("update losing set note = 'x' where id = 1; delete from losing where id = 2");
    await app("alter table switched replica identity nothing");
    await app("update switched set note = 'x' where id = 1; delete from switched where id = 2");
    await adopt().catch(() => []);
    await sameRows("losing");
    await sameRows("switched");
  });

  it("nor when it gains a column that cannot be compared: it is named then, and left as it was", async () => {
    await app("create table plain (id int, note text); insert into plain values (1, 'a'), (2, 'b'), (3, 'c')");
    await adopt();
    await until("sync", () => database.inSync("standby", soon()));
    await app("alter table plain add column body json");
    await expect(adopt()).rejects.toMatchObject({ message: expect.stringMatching(/public\.plain.*json/) });
    await app("update plain set note = 'x' where id = 1; delete from plain where id = 2");
    await app("alter table plain drop column body");
  });
});
