import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PostgresDatabase } from "../../../../automation/adapters/postgres/database.ts";
import type { SchemaDifference } from "../../../../automation/ports/database.ts";
import { type PostgresPair, startPostgresPair } from "../../../support/postgres-pair.ts";

let pair: PostgresPair;
let database: PostgresDatabase;
const soon = (milliseconds = 30_000): AbortSignal => AbortSignal.timeout(milliseconds);
const app = (text: string) => pair.sql("primary", text, "app");
const adopt = () => database.adoptTables("primary", "standby", soon(60_000));
const problem = () =>
  adopt().then(
    () => "none",
    (error: unknown) => String(error),
  );

/** What is not harmless, as `kind object`. */
async function differences(): Promise<readonly string[]> {
  const found = await database.compareSchemas("primary", "standby", soon());
  return found.filter((each) => each.class !== "harmless").map(({ kind, object }) => `${kind} ${object}`);
}

async function find(kind: string): Promise<readonly SchemaDifference[]> {
  return (await database.compareSchemas("primary", "standby", soon())).filter((each) => each.kind === kind);
}

async function until(what: string, check: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 25_000; Date.now() < end; await sleep(200)) if (await check()) return;
  throw new Error(`${what}: not within 25 s`);
}

/** The watch comes by until nothing is different. */
async function carried(): Promise<void> {
  let last = "";
  await until("the same schema", async () => {
    last = await problem();
    await database.heartbeat("primary", soon());
    return last === "none" && (await differences()).length === 0;
  }).catch(async (error: unknown) => {
    throw new Error(`${String(error)}: ${last}; ${JSON.stringify(await differences())}`);
  });
}

async function same(query: string): Promise<void> {
  await until(query, async () => {
    const [here, there] = [await pair.sql("primary", query), await pair.sql("standby", query)];
    return JSON.stringify(here) === JSON.stringify(there);
  });
}

/** As psql -d would show it, and by no means of the product. */
const catalogue = `
  select 'column' as kind, format('%s.%s %s %s %s %s', attrelid::regclass, attname, format_type(atttypid, atttypmod), attnotnull, attidentity, attgenerated) as what
    from pg_attribute a join pg_class c on c.oid = attrelid where relnamespace in ('public'::regnamespace, '"Odd ""Schema"""'::regnamespace) and attnum > 0 and not attisdropped and relkind in ('r', 'p', 'v', 'm', 'c')
  union all select 'constraint', format('%s %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) from pg_constraint where connamespace in ('public'::regnamespace, '"Odd ""Schema"""'::regnamespace) and contype <> 'n'
  union all select 'index', pg_get_indexdef(indexrelid) from pg_index i join pg_class c on c.oid = i.indexrelid where relnamespace = 'public'::regnamespace
  union all select 'trigger', format('%s %s', pg_get_triggerdef(t.oid), tgenabled) from pg_trigger t join pg_class c on c.oid = tgrelid where not tgisinternal and relnamespace = 'public'::regnamespace
  union all select 'policy', concat_ws(' ', tablename, policyname, permissive, roles::text, cmd, qual, with_check) from pg_policies
  union all select 'row security', format('%s %s', oid::regclass, relforcerowsecurity) from pg_class where relrowsecurity
  union all select 'enum', format('%s %s', enumtypid::regtype, string_agg(enumlabel, ',' order by enumsortorder)) from pg_enum group by enumtypid
  union all select 'function', pg_get_functiondef(oid) from pg_proc where pronamespace = 'public'::regnamespace and prokind in ('f', 'p')
  union all select 'view', format('%s %s', viewname, definition) from pg_views where schemaname = 'public'
  union all select 'rule', definition from pg_rules where schemaname = 'public'
  union all select 'acl', format('%s %s', relname, privilege_type || grantee::regrole::text) from pg_class, aclexplode(relacl) where relnamespace = 'public'::regnamespace and grantee > 16000 and grantee::regrole::text !~ 'pilotlight'
  union all select 'column acl', format('%s %s %s', attrelid::regclass, attname, privilege_type) from pg_attribute, aclexplode(attacl) where attrelid > 16000
  union all select 'parent', format('%s %s', inhrelid::regclass, inhparent::regclass) from pg_inherits
  order by 1, 2`;

beforeAll(async () => {
  pair = await startPostgresPair(22);
  database = new PostgresDatabase({
    endpoints: { primary: async () => pair.endpoints.primary, standby: async () => pair.endpoints.standby },
    connectTimeoutMs: 1000,
    statementTimeoutMs: 8000,
  });
  await database.prepare("standby", false, soon());
  await database.prepare("primary", true, soon());
  for (const site of ["primary", "standby"] as const)
    await pair.sql(site, "create role reporting; grant create on database app to shop");
  await app(
    `create schema "Odd ""Schema""";
     create type stage as enum ('open', 'paid'); create domain positive as int check (value > 0); create domain email as text not null default 'x@y' constraint at check (value like '%@%');
     create type address as (street text, "No" int); create type span as range (subtype = int4);
     create function audit() returns trigger language plpgsql as $$ begin return new; end $$;
     create function double(int) returns int language sql immutable as 'select $1 * 2';
     create table customers (id bigint generated always as identity primary key, name varchar(40) not null, phone text, mail email, home address, seen span, tags text[] default '{}',
       amount positive, twice int generated always as (amount * 2) stored, at timestamptz default now(), unique (name), check (length(name) < 39), exclude using gist (seen with &&));
     create index lower_name on customers (lower(name)) where phone is not null; create statistics by_both on name, phone from customers;
     create trigger audit before update on customers for each row execute function audit();
     create table "Odd ""Schema"""."Zeile ä" ("Spalte ß" int primary key, ref bigint references customers on delete cascade deferrable);
     create table events (id int, day date, note text, primary key (id, day)) partition by range (day);
     create table events_1 partition of events for values from ('2026-01-01') to ('2026-02-01');
     create table events_2 partition of events for values from ('2026-02-01') to ('2026-03-01') partition by list (id);
     create table events_2_a partition of events_2 for values in (1, 2); create table events_rest partition of events default;
     create index events_note on events (note); create trigger audit before insert on events for each row execute function audit();
     create table animals (id int primary key, name text); create table dogs (breed text) inherits (animals);
     create table secrets (id int primary key, owner text); alter table secrets enable row level security;
     create policy mine on secrets as restrictive for update to reporting using (owner = current_user) with check (owner <> '');
     create table ledger (id int primary key); alter table ledger enable row level security;
     create unlogged table cache (id int primary key); create table staff (id int primary key, name text, salary numeric);
     create view open_customers with (security_barrier = true) as select id, name from customers where amount > 1;
     create materialized view totals as select count(*) as n from customers; create unique index on totals (n);
     create rule no_delete as on delete to staff do instead nothing;
     grant select (id, name) on staff to reporting; grant select on customers to reporting with grant option;
     alter default privileges in schema public grant select on tables to reporting;
     insert into customers (name, phone, amount) values ('ann', '1', 1), ('bob', '2', 2); insert into "Odd ""Schema"""."Zeile ä" values (1, 1);
     insert into events values (1, '2026-01-05', 'a'), (2, '2026-02-05', 'b'), (3, '2030-01-01', 'c'); insert into animals values (1, 'cat'); insert into dogs values (2, 'rex', 'pug');
     insert into secrets values (1, 'a'), (2, 'b'); insert into ledger values (1), (2), (3); insert into cache values (1); insert into staff values (1, 'ann', 100);`,
  );
}, 60_000);
afterAll(() => pair?.[Symbol.asyncDispose](), 30_000);

describe("a first protection", () => {
  it("carries the whole catalogue and every row of it", async () => {
    await database.replicate("primary", "standby", { copy: true }, soon(90_000));
    await until("sync", () => database.inSync("standby", soon()));
    await carried();
    expect(await pair.sql("standby", catalogue)).toEqual(await pair.sql("primary", catalogue));
    for (const table of [
      "customers",
      "only animals",
      "dogs",
      "secrets",
      "ledger",
      "staff",
      "events_1",
      "events_2_a",
      "events_rest",
    ])
      await same(`select t::text from ${table} t order by 1`);
    expect(await pair.sql("standby", "select count(*)::int as n from cache")).toEqual([{ n: 0 }]);
    expect(await find("unlogged rows")).toMatchObject([{ object: "public.cache", class: "harmless" }]);
  }, 60_000);
});

describe("a change of a name", () => {
  it("of a column is told from a new column, and carried with its values", async () => {
    await app("alter table customers rename column phone to phone_number");
    await app(
      "update customers set phone_number = '11' where name = 'ann'; insert into customers (name, phone_number, amount) values ('cid', '3', 3)",
    );
    await carried();
    await same("select name, phone_number from customers order by 1");
    expect(await pair.sql("standby", "select phone_number as p from customers where name = 'bob'")).toEqual([
      { p: "2" },
    ]);
  }, 40_000);

  it("is told from a column dropped and another one added", async () => {
    await app(
      "alter table staff drop column name; alter table staff add column label text; update staff set label = 'l'",
    );
    await carried();
    await same("select * from staff");
    expect(await pair.sql("standby", "select label from staff")).toEqual([{ label: "l" }]);
  }, 40_000);

  it("of a table or its schema is carried, and the rows after it arrive", async () => {
    await app("create schema archive; alter table ledger rename to book; alter table secrets set schema archive");
    await app("insert into book values (4); insert into archive.secrets values (3, 'c')");
    await carried();
    await same("select * from book order by 1");
    await same("select * from archive.secrets order by 1");
    await app("alter schema archive rename to vault; insert into vault.secrets values (4, 'd')");
    await carried();
    await same("select * from vault.secrets order by 1");
  }, 60_000);

  it("of a table made anew under the same name is carried with the new rows alone", async () => {
    await app("create table again (id int primary key, note text); insert into again values (1, 'old')");
    await adopt();
    await until("sync", () => database.inSync("standby", soon()));
    await app("drop table again; create table again (id int primary key, other int); insert into again values (7, 7)");
    await carried();
    await same("select * from again order by 1");
  }, 60_000);

  it("by which two columns trade places is lost protection, by name, until a full copy", async () => {
    await app("create table pairs (id int primary key, a text, b text); insert into pairs values (1, 'a', 'b')");
    await adopt();
    await until("sync", () => database.inSync("standby", soon()));
    await app("alter table pairs rename a to c; alter table pairs rename b to a; alter table pairs rename c to b");
    await app("insert into pairs values (2, 'A', 'B')");
    expect(await problem()).toMatch(/column public\.pairs\.a was renamed to b.*reprotect/);
    expect(await differences()).toContain("identity public.pairs");
    await database.replicate("primary", "standby", { copy: true }, soon(90_000));
    await until("sync", () => database.inSync("standby", soon()));
    await same("select id, a, b from pairs order by 1");
    expect(await problem()).toBe("none");
  }, 60_000);

  it("or a column that is another one by the same name", async () => {
    await app("alter table pairs drop column b; alter table pairs add column b text");
    expect(await problem()).toMatch(/column public\.pairs\.b was dropped and made anew/);
    await database.replicate("primary", "standby", { copy: true }, soon(90_000));
    await until("sync", () => database.inSync("standby", soon()));
    await same("select id, a, b from pairs order by 1");
  }, 60_000);

  it("that is a change of the type is lost protection, by name", async () => {
    await app("alter table pairs alter column a type varchar(99)");
    expect(await problem()).toMatch(/column type public\.pairs\.a: character varying\(99\).*text/);
    await database.replicate("primary", "standby", { copy: true }, soon(90_000));
    await until("sync", () => database.inSync("standby", soon()));
    expect(await problem()).toBe("none");
  }, 60_000);
});

describe("what a migration changes while the site is protected", () => {
  const migrations: Readonly<Record<string, string>> = {
    "unique index": "create unique index phones on customers (phone_number)",
    "partial index": "create index big on customers (amount) where amount > 100",
    "foreign key":
      "alter table staff add column boss int; alter table staff add foreign key (boss) references staff on delete set null",
    "function and trigger":
      "create function noop() returns trigger language plpgsql as $$ begin return null; end $$; create trigger late after insert on staff for each row execute function noop()",
    "trigger disabled": "alter table customers disable trigger audit",
    "function changed": "create or replace function double(int) returns int language sql immutable as 'select $1 + $1'",
    "view changed":
      "drop view open_customers; create view open_customers as select name, id, amount from customers; create view above as select name from open_customers",
    "check added": "alter table staff add constraint rich check (salary > 1)",
    "check dropped":
      "alter table customers drop constraint customers_name_check; insert into customers (name, amount) values (repeat('x', 39), 9)",
    "not null dropped":
      "alter table customers alter column name drop not null; insert into customers (amount) values (10)",
    "enum value":
      "alter type stage add value 'late' before 'paid'; alter type stage add value 'gone'; create table staged (id int primary key, stage stage)",
    "domain constraint":
      "alter domain positive add constraint low check (value < 1000); alter domain email drop constraint at; alter domain email drop not null",
    "new domain and type":
      "create domain code as char(3) check (value ~ '^[A-Z]'); create type money2 as (n numeric, c code); create table priced (id int primary key, price money2)",
    rights:
      "revoke select on customers from reporting; grant insert on staff to reporting; grant select on open_customers to reporting; alter default privileges grant usage on sequences to reporting",
    "row security":
      "create policy all_of_it on vault.secrets using (true); alter table book disable row level security; alter table staff enable row level security",
    "default and identity":
      "alter table staff alter column label set default 'none'; create sequence loose increment 5; alter sequence loose increment 7 cycle maxvalue 99",
    partition:
      "create table events_3 partition of events for values from ('2026-03-01') to ('2026-04-01'); insert into events values (9, '2026-03-09', 'z'); alter table events detach partition events_1",
    rule: "drop rule no_delete on staff; create rule quiet as on insert to book where new.id < 0 do instead nothing",
    "primary key": "create table keyed (id int); insert into keyed values (1); alter table keyed add primary key (id)",
    "materialized view": "create materialized view more as select 1 as one; create index more_one on more (one)",
    statistics: "drop statistics by_both; create statistics other (dependencies) on name, amount from customers",
  };
  for (const [what, sql] of Object.entries(migrations)) {
    it(`is carried: ${what}`, async () => {
      await app(sql);
      await carried();
      expect(await pair.sql("standby", catalogue)).toEqual(await pair.sql("primary", catalogue));
    }, 60_000);
  }

  it("is the same at both sites in the end, rows and all", async () => {
    for (const table of ["customers", "staff", "events", "keyed", "vault.secrets"])
      await same(`select t::text from ${table} t order by 1`);
    await expect(
      pair.sql(
        "standby",
        "set session_replication_role = origin; insert into customers (id, phone_number) overriding system value values (999, '11')",
      ),
    ).rejects.toThrow(/phones/);
  });

  it("is named where only a person can carry it, and gone once it is there", async () => {
    await app(
      "create function plus(int, int) returns int language sql as 'select $1 + $2'; create aggregate total (int) (sfunc = plus, stype = int)",
    );
    expect(await problem()).toMatch(/aggregate public\.total\(integer\).*by hand/);
    await pair.sql(
      "standby",
      "create aggregate total (int) (sfunc = plus, stype = int); alter aggregate total(int) owner to shop",
    );
    await carried();
    await app("grant select on staff to pg_monitor; grant select on staff to reporting");
    await pair.sql("primary", "create role only_here; grant select on book to only_here");
    expect(await problem()).toMatch(/there is no role only_here/);
    await pair.sql("standby", "create role only_here");
    await carried();
  }, 60_000);

  it("and a trigger that fires while receiving is named", async () => {
    await app("alter table staff enable always trigger late");
    expect(await problem()).toMatch(/trigger late on public\.staff fires while rows are received/);
    await app("alter table staff enable trigger late");
    await carried();
  }, 40_000);

  it("and a subscription that brings the source rows which nobody is sent on is named", async () => {
    const admin = (text: string) => pair.sql("primary", text);
    await admin(
      "create subscription feed connection 'host=127.0.0.1 port=1 connect_timeout=1' publication elsewhere with (connect = false, slot_name = 'feed')",
    );
    await app("create table arrivals (id int primary key)");
    await carried();
    await admin("select pg_replication_origin_create('elsewhere')");
    // What arrives by a subscription carries an origin, as this row does.
    await admin("select pg_replication_origin_session_setup('elsewhere'); insert into arrivals values (1)");
    await admin("insert into arrivals values (2)");
    const there = () => pair.sql("standby", "select id from arrivals");
    while ((await there()).length === 0) await sleep(50);
    expect(await there()).toEqual([{ id: 2 }]);
    expect(await problem()).not.toMatch(/subscription feed/);
    await admin("alter subscription feed enable");
    expect(await problem()).toMatch(/subscription feed brings rows/);
    await admin("alter subscription feed disable; alter subscription feed set (slot_name = none)");
    await admin("drop subscription feed");
    await app("drop table arrivals");
    await admin("select pg_replication_origin_drop('elsewhere')");
    await carried();
  }, 40_000);

  it("what only the follower has and could refuse rows is named, and goes by the person's word", async () => {
    await pair.sql("standby", "create unique index stricter on keyed (id); create table of_its_own (id int)");
    expect(await problem()).toMatch(/index public\.stricter.*only the follower has it/);
    expect(await find("table")).toMatchObject([{ object: "public.of_its_own", class: "harmless" }]);
    const left = await database.syncSchema("primary", "standby", soon(60_000));
    expect(left.filter((each) => each.class !== "harmless")).toEqual([]);
    expect(await pair.sql("standby", "select from pg_class where relname = 'stricter'")).toEqual([]);
    expect(await pair.sql("standby", "select from pg_class where relname = 'of_its_own'")).toHaveLength(1);
  }, 40_000);
});

describe("after all this", () => {
  it("a planned move and back keeps every row and the schema", async () => {
    const token = await database.fence("primary", soon());
    await database.awaitToken("standby", token, soon());
    await database.promote("standby", soon(60_000));
    await database.replicate("standby", "primary", { copy: false }, soon(60_000));
    await database.openWrites("standby", soon());
    await pair.sql(
      "standby",
      "insert into customers (name, phone_number, amount) values ('dora', '77', 7); insert into events values (1, '2026-02-07', 'n')",
      "app",
    );
    await same("select t::text from customers t order by 1");
    await same("select t::text from events t order by 1");
    // As the watch does every ten seconds.
    await database.adoptTables("standby", "primary", soon(60_000));
    const back = await database.compareSchemas("standby", "primary", soon());
    expect(back.filter((each) => each.class !== "harmless")).toEqual([]);
  }, 60_000);
});
