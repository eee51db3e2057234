import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PostgresDatabase } from "../../../../automation/adapters/postgres/database.ts";
import { requireSupported } from "../../../../automation/adapters/postgres/requirements.ts";
import { Session } from "../../../../automation/adapters/postgres/session.ts";
import { type PostgresPair, startPostgresPair } from "../../../support/postgres-pair.ts";

let pair: PostgresPair;
let database: PostgresDatabase;
const soon = (ms = 40_000): AbortSignal => AbortSignal.timeout(ms);
const kept = () => pair.sql("standby", "select id from orders");

async function client(as: "admin" | "app"): Promise<pg.Client> {
  const { host, port, name, adminUser, adminPassword, appUser, appPassword } = pair.endpoints.primary;
  const login =
    as === "admin" ? { user: adminUser, password: adminPassword } : { user: appUser, password: appPassword };
  const connection = new pg.Client({ host, port, database: name, ...login });
  connection.on("error", () => {});
  await connection.connect();
  return connection;
}

beforeAll(async () => {
  pair = await startPostgresPair(38, [], { max_replication_slots: "2", max_prepared_transactions: "4" });
  database = new PostgresDatabase({
    endpoints: { primary: async () => pair.endpoints.primary, standby: async () => pair.endpoints.standby },
    connectTimeoutMs: 1000,
    statementTimeoutMs: 4000,
  });
  await database.prepare("primary", true, soon());
  await database.prepare("standby", false, soon());
  await pair.sql("primary", "create table orders (id int primary key)", "app");
  await pair.sql("standby", "create table orders (id int primary key); insert into orders values (3)");
}, 60_000);
afterAll(() => pair?.[Symbol.asyncDispose](), 30_000);

describe("what is in the way of replication is named, with its remedy, before anything has changed", () => {
  it("a wrong password", async () => {
    const wrong = new PostgresDatabase({
      endpoints: {
        primary: async () => ({ ...pair.endpoints.primary, adminPassword: "hunter2" }),
        standby: async () => pair.endpoints.standby,
      },
    });
    const denied = await wrong.replicate("primary", "standby", { copy: true }, soon()).catch((error) => error);
    expect(denied).toMatchObject({ code: "denied", expected: expect.stringContaining("the stack's outputs") });
    expect(denied.message).toMatch(/127\.18\.250\.38:5432\/app: .*user "primary_admin".*28P01.*must be the one in/);
    expect(JSON.stringify(denied)).not.toContain("hunter2");
    expect(await kept()).toEqual([{ id: 3 }]);
  });

  it("slots that are all in use", async () => {
    for (const name of ["somebody", "elses"])
      await pair.sql("primary", `select pg_create_logical_replication_slot('${name}', 'pgoutput')`);
    const refused = await database.replicate("primary", "standby", { copy: true }, soon()).catch((error) => error);
    expect(refused).toMatchObject({ code: "refused", field: "max_replication_slots", value: "2" });
    expect(refused.message).toMatch(
      /no replication slot is free at 127\.18\.250\.38.*elses \(nobody reads it\), somebody/,
    );
    expect(refused.expected).toContain("pg_drop_replication_slot");
    expect(await kept()).toEqual([{ id: 3 }]);
    await pair.sql("primary", "select pg_drop_replication_slot('elses'), pg_drop_replication_slot('somebody')");
  });

  it("a long idle transaction, and a prepared one, that hold up a slot", async () => {
    const idle = await client("app");
    await idle.query("begin; insert into orders values (100)");
    await idle.query(`select 'the last thing that it did', '${"x".repeat(200)}', count(*) from orders`);
    await pair.sql("primary", "begin; insert into orders values (101); prepare transaction 'left behind'", "app");
    const late = await database.replicate("primary", "standby", { copy: true }, soon()).catch((error) => error);
    expect(late).toMatchObject({ code: "timeout", retryable: true, field: "open transactions" });
    expect(late.message).toMatch(
      /pid \d+ \(user shop, database app, idle in transaction, open for \d+ s, "select 'the last thing that it did', 'x+…"\)/,
    );
    expect(late.message).toMatch(/prepared transaction "left behind" \(user shop, database app, prepared/);
    expect(late.expected).toContain("pg_terminate_backend");
    expect(await kept()).toEqual([{ id: 3 }]);
    expect(await pair.sql("primary", "select slot_name from pg_replication_slots")).toEqual([]);
    await idle.end();
    await pair.sql("primary", "rollback prepared 'left behind'", "app");
  }, 40_000);

  it("a server that is too old", () => {
    expect(() => requireSupported(140_012, "14.12", "db:5432/app")).toThrow(
      /PostgreSQL 14\.12 at db:5432\/app is too old/,
    );
    expect(() => requireSupported(150_001, "15.1", "db:5432/app")).not.toThrow();
  });
});

describe("a lock that somebody holds", () => {
  it("ends a statement of the driver before it holds up everybody behind it", async () => {
    const holder = await client("admin");
    await holder.query("begin; lock table orders in access exclusive mode");
    const timeouts = { connect: 1000, statement: 4000 };
    await using session = await Session.open(pair.endpoints.primary, { signal: soon(), timeouts });
    const began = Date.now();
    await expect(session.run("alter table orders add column note text", [], 30_000)).rejects.toMatchObject({
      code: "timeout",
      retryable: true,
      message: expect.stringContaining("lock timeout"),
    });
    expect(Date.now() - began).toBeLessThan(4000);
    await holder.query("rollback");
    await holder.end();
    await sleep(50);
    await session.run("select 1");
  });
});
