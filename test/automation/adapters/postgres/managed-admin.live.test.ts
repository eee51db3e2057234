import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PostgresDatabase } from "../../../../automation/adapters/postgres/database.ts";
import { type PostgresPair, startPostgresPair } from "../../../support/postgres-pair.ts";

let pair: PostgresPair;
let database: PostgresDatabase;
const soon = (milliseconds = 30_000): AbortSignal => AbortSignal.timeout(milliseconds);
const app = (text: string) => pair.sql("primary", text, "app");
const adopt = () => database.adoptTables("primary", "standby", soon(60_000));
const password = "ops-and-nothing-more";

beforeAll(async () => {
  pair = await startPostgresPair(23);
  for (const site of ["primary", "standby"] as const) {
    await pair.sql(
      site,
      `create role ops login createdb createrole replication password '${password}';
       grant pg_read_all_data, pg_create_subscription to ops with admin option; alter database app owner to ops; alter schema public owner to ops`,
    );
  }
  const managed = (site: "primary" | "standby") => async () => ({
    ...pair.endpoints[site],
    adminUser: "ops",
    adminPassword: password,
  });
  database = new PostgresDatabase({ endpoints: { primary: managed("primary"), standby: managed("standby") } });
  await database.prepare("standby", false, soon());
  await database.prepare("primary", true, soon());
}, 60_000);
afterAll(() => pair?.[Symbol.asyncDispose](), 30_000);

async function until(what: string, check: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 25_000; Date.now() < end; await sleep(200)) if (await check()) return;
  throw new Error(`${what}: not within 25 s`);
}

describe("an administrator without superuser, as the clouds hand it out", () => {
  it("is told of tables that only a greater one could follow, before anything is published", async () => {
    await app(
      "create table hidden (id int primary key); alter table hidden enable row level security; insert into hidden values (1)",
    );
    await pair.sql(
      "primary",
      "create role stranger; create table public.foreign_owned (id int); alter table foreign_owned owner to stranger",
    );
    await expect(database.replicate("primary", "standby", { copy: true }, soon(60_000))).rejects.toMatchObject({
      code: "refused",
      message: expect.stringMatching(
        /row security of public\.hidden.*bypassrls.*public\.foreign_owned belongs to stranger/,
      ),
    });
    const published = "select from pg_publication_tables where pubname = 'pilotlight' and schemaname = 'public'";
    expect(await pair.sql("primary", published)).toEqual([]);
    await app("drop table hidden");
    await pair.sql("primary", "drop table foreign_owned");
  });

  it("protects everything else, and follows migrations", async () => {
    await app(
      "create table orders (id int primary key, note text); insert into orders values (1, 'a'), (2, 'b'); create table lines (note text); insert into lines values ('x')",
    );
    await database.replicate("primary", "standby", { copy: true }, soon(60_000));
    await until("sync", () => database.inSync("standby", soon()));
    await app("update lines set note = 'y'; create table later (id int, note text); insert into later values (1, 'l')");
    await app("update later set note = 'm'");
    expect(await adopt()).toEqual(["public.later"]);
    await app("alter table orders rename note to remark; alter table later add check (id > 0)");
    await app("update orders set remark = 'c' where id = 2; delete from later");
    await until("names", async () => {
      await adopt().catch(() => []);
      await database.heartbeat("primary", soon());
      const left = await database.compareSchemas("primary", "standby", soon());
      return left.every((each) => each.class === "harmless");
    });
    await until("rows", async () => {
      const rows = await pair.sql("standby", "select remark from orders order by id");
      return JSON.stringify(rows) === '[{"remark":"a"},{"remark":"c"}]';
    });
    await until("end of rows", async () => (await pair.sql("standby", "select from later")).length === 0);
  }, 60_000);

  it("gives a table that lost its key another identity at the next look", async () => {
    await app("alter table orders drop constraint orders_pkey");
    await adopt();
    await app("update orders set remark = 'd' where id = 1");
    await until("row", async () => (await pair.sql("standby", "select from orders where remark = 'd'")).length === 1);
  }, 40_000);
});
