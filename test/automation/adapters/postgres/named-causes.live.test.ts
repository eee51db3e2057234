import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DatabaseCase, openCase, protectedCase, soon, takeOver, until } from "../../../support/database-case.ts";
import { type PostgresPair, startPostgresPair } from "../../../support/postgres-pair.ts";
import { accountOf } from "../../../support/stranded-at.ts";

let pair: PostgresPair;
beforeAll(async () => {
  pair = await startPostgresPair(47);
}, 60_000);
afterAll(() => pair?.[Symbol.asyncDispose](), 30_000);

const notes = "create table notes (id int primary key, note text); insert into notes values (1, 'old')";

/** A client in a transaction of its own, for as long as the test needs it. */
async function session(each: DatabaseCase, site: "primary" | "standby") {
  const { host, port, name, adminUser, adminPassword } = await each.endpoint(site);
  const client = new pg.Client({ host, port, database: name, user: adminUser, password: adminPassword });
  client.on("error", () => {});
  await client.connect();
  const { rows } = await client.query("select pg_backend_pid() as pid");
  return {
    pid: Number(rows[0]?.pid),
    user: adminUser,
    query: (text: string) => client.query(text),
    [Symbol.asyncDispose]: () => client.end(),
  };
}

const differences = async (each: DatabaseCase, kind: string) =>
  (await each.database.compareSchemas("primary", "standby", soon())).filter((found) => found.kind === kind);

describe("in sync", () => {
  it("is not said while a table with rows is followed by nobody; the table is named", async () => {
    await using each = await protectedCase(pair, "unfollowed", notes);
    await each.sql("primary", 'create table "Late ""One" (id int primary key)', "app");
    expect(await each.database.inSync("standby", soon())).toBe(true);
    await each.sql("primary", 'insert into "Late ""One" values (1)', "app");
    expect(await each.database.inSync("standby", soon())).toBe(false);
    expect(await each.database.whyNotInSync("standby", soon())).toContain('public."Late ""One"');
    await each.database.adoptTables("primary", "standby", soon());
    await until("sync", () => each.database.inSync("standby", soon()));
  });

  it("does not wait for rows that nobody carries: those of unlogged tables", async () => {
    await using each = await protectedCase(pair, "unlogged_rows", notes);
    await each.sql("primary", "create unlogged table cache (id int primary key); insert into cache values (1)", "app");
    expect(await each.database.whyNotInSync("standby", soon())).toBeUndefined();
  });
});

describe("a slot that was dropped and made anew under its name", () => {
  const makeAnew = (each: DatabaseCase) =>
    each.sql(
      "primary",
      `select pg_create_logical_replication_slot(s, 'pgoutput') from (select slot_name::text as s, pg_drop_replication_slot(slot_name)
       from pg_replication_slots where database = '${each.name}' offset 0) x`,
    );

  it.each(["before the fence", "after the fence"])(
    "cannot tell what was lost, so rows are compared (%s)",
    async (when) => {
      await using each = await protectedCase(pair, `anew_${when.replaceAll(" ", "_")}`, notes);
      await each.beat("primary");
      await each.cut("standby");
      await each.sql("primary", "insert into notes values (2, 'lost')", "app");
      if (when === "before the fence") await makeAnew(each);
      await takeOver(each);
      if (when === "after the fence") await makeAnew(each);
      const { writes, account } = await accountOf(each.database, "primary");
      expect(account.slotProblem).toContain("made anew");
      expect(writes).toMatchObject([{ table: "notes", kind: "insert", key: { id: "2" }, basis: "comparison" }]);
      await each.database.fence("standby", soon());
      const turned = each.database.replicate("standby", "primary", { copy: false }, soon());
      await expect(turned).rejects.toMatchObject({
        code: "refused",
        message: expect.stringContaining("cannot be told"),
      });
    },
  );

  it("is not suspected where the source was merely idle", async () => {
    await using each = await protectedCase(pair, "idle_source", notes);
    await each.beat("primary");
    // What nobody follows moves the slot further than the last row that was applied.
    await each.sql("primary", "create temp table t (id int); checkpoint");
    await each.sql("primary", "select pg_log_standby_snapshot()");
    await until("an idle slot", async () => {
      const rows = await each.sql(
        "primary",
        `select from pg_replication_slots where database = '${each.name}' and confirmed_flush_lsn >= (select max(lsn) from pilotlight.heartbeat)`,
      );
      return rows.length === 1;
    });
    await each.cut("standby");
    await each.sql("primary", "insert into notes values (2, 'lost')", "app");
    await takeOver(each);
    const { writes, account } = await accountOf(each.database, "primary");
    expect(account).toEqual({ compared: [], unaccounted: [] });
    expect(writes).toMatchObject([{ key: { id: "2" }, basis: "stream" }]);
  });
});

describe("a table that is identified by its whole row, and is given a generated column (found by the random rounds)", () => {
  it("can still be updated: by its key, or no longer published and named where it has none", async () => {
    await using each = await openCase(pair, "generated");
    await each.database.prepare("primary", true, soon());
    await each.sql(
      "primary",
      `${notes}; alter table notes replica identity full; create table loose (a int); insert into loose values (1);
       create table born (a int, twice int generated always as (a * 2) stored, id int primary key); alter table born replica identity full; insert into born (a, id) values (1, 1)`,
      "app",
    );
    await each.protect();
    await each.sql("primary", "update born set a = 2; delete from born", "app");
    for (const table of ["notes", "loose"]) {
      await each.sql("primary", `alter table ${table} add column one int generated always as (1) stored`, "app");
      await each.sql("primary", `update ${table} set ${table === "notes" ? "note = 'new'" : "a = 2"}`, "app");
    }
    const adopting = each.database.adoptTables("primary", "standby", soon());
    await expect(adopting).rejects.toMatchObject({ message: expect.stringMatching(/loose has no key.*generated/) });
    await until(
      "the update",
      async () => (await each.sql("standby", "select from notes where note = 'new'")).length === 1,
    );
    expect(await each.database.whyNotInSync("standby", soon())).toContain("public.loose");
  });
});

describe("a lock that is not given", () => {
  it("is reported with who holds it: process, user, age and statement", async () => {
    await using each = await protectedCase(pair, "held_lock", notes);
    await using holder = await session(each, "standby");
    await holder.query("begin; lock table notes in access exclusive mode");
    await each.sql("primary", "alter table notes add column more text", "app");
    const adopting = each.database.adoptTables("primary", "standby", soon());
    const held = new RegExp(
      `held by pid ${holder.pid} \\(user ${holder.user}.*open for \\d+ s, "begin; lock table notes`,
    );
    await expect(adopting).rejects.toMatchObject({ message: expect.stringMatching(held) });
  });
});

describe("roles that may write beside the application's", () => {
  it("are named by the fence and by the comparison of both sites", async () => {
    await using each = await protectedCase(pair, "direct_grants", notes);
    for (const site of ["primary", "standby"] as const) {
      await each.sql(
        site,
        "create role jobs login; create role readers login; create role writers; create role importer login in role writers",
      );
      await each.sql(
        site,
        "grant insert on notes to jobs; grant select on notes to readers; grant update (note) on notes to writers",
      );
    }
    try {
      const found = await differences(each, "writer");
      expect(found.map(({ object }) => object)).toEqual(["importer", "jobs"]);
      expect(found[0]?.remedy).toContain("nologin");
      const { notes: said } = await each.database.fence("primary", soon());
      expect(said?.join()).toMatch(/not stopped by the fence.*importer, jobs/);
      expect(said?.join()).not.toContain("readers");
    } finally {
      for (const site of ["primary", "standby"] as const)
        await each.sql(site, "drop owned by jobs, readers, writers; drop role jobs, readers, importer, writers");
    }
  });
});

describe("an index that is built concurrently", () => {
  it("is named while it is built or left invalid at the source, and carried once it is valid", async () => {
    await using each = await protectedCase(pair, "index_build", notes);
    await each.sql("primary", "insert into notes values (2, 'old')", "app");
    await expect(each.sql("primary", "create unique index concurrently once on notes (note)", "app")).rejects.toThrow();
    expect(await differences(each, "index build")).toMatchObject([
      {
        object: "public.once",
        source: "left invalid",
        class: "harmless",
        remedy: expect.stringContaining("drop index"),
      },
    ]);
    await each.sql("primary", "drop index once", "app");
    await using writer = await session(each, "primary");
    await writer.query("begin; insert into notes values (3, 'open')");
    const building = each.sql("primary", "create index concurrently by_note on notes (note)", "app");
    await until("a build", async () => (await differences(each, "index build")).length === 1);
    expect(await differences(each, "index build")).toMatchObject([{ object: "public.by_note", source: "being built" }]);
    await writer.query("commit");
    await building;
    await each.database.heartbeat("primary", soon());
    await until("the index", async () => {
      await each.database.adoptTables("primary", "standby", soon());
      return (await each.sql("standby", "select from pg_indexes where indexname = 'by_note'")).length === 1;
    });
  });

  it("and was left invalid at the follower is made anew; one that only the follower has is dropped by a person's word", async () => {
    await using each = await protectedCase(pair, "index_left", notes);
    await each.sql("primary", "insert into notes values (2, 'old')", "app");
    await until("both rows", async () => (await each.sql("standby", "select from notes")).length === 2);
    for (const name of ["shared", "alone"])
      await expect(each.sql("standby", `create unique index concurrently ${name} on notes (note)`)).rejects.toThrow();
    await each.sql("primary", "create index shared on notes (note)", "app");
    expect(await differences(each, "index build")).toMatchObject([
      { object: "public.alone", follower: "left invalid", class: "blocks" },
    ]);
    await each.database.heartbeat("primary", soon());
    await each.database.syncSchema("primary", "standby", soon());
    expect(
      await each.sql(
        "standby",
        "select indexrelid::regclass::text as name, indisvalid, indisunique from pg_index where indrelid = 'notes'::regclass and not indisprimary",
      ),
    ).toEqual([{ name: "shared", indisvalid: true, indisunique: false }]);
  });
});
