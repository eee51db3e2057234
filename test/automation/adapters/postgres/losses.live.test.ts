import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readSalvageFile } from "../../../../automation/adapters/files/read-salvage-file.ts";
import { LocalSalvageFiles } from "../../../../automation/adapters/files/salvage-files.ts";
import { LossTally } from "../../../../automation/domain/losses.ts";
import { type DatabaseCase, openCase, protectedCase, soon, takeOver, until } from "../../../support/database-case.ts";
import { type PostgresPair, startPostgresPair } from "../../../support/postgres-pair.ts";
import { accountOf, strandedAt } from "../../../support/stranded-at.ts";

let pair: PostgresPair;
let directory: string;
beforeAll(async () => {
  pair = await startPostgresPair(41);
  directory = await mkdtemp(join(tmpdir(), "pilotlight-losses-"));
}, 60_000);
afterAll(async () => {
  await pair?.[Symbol.asyncDispose]();
  await rm(directory, { recursive: true, force: true });
}, 30_000);

/** As the stage does: every row to a file, and counted. */
async function salvaged(each: DatabaseCase) {
  const tally = new LossTally(undefined);
  await using writer = await new LocalSalvageFiles(directory).create(each.name.replaceAll("_", "-"));
  const account = await each.database.stranded(
    "primary",
    async (write) => {
      tally.add(write);
      await writer.add(write);
    },
    AbortSignal.timeout(300_000),
  );
  const file = await writer.finish();
  if (file === undefined) throw new Error("nothing was salvaged");
  return { tally, account, file };
}

const restore = (each: DatabaseCase, path: string, apply: boolean, only?: string) =>
  each.database.restoreLost(
    "standby",
    () => readSalvageFile(path),
    { apply, ...(only === undefined ? {} : { only }) },
    AbortSignal.timeout(300_000),
  );

const notes = "create table notes (id int primary key, note text)";

describe("what a forced failover loses", () => {
  it("counts rows of a table that the standby never followed (fault 2)", async () => {
    await using each = await protectedCase(pair, "never_followed", notes);
    await each.sql("standby", "create table orders (id int primary key, note text)");
    await each.sql(
      "primary",
      "create table orders (id int primary key, note text); insert into orders select i, 'order ' || i from generate_series(1, 50) i",
      "app",
    );
    await each.beat("primary");
    await takeOver(each);
    const { writes, account } = await accountOf(each.database, "primary");
    expect(writes).toHaveLength(50);
    expect(account.compared).toEqual([
      { table: "public.orders", reason: "the other site never followed it", rowsElsewhere: 0 },
    ]);
    // Without a copy the rows would be left behind for good.
    await each.database.fence("standby", soon());
    const turned = each.database.replicate("standby", "primary", { copy: false }, soon());
    await expect(turned).rejects.toMatchObject({ code: "refused", message: expect.stringContaining("public.orders") });
  });

  it("counts rows of a table that is not there at the standby at all", async () => {
    await using each = await protectedCase(pair, "not_there", notes);
    await each.cut("standby");
    await each.sql(
      "primary",
      `create table "Odd ""name" (a int, b text); insert into "Odd ""name" values (1, null), (1, null), (2, 'x')`,
      "app",
    );
    await takeOver(each);
    const writes = await strandedAt(each.database, "primary");
    expect(writes).toHaveLength(3);
    expect(writes[0]).toMatchObject({ table: 'Odd "name', kind: "insert", basis: "comparison" });
  });

  it("counts rows of a table whose first copy is unfinished (fault 3)", async () => {
    await using each = await protectedCase(pair, "copy_unfinished", notes);
    await each.sql("standby", "create table late (id int primary key, note text, check (note = 'never'))");
    await each.sql(
      "primary",
      "create table late (id int primary key, note text); insert into late select i, 'row ' || i from generate_series(1, 500) i",
      "app",
    );
    await each.sql("primary", "alter publication pilotlight add table late");
    await each.sql("standby", "alter subscription pilotlight_standby refresh publication");
    await until(
      "a copy that does not end",
      async () => (await each.database.lag("standby", soon())).copying.length === 1,
    );
    await each.beat("primary");
    await each.database.fence("primary", soon());
    const evidence = await each.database.promote("standby", soon());
    expect(evidence).toMatchObject({
      followed: 2,
      unready: [{ table: "public.late", state: expect.stringMatching(/[id]/) }],
    });
    await each.database.openWrites("standby", soon());
    const { writes, account } = await accountOf(each.database, "primary");
    expect(writes).toHaveLength(500);
    expect(account.compared[0]?.reason).toContain("unfinished");
  });

  it.each([
    [
      "is gone",
      (name: string) =>
        `select pg_drop_replication_slot(slot_name) from pg_replication_slots where database = '${name}'`,
    ],
    [
      "belongs to another plugin",
      (name: string) =>
        `select pg_create_logical_replication_slot(s, 'test_decoding') from (select slot_name::text as s, pg_drop_replication_slot(slot_name)
         from pg_replication_slots where database = '${name}' offset 0) x`,
    ],
  ])("compares row by row where the slot %s (fault 4)", async (what, spoil) => {
    const name = `slot_${what.replaceAll(" ", "_")}`;
    await using each = await protectedCase(
      pair,
      name,
      `${notes}; insert into notes select i, 'note ' || i from generate_series(1, 5000) i; create table loose (a int, b text); insert into loose select i % 7, 'x' from generate_series(1, 50) i`,
    );
    await each.cut("standby");
    await each.sql(
      "primary",
      "insert into notes values (5001, 'lost'); update notes set note = 'lost too' where id = 5; delete from notes where id = 7; insert into loose values (3, 'x'), (9, 'y')",
      "app",
    );
    await takeOver(each);
    for (const statement of spoil(name).split(";")) await each.sql("primary", statement);
    const { writes, account } = await accountOf(each.database, "primary");
    expect(account.slotProblem).toMatch(/gone|not ours/);
    const short = writes.map(({ table, kind, key, before, after }) => ({ table, kind, key, before, after }));
    expect(short).toEqual(
      [
        { table: "loose", kind: "insert", key: { a: "3", b: "x" }, before: undefined, after: { a: "3", b: "x" } },
        { table: "loose", kind: "insert", key: { a: "9", b: "y" }, before: undefined, after: { a: "9", b: "y" } },
        {
          table: "notes",
          kind: "update",
          key: { id: "5" },
          before: { id: "5", note: "note 5" },
          after: { id: "5", note: "lost too" },
        },
        { table: "notes", kind: "insert", key: { id: "5001" }, before: undefined, after: { id: "5001", note: "lost" } },
      ].toSorted((a, b) => a.table.localeCompare(b.table) || 0),
    );
    expect(account.compared).toMatchObject([
      { table: "public.loose", rowsElsewhere: 0 },
      { table: "public.notes", rowsElsewhere: 1 },
    ]);
    await each.database.fence("standby", soon());
    const turned = each.database.replicate("standby", "primary", { copy: false }, soon());
    await expect(turned).rejects.toMatchObject({ code: "refused", message: expect.stringContaining("cannot be told") });
  });

  it("tells the same key in three tables apart, each with its kind (fault 9)", async () => {
    const three = ["a", "b", "c"].map((name) => `create table ${name} (id int primary key, note text)`).join("; ");
    await using each = await protectedCase(
      pair,
      "three_tables",
      `${three}; insert into b values (1, 'old'); insert into c values (1, 'old')`,
    );
    await each.cut("standby");
    await each.sql(
      "primary",
      "insert into a values (1, 'new'); update b set note = 'new' where id = 1; delete from c where id = 1",
      "app",
    );
    await takeOver(each);
    const { tally } = await salvaged(each);
    expect(tally.sample).toMatchObject([
      { table: "public.a", key: { id: "1" }, kind: "insert" },
      { table: "public.b", key: { id: "1" }, kind: "update" },
      { table: "public.c", key: { id: "1" }, kind: "delete" },
    ]);
    expect(tally.tables).toMatchObject([{ lost: { insert: 1 } }, { lost: { update: 1 } }, { lost: { delete: 1 } }]);
  });

  it("keeps 600,000 rows of one transaction in a file, and the journal's entry small (fault 11)", async () => {
    await using each = await protectedCase(pair, "many_rows", notes);
    await each.cut("standby");
    await each.sql(
      "primary",
      "insert into notes select i, 'a note of some length ' || i from generate_series(1, 600000) i",
      "app",
    );
    await takeOver(each);
    const before = process.memoryUsage().heapUsed;
    const { tally, file } = await salvaged(each);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(150_000_000);
    expect(file.rows).toBe(600_000);
    expect(tally.tables).toMatchObject([{ table: "public.notes", lost: { insert: 600_000 } }]);
    expect(JSON.stringify([tally.tables, tally.sample]).length).toBeLessThan(200_000);
    const content = await readFile(file.name);
    expect(createHash("sha256").update(content).digest("hex")).toBe(file.sha256);
    expect(content.length).toBe(file.bytes);
    expect((await stat(file.name)).mode & 0o777).toBe(0o600);
  }, 240_000);
});

/** Every kind of value that has tripped somebody, twice: as it was and as it is changed to. */
const kinds = `
  create type public.mood as enum ('sad', 'it''s ok');
  create type public.pair as (left_one int, "right ""one" text);
  create domain public.positive as int check (value > 0);
  create table public."Odd ""Kinds"" é" (
    "Id" uuid primary key, "sélect" text, fixed char(5), one "char", bytes bytea, flag boolean, tiny smallint, big bigint, exact numeric, single real, double double precision,
    cash money, day date, moment timestamptz, plain timestamp, clock timetz, span interval, doc json, doc_b jsonb, net inet, mac macaddr, bits varbit,
    numbers int[], words text[], span_of int4range, spans tstzmultirange, spot point, shape polygon, words_v tsvector, feeling public.mood, two public.pair, pairs public.pair[], good public.positive,
    doubled int generated always as (tiny * 2) stored);
  create table public.whole (a int, b text, c jsonb);
  alter table public.whole replica identity full;
  create table public.silent (id int primary key, note text);
  alter table public.silent replica identity nothing;
  create table public.stored_out (id int primary key, long text, note text);
  alter table public.stored_out alter column long set storage external;
  create table public.tenants (tenant text, id bigint, note text, primary key (tenant, id));
  alter table public.tenants replica identity full;
  create table public.child (id int primary key, parent int references public.silent deferrable initially immediate);`;
const values = (
  id: string,
) => `'${id}', E'line\\n\\ttab \\u2028 \\\\ ''quote'' "double" 🙂', 'ab', 'x', '\\x00ff27', true, -32768, 9223372036854775807, 'NaN', 'Infinity', '-0',
    '-$1,234.50', 'infinity', '0044-03-15 12:00:00.000001+00 BC', '-infinity', '23:59:60+15:59', '-1 year 2 mons -3 days 04:05:06.789', '{"a" : 1,  "a": null}', '{"b": [1e400, "\\u00e9"]}',
    '10.1.2.3/8', '08:00:2b:01:02:03', B'1011', '[0:1]={1,NULL}', '{"a,b","NULL",NULL,"","{}"}', '(1,5]', '{[2020-01-01,2021-01-01),(2022-01-01,)}', '(1.5,-2)', '((0,0),(1,1),(2,0))',
    'fat:1A cat', 'it''s ok', '(1,"a ""q"" ,")', '{"(1,)","(,x)"}', 7`;

describe("rows that were lost", () => {
  it("come back as they were, whatever their type, name or identity; a stored-out value that was not changed never becomes null", async () => {
    await using each = await openCase(pair, "all_kinds");
    await each.protect();
    await each.sql("primary", kinds, "app");
    await each.database.adoptTables("primary", "standby", soon());
    const long = "md5(i::text) || repeat(md5((i + 1)::text), 400)";
    await each.sql(
      "primary",
      `insert into public."Odd ""Kinds"" é" values (${values("00000000-0000-4000-8000-000000000001")});
       insert into public.whole values (1, 'kept', '{}'), (2, 'changed', null), (2, 'changed', null), (3, 'gone', '[]');
       insert into public.stored_out select i, ${long}, 'before' from generate_series(1, 3) i;
       insert into public.tenants values ('a, id=2', 1, 'before'), ('b', 1, 'before');`,
    );
    await until("sync", () => each.database.inSync("standby", soon()));
    await each.beat("primary");
    await each.cut("standby");
    await each.sql(
      "primary",
      `insert into public."Odd ""Kinds"" é" values (${values("00000000-0000-4000-8000-000000000002")});
       insert into public."Odd ""Kinds"" é" ("Id") values ('00000000-0000-4000-8000-000000000003');
       update public."Odd ""Kinds"" é" set "sélect" = null, words = '{}', span_of = 'empty', exact = '-Infinity', flag = false where "Id" = '00000000-0000-4000-8000-000000000001';
       insert into public.whole values (4, 'new', null); update public.whole set b = 'now' where ctid = (select min(ctid) from public.whole where a = 2); delete from public.whole where a = 3;
       insert into public.silent values (1, 'only inserts');
       insert into public.child values (1, 1);
       update public.stored_out set note = 'after' where id = 2; delete from public.stored_out where id = 3;
       update public.tenants set note = 'after' where tenant = 'a, id=2'; update public.tenants set tenant = 'c' where tenant = 'b'; insert into public.tenants values ('é', 9, null);`,
    );
    await takeOver(each);
    const { file, account } = await salvaged(each);
    // All of it by the stream: a comparison would see nothing of what an update leaves out.
    expect(account).toEqual({ compared: [], unaccounted: [] });
    const tables = ['"Odd ""Kinds"" é"', "whole", "silent", "stored_out", "tenants", "child"];
    const rows = async (site: "primary" | "standby") =>
      Promise.all(
        tables.map(async (table) =>
          (await each.sql(site, `select t::text as row from public.${table} t order by 1`)).map(({ row }) => row),
        ),
      );
    const before = await rows("standby");

    const dry = await restore(each, file.name, false);
    expect(dry.conflicts).toEqual([]);
    expect(await rows("standby")).toEqual(before);

    const done = await restore(each, file.name, true);
    expect(done).toEqual(dry);
    expect(await rows("standby")).toEqual(await rows("primary"));
    expect(await each.sql("standby", "select octet_length(long) as n from stored_out where id = 2")).toEqual([
      { n: 32 * 401 },
    ]);
  });

  it("are put back only where nothing else is there by now: conflicts are shown, and left alone", async () => {
    await using each = await protectedCase(
      pair,
      "conflicts",
      `${notes}; insert into notes select i, 'old' from generate_series(1, 6) i; create table other (id int primary key)`,
    );
    await each.cut("standby");
    await each.sql(
      "primary",
      `insert into notes values (10, 'lost'), (11, 'lost'), (12, 'same'); update notes set note = 'lost' where id in (1, 2); update notes set note = 'lost again' where id = 1;
       delete from notes where id in (3, 4); update notes set note = 'lost' where id = 5; insert into other values (1); truncate other`,
      "app",
    );
    await takeOver(each);
    await each.sql(
      "standby",
      `insert into notes values (11, 'theirs'), (12, 'same'); update notes set note = 'theirs' where id in (2, 4); delete from notes where id = 5`,
      "app",
    );
    const { file } = await salvaged(each);
    const dry = await restore(each, file.name, false, "public.notes");
    expect(dry.tables).toEqual([{ table: "public.notes", restored: 4, present: 1, conflicts: 4 }]);
    expect(
      dry.conflicts.map(({ kind, key, there, lost }) => [kind, key["id"], there?.["note"], lost?.["note"]]),
    ).toEqual([
      ["insert", "11", "theirs", "lost"],
      ["update", "2", "theirs", "lost"],
      ["delete", "4", "theirs", undefined],
      ["update", "5", undefined, "lost"],
    ]);
    expect(await restore(each, file.name, true, "notes")).toEqual(dry);
    expect(await each.sql("standby", "select id, note from notes order by id")).toEqual([
      { id: 1, note: "lost again" },
      { id: 2, note: "theirs" },
      { id: 4, note: "theirs" },
      { id: 6, note: "old" },
      { id: 10, note: "lost" },
      { id: 11, note: "theirs" },
      { id: 12, note: "same" },
    ]);
    const all = await restore(each, file.name, false);
    expect(all.conflicts).toContainEqual(expect.objectContaining({ kind: "truncate", table: "public.other" }));
    await expect(
      each.database.restoreLost("primary", () => readSalvageFile(file.name), { apply: true }, soon()),
    ).rejects.toMatchObject({ code: "refused", field: "--to" });
  });
});
