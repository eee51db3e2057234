import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PostgresDatabase } from "../../../../automation/adapters/postgres/database.ts";
import type { Site } from "../../../../stacks/outputs.ts";
import { type PostgresPair, startPostgresPair } from "../../../support/postgres-pair.ts";
import { strandedAt } from "../../../support/stranded-at.ts";

let pair: PostgresPair;
let database: PostgresDatabase;
const soon = (): AbortSignal => AbortSignal.timeout(20_000);

beforeAll(async () => {
  pair = await startPostgresPair();
  database = new PostgresDatabase({
    endpoints: { primary: async () => pair.endpoints.primary, standby: async () => pair.endpoints.standby },
    connectTimeoutMs: 1000,
    statementTimeoutMs: 4000,
  });
}, 60_000);
afterAll(() => pair?.[Symbol.asyncDispose](), 30_000);

async function until(what: string, check: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 15_000; Date.now() < end; await sleep(50)) if (await check()) return;
  throw new Error(`${what}: not within 15 s`);
}

async function count(site: Site, table: string): Promise<number> {
  return Number((await pair.sql(site, `select count(*) as n from ${table}`))[0]?.["n"]);
}

/** What an application's migration would make, with a bit of everything that is carried over. */
const schema = `
  create extension if not exists plpgsql;
  create type mood as enum ('sad', 'it''s ok', 'happy');
  create domain positive as int check (value > 0);
  create schema "Billing";
  create sequence loose_seq increment 5;
  create function next_code() returns text language sql as $$ select 'code-' || nextval('loose_seq') $$;
  create table customers (id bigserial primary key, name text not null default 'nobody', code text default next_code(), feeling mood default 'happy');
  create table orders (
    id int generated always as identity (start with 10), customer bigint not null references customers on delete cascade,
    amount numeric(10,2) check (amount >= 0), doubled numeric generated always as (amount * 2) stored, tags text[] default '{}', at timestamptz default now(),
    primary key (id), unique (customer, at));
  create index orders_by_amount on orders (amount desc) where amount > 100;
  create table "Billing"."Odd Name" (a int, b positive, note text);
  create view big_orders as select o.id, c.name from orders o join customers c on c.id = o.customer where amount > 100;
  create materialized view order_counts as select customer, count(*) as n from orders group by 1;
  create function touch() returns trigger language plpgsql as $$ begin new.name := upper(new.name); return new; end $$;
  create trigger customers_upper before insert on customers for each row execute function touch();
  grant select on customers to public;
`;

describe("PostgreSQL adapter, from first protection to failover and back", () => {
  it("prepares an active and a fenced site, twice", async () => {
    for (let round = 0; round < 2; round++) {
      await database.prepare("primary", true, soon());
      await database.prepare("standby", false, soon());
    }
    expect(await database.isWritable("primary", soon())).toBe(true);
    expect(await database.isWritable("standby", soon())).toBe(false);
    await expect(pair.sql("standby", "select 1", "app")).rejects.toThrow(/not permitted to log in/);
    await pair.sql("primary", schema, "app");
    await pair.sql("primary", "insert into customers (name) values ('ann'), ('bob')", "app");
    await pair.sql("primary", "insert into orders (customer, amount) values (1, 500), (2, 3)", "app");
    await pair.sql("primary", `insert into "Billing"."Odd Name" values (1, 2, 'x')`, "app");
    await database.prepare("primary", true, soon());
    await pair.sql("primary", `update "Billing"."Odd Name" set note = 'y'`, "app");
  });

  it("refuses to copy what it does not carry, by name", async () => {
    await pair.sql(
      "primary",
      "create function add(int, int) returns int language sql immutable as 'select $1 + $2'; create aggregate total (int) (sfunc = add, stype = int); select lo_create(4711)",
      "app",
    );
    await expect(database.replicate("primary", "standby", { copy: true }, soon())).rejects.toMatchObject({
      code: "refused",
      message: expect.stringMatching(
        /1 large objects.*aggregate public\.total\(integer\), which has to be made by hand/,
      ),
    });
    await pair.sql("primary", "drop aggregate total (int); drop function add; select lo_unlink(4711)", "app");
  });

  it("copies schema and rows, then streams; the same again changes nothing", async () => {
    await database.replicate("primary", "standby", { copy: true }, soon());
    await database.replicate("primary", "standby", { copy: true }, soon());
    await until("sync", () => database.inSync("standby", soon()));
    const query =
      "select c.name, c.code, c.feeling, o.id, o.amount, o.doubled from customers c join orders o on o.customer = c.id order by 1";
    expect(await pair.sql("standby", query)).toEqual(await pair.sql("primary", query));
    expect(await pair.sql("standby", "select * from big_orders")).toHaveLength(1);
    const owner = "select tableowner from pg_tables where tablename = 'orders'";
    expect(await pair.sql("standby", owner)).toEqual([{ tableowner: "shop" }]);
    await database.heartbeat("primary", soon());
    await until("heartbeat", async () => (await database.lag("standby", soon())).lastHeartbeatLsn !== undefined);
    const lag = await database.lag("standby", soon());
    expect(lag.streaming).toBe(true);
    expect(lag.seconds).toBeLessThan(5);
  });

  it("takes up a table made since when replication is asked for again", async () => {
    await pair.sql("primary", "create table later (id int primary key); insert into later values (1)", "app");
    await database.replicate("primary", "standby", { copy: false }, soon());
    await until(
      "sync",
      async () => (await database.inSync("standby", soon())) && (await count("standby", "later")) === 1,
    );
  });

  it("moves as planned: fence, token, promote, turn round without a copy, open", async () => {
    const busy = pair.sql("primary", "select pg_sleep(30)", "app");
    const cut = expect(busy).rejects.toThrow();
    const token = await database.fence("primary", soon());
    await cut;
    expect(await database.fence("primary", soon())).toEqual(token);
    await expect(pair.sql("primary", "select 1", "app")).rejects.toThrow();
    await database.awaitToken("standby", token, soon());
    const evidence = await database.promote("standby", soon());
    expect(await database.promote("standby", soon())).toEqual(evidence);
    expect(evidence.lastAppliedLsn).toBe(token.lsn);
    expect(evidence.sequences).toContainEqual({ name: "public.customers_id_seq", value: "1002" });
    expect(evidence.sequences).toContainEqual({ name: "public.loose_seq", value: "5006" });
    expect(await strandedAt(database, "primary", soon())).toEqual([]);
    await database.replicate("standby", "primary", { copy: false }, soon());
    await database.replicate("standby", "primary", { copy: false }, soon());
    await database.openWrites("standby", soon());
    await pair.sql("standby", "insert into customers (name) values ('carl')", "app");
    expect(await pair.sql("standby", "select id, name from customers where id > 2")).toEqual([
      { id: "1003", name: "CARL" },
    ]);
    await until("the row at home", async () => (await count("primary", "customers")) === 3);
    await expect(database.openWrites("primary", soon())).rejects.toMatchObject({ code: "refused" });
    // Nothing echoes: what came from the standby stays one row there.
    await sleep(300);
    expect(await count("standby", "customers")).toBe(3);
  });

  it("moves back the same way", async () => {
    await database.heartbeat("standby", soon());
    const token = await database.fence("standby", soon());
    await database.awaitToken("primary", token, soon());
    await database.promote("primary", soon());
    await database.replicate("primary", "standby", { copy: false }, soon());
    await database.openWrites("primary", soon());
    await pair.sql("primary", "insert into customers (name) values ('dora')", "app");
    await until("the row at the standby", async () => (await count("standby", "customers")) === 4);
    const slots = "select slot_name::text from pg_replication_slots";
    expect(await pair.sql("primary", slots)).toEqual([{ slot_name: "pilotlight_standby" }]);
    expect(await pair.sql("standby", slots)).toEqual([]);
  });

  it("tells at once that a token cannot arrive where nothing is received", async () => {
    const token = { site: "standby" as const, lsn: "FFFF/0", at: new Date().toISOString() };
    await expect(database.awaitToken("primary", token, soon())).rejects.toMatchObject({ code: "refused" });
    const late = { site: "primary" as const, lsn: "FFFF/0", at: new Date().toISOString() };
    await expect(database.awaitToken("standby", late, AbortSignal.timeout(300))).rejects.toMatchObject({
      code: "timeout",
    });
  });

  it("promotes by force and names all 17 writes that never arrived", async () => {
    await database.heartbeat("primary", soon());
    await until("heartbeat", async () => ((await database.lag("standby", soon())).seconds ?? 99) < 2);
    await pair.sql("primary", "insert into customers (name) values ('applied, perhaps not confirmed')", "app");
    await until("the row", async () => (await count("standby", "customers")) === 5);
    await pair.sql("standby", "alter subscription pilotlight_standby disable");
    await sleep(200);
    for (let index = 0; index < 15; index++)
      await pair.sql("primary", `insert into customers (name) values ('lost ${index}')`, "app");
    await pair.sql("primary", "update orders set amount = 7 where id = 10; delete from orders where id = 11", "app");
    await database.heartbeat("primary", soon());

    await pair.signal("primary", "SIGSTOP");
    const began = Date.now();
    await expect(database.fence("primary", AbortSignal.timeout(15_000))).rejects.toMatchObject({ code: "timeout" });
    expect(Date.now() - began).toBeLessThan(1500);
    await expect(database.lag("primary", AbortSignal.timeout(200))).rejects.toMatchObject({ code: "timeout" });
    const evidence = await database.promote("standby", soon());
    expect(evidence.originLsn).toMatch(/^[0-9A-F]+\/[0-9A-F]+$/);
    await database.openWrites("standby", soon());
    await pair.sql("standby", "insert into customers (name) values ('after')", "app");
    await pair.signal("primary", "SIGCONT");

    await database.fence("primary", soon());
    for (let round = 0; round < 2; round++) {
      const lost = await strandedAt(database, "primary", soon());
      expect(lost).toHaveLength(17);
      expect(lost[0]).toMatchObject({
        schema: "public",
        table: "customers",
        kind: "insert",
        after: { name: "LOST 0" },
      });
      expect(lost[0]?.key).toEqual({ id: expect.stringMatching(/^\d+$/) });
      expect(lost[15]).toMatchObject({
        table: "orders",
        kind: "update",
        key: { id: "10" },
        before: { amount: "500.00" },
        after: { amount: "7.00" },
      });
      expect(lost[16]).toMatchObject({ kind: "delete", key: { id: "11" }, before: { amount: "3.00" } });
    }
    await expect(database.replicate("standby", "primary", { copy: false }, soon())).rejects.toMatchObject({
      code: "refused",
    });
  });

  it("reprotects the diverged site with a full copy while writes go on", async () => {
    await pair.sql("primary", "alter table later add column odd int; create table only_here (id int)");
    await database.replicate("standby", "primary", { copy: true }, soon());
    await until("sync", () => database.inSync("primary", soon()));
    await pair.sql("standby", "insert into later values (77)", "app");
    await until("row", async () => (await count("primary", "later")) === 2);
    const names = "select id, name from customers order by id";
    expect(await pair.sql("primary", names)).toEqual(await pair.sql("standby", names));
    expect(await strandedAt(database, "primary", soon())).toEqual([]);
    expect(await database.isWritable("primary", soon())).toBe(false);
  });

  it("refuses to overwrite a writable site", async () => {
    await expect(database.replicate("primary", "standby", { copy: true }, soon())).rejects.toMatchObject({
      code: "refused",
    });
  });

  it("tells refused connections and wrong passwords apart, without the password", async () => {
    const wrong = (change: object) =>
      new PostgresDatabase({
        endpoints: {
          primary: async () => ({ ...pair.endpoints.primary, ...change }),
          standby: async () => pair.endpoints.standby,
        },
      });
    const nobody = wrong({ port: 1 }).isWritable("primary", soon());
    await expect(nobody).rejects.toMatchObject({ code: "unreachable", retryable: true });
    const denied = await wrong({ adminPassword: "hunter2-secret" })
      .isWritable("primary", soon())
      .catch((error) => error);
    expect(denied).toMatchObject({ code: "denied", retryable: false });
    expect(JSON.stringify(denied)).not.toContain("hunter2");
  });
});
