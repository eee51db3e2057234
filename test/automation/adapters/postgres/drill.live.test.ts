import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PostgresDatabases } from "../../../../automation/adapters/postgres/databases.ts";
import { drillPassword } from "../../../../automation/adapters/postgres/names.ts";
import { type PostgresPair, startPostgresPair } from "../../../support/postgres-pair.ts";

let pair: PostgresPair;
let database: PostgresDatabases;
const soon = (): AbortSignal => AbortSignal.timeout(60_000);

/** A trigger that would act on rows that arrive, a key across tables in the wrong order, and values that a copy could spoil. */
const schema = `
  create table a_orders (id bigserial primary key, customer bigint not null, doubled numeric generated always as (customer * 2) stored, note text);
  create table customers (id bigserial primary key, name text, raw bytea, at timestamptz default now(), unique (name));
  alter table a_orders add constraint placed_by foreign key (customer) references customers;
  create table numbered (id int generated always as identity, v float8, tags text[]);
  create table nothing (id int primary key);
  create function shout() returns trigger language plpgsql as $$ begin new.name := new.name || '!'; return new; end $$;
  create trigger shouting before insert on customers for each row execute function shout();
  create view named_orders as select o.id, c.name from a_orders o join customers c on c.id = o.customer;
  insert into customers (name, raw) select 'tab' || chr(9) || 'line' || chr(10) || i, decode('00ff5c', 'hex') from generate_series(1, 5000) i;
  insert into a_orders (customer, note) select 1 + i % 5000, case when i % 7 = 0 then null else 'N' end from generate_series(1, 20000) i;
  insert into numbered (v, tags) values (1e-310, '{a,NULL,"b c"}'), ('NaN', null);
`;
const contents = `select (select md5(string_agg(t::text, '|' order by id)) from customers t) as customers,
  (select md5(string_agg(t::text, '|' order by id)) from a_orders t) as orders, (select string_agg(t::text, '|' order by id) from numbered t) as numbered`;
const subscription =
  "select s.oid, s.subname, subenabled, subslotname, t.pid from pg_subscription s join pg_stat_subscription t on t.subid = s.oid and t.relid is null where coalesce(to_jsonb(t) ->> 'worker_type', 'apply') = 'apply' order by s.subname";
const databases = "select datname from pg_database where datname like '%drill%' order by 1";

beforeAll(async () => {
  pair = await startPostgresPair(31, ["billing"]);
  const { primary, standby } = pair.endpoints;
  database = new PostgresDatabases({ endpoints: { primary: async () => primary, standby: async () => standby } });
  await database.prepare("standby", false, soon());
  await database.prepare("primary", true, soon());
  await pair.sql("primary", schema, "app");
  await pair.sql(
    "primary",
    "create table bills (id bigserial primary key); insert into bills default values",
    "app",
    "billing",
  );
  await database.replicate("primary", "standby", { copy: true }, soon());
  for (const end = Date.now() + 30_000; !(await database.inSync("standby", soon())); await sleep(100))
    if (Date.now() > end) throw new Error("not in sync within 30 s");
  await database.heartbeat("primary", soon());
}, 120_000);
afterAll(() => pair?.[Symbol.asyncDispose](), 30_000);

const asDrill = async (name: string, text: string) => {
  const { default: pg } = await import("pg");
  const { host, port, adminPassword } = pair.endpoints.standby;
  const client = new pg.Client({
    host,
    port,
    database: name,
    user: "pilotlight_drill",
    password: drillPassword(adminPassword),
  });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
};

describe("a drill's copy", () => {
  it("holds what the replica holds, promoted and used, and the replica only was read", async () => {
    const before = await pair.sql("standby", contents);
    const receiving = await pair.sql("standby", subscription);
    const copies = await database.makeDrillCopies("standby", soon());
    expect(copies).toMatchObject([
      { database: "app", copy: "app_drill", tables: 4, rows: 25_002 },
      { database: "billing", copy: "billing_drill", tables: 1, rows: 1 },
    ]);
    expect(await pair.sql("standby", contents, "admin", "app_drill")).toEqual(before);
    // As after a failover: past what the old site may have given out.
    expect(copies[0]?.sequences).toContainEqual({ name: "public.customers_id_seq", value: "6000" });
    expect(await asDrill("app_drill", "insert into customers (name) values ('new') returning id, name")).toEqual([
      { id: "6001", name: "new!" },
    ]);
    await expect(asDrill("app_drill", "insert into a_orders (customer) values (999999)")).rejects.toThrow(/placed_by/);
    expect(await asDrill("app_drill", "select count(*)::int as n from named_orders")).toEqual([{ n: 20_000 }]);

    expect(await pair.sql("standby", contents)).toEqual(before);
    expect(await pair.sql("standby", subscription)).toEqual(receiving);
    expect(await database.isWritable("standby", soon())).toBe(false);
    expect(await database.inSync("standby", soon())).toBe(true);
    await pair.sql("primary", "insert into nothing values (1)", "app");
    await expect.poll(() => pair.sql("standby", "select id from nothing"), { timeout: 10_000 }).toEqual([{ id: 1 }]);
    expect(await pair.sql("standby", "select id from nothing", "admin", "app_drill")).toEqual([]);
  });

  it("lets nobody in but the admin and the drill, and the drill write nowhere else", async () => {
    await expect(pair.sql("standby", "select 1", "app", "app_drill")).rejects.toThrow(/not permitted to log in/);
    for (const text of ["insert into nothing values (2)", "delete from customers", "create table public.mine (id int)"])
      await expect(asDrill("app", text)).rejects.toThrow(/permission denied/);
  });

  it("is made anew where one was left, and is gone with its role when it is dropped, twice", async () => {
    const [again] = await database.makeDrillCopies("standby", soon());
    expect(again).toMatchObject({ rows: 25_003, tables: 4 });
    expect(await database.dropDrillCopies("standby", soon())).toEqual(["billing_drill", "app_drill"]);
    expect(await pair.sql("standby", databases)).toEqual([]);
    expect(await pair.sql("standby", "select from pg_roles where rolname = 'pilotlight_drill'")).toEqual([]);
    expect(await database.dropDrillCopies("standby", soon())).toEqual([]);
  });

  it("leaves nothing that the next one trips over, whenever it is broken off", async () => {
    for (const milliseconds of [30, 80, 150, 300, 600]) {
      const broken = await database
        .makeDrillCopies("standby", AbortSignal.timeout(milliseconds))
        .catch((error: unknown) => error);
      if (broken instanceof Error) expect(broken).toMatchObject({ code: "timeout" });
    }
    expect(await database.makeDrillCopies("standby", soon())).toMatchObject([{ rows: 25_003 }, { rows: 1 }]);
    await database.dropDrillCopies("standby", soon());
    expect(await pair.sql("standby", databases)).toEqual([]);
  });

  it("needs no superuser: an admin as managed services hand it out will do", async () => {
    const password = "ops-and-nothing-more";
    await pair.sql(
      "standby",
      `create role ops login createdb createrole password '${password}'; grant shop to ops with admin option`,
    );
    for (const name of ["app", "billing"])
      await pair.sql(
        "standby",
        "grant usage on schema pilotlight to ops; grant select on all tables in schema pilotlight to ops",
        "admin",
        name,
      );
    const standby = { ...pair.endpoints.standby, adminUser: "ops", adminPassword: password };
    const managed = new PostgresDatabases({
      endpoints: { primary: async () => pair.endpoints.primary, standby: async () => standby },
    });
    expect(await managed.makeDrillCopies("standby", soon())).toMatchObject([{ rows: 25_003 }, { rows: 1 }]);
    expect(await managed.dropDrillCopies("standby", soon())).toEqual(["billing_drill", "app_drill"]);
    expect(await pair.sql("standby", "select from pg_roles where rolname = 'pilotlight_drill'")).toEqual([]);
  });

  it("is refused where its name is somebody else's, who keeps it", async () => {
    await pair.sql("standby", "create database app_drill");
    for (const verb of ["makeDrillCopies", "dropDrillCopies"] as const)
      await expect(database[verb]("standby", soon())).rejects.toMatchObject({ code: "refused", value: "app_drill" });
    expect(await pair.sql("standby", databases)).toEqual([{ datname: "app_drill" }]);
    await pair.sql("standby", "drop database app_drill");
    await database.dropDrillCopies("standby", soon());
  });

  it("is refused where everybody may write the replica", async () => {
    await pair.sql("standby", "grant insert on nothing to public");
    await expect(database.makeDrillCopies("standby", soon())).rejects.toMatchObject({
      code: "refused",
      message: expect.stringContaining("everybody may write public.nothing"),
    });
    expect(await pair.sql("standby", databases)).toEqual([]);
    await pair.sql("standby", "revoke insert on nothing from public");
    await database.dropDrillCopies("standby", soon());
  });
});
