import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PostgresDatabase } from "../../../../automation/adapters/postgres/database.ts";
import { type PostgresPair, startPostgresPair } from "../../../support/postgres-pair.ts";

let pair: PostgresPair;
let database: PostgresDatabase;
const soon = (): AbortSignal => AbortSignal.timeout(20_000);
const primary = async (text: string, as: "admin" | "app" = "admin") => await pair.sql("primary", text, as);
const rows = async (): Promise<number> => Number((await primary("select count(*) as n from orders"))[0]?.["n"]);

beforeAll(async () => {
  pair = await startPostgresPair(35, [], { max_prepared_transactions: "10" });
  database = new PostgresDatabase({
    endpoints: { primary: async () => pair.endpoints.primary, standby: async () => pair.endpoints.standby },
    connectTimeoutMs: 1000,
    statementTimeoutMs: 4000,
  });
  await database.prepare("primary", true, soon());
  await primary("create table orders (id int primary key, note text)", "app");
}, 60_000);
afterAll(() => pair?.[Symbol.asyncDispose](), 30_000);

/** A client of the application whose server process waits between the check of its login and its entry in the list of sessions. */
function slowLogin(seconds: number): pg.Client {
  const { host, port, name, appUser, appPassword } = pair.endpoints.primary;
  const options = `-c post_auth_delay=${seconds} -c default_transaction_read_only=off`;
  const client = new pg.Client({ host, port, database: name, user: appUser, password: appPassword, options });
  client.on("error", () => {});
  return client;
}

describe("the fence and clients on their way in", () => {
  it("waits for a client that was let in and is not listed yet, so that nothing is acknowledged after it", async () => {
    const client = slowLogin(2);
    // Acknowledged before the fence says that it stands, or never.
    const wrote = client
      .connect()
      .then(() => client.query("insert into orders values (1, 'on the way in')"))
      .catch(() => {});
    await sleep(600);
    const token = await database.fence("primary", soon());
    const atFence = await rows();
    await wrote;
    await client.end().catch(() => {});
    await sleep(300);
    expect(await rows()).toBe(atFence);
    expect(await database.fence("primary", soon())).toEqual(token);
  });

  it("is not held up by clients that are refused again and again", async () => {
    await database.openWrites("primary", soon());
    const stop = new AbortController();
    const knocking = Array.from({ length: 4 }, async () => {
      while (!stop.signal.aborted) {
        const client = slowLogin(0);
        await client.connect().catch(() => {});
        await client.end().catch(() => {});
      }
    });
    await sleep(200);
    const began = Date.now();
    await database.fence("primary", soon());
    expect(Date.now() - began).toBeLessThan(4000);
    stop.abort();
    await Promise.all(knocking);
  });

  it("gives a new token where somebody was found at a site that was fenced before", async () => {
    const before = await database.fence("primary", soon());
    // Somebody else opens it behind the driver's back, lets a client in, and closes it again.
    await primary("alter role shop login");
    const client = slowLogin(0);
    await client.connect();
    await primary("alter role shop nologin");
    await client.query("insert into orders values (2, 'behind the back')");
    const token = await database.fence("primary", soon());
    expect(token.lsn).not.toBe(before.lsn);
    await client.end().catch(() => {});
  });

  it("names the members of the application's role that it does not stop", async () => {
    await primary(`create role reporting login password 'r' in role shop; create role clerk nologin in role shop;
      create role boss superuser login; create role deputy login in role clerk`);
    const token = await database.fence("primary", soon());
    expect(token.notes).toEqual([expect.stringMatching(/not stopped by the fence at .*: deputy, reporting, who may/)]);
    await primary("drop role reporting; drop role deputy; drop role clerk; drop role boss");
    expect((await database.fence("primary", soon())).notes).toBeUndefined();
  });
});

describe("the fence and prepared transactions", () => {
  const prepare = (id: number, gid: string) =>
    primary(`begin; insert into orders values (${id}, 'prepared'); prepare transaction '${gid}'`, "app");
  const pending = async () => (await primary("select gid from pg_prepared_xacts order by 1")).map((row) => row["gid"]);

  it("refuses a planned move by name while one is pending, with nothing changed", async () => {
    await database.openWrites("primary", soon());
    await database.requireFenceable("primary", soon());
    await prepare(10, "payment-4711");
    await expect(database.requireFenceable("primary", soon())).rejects.toMatchObject({ code: "refused" });
    await expect(database.fence("primary", soon())).rejects.toMatchObject({
      code: "refused",
      message: expect.stringMatching(/"payment-4711" \(owner shop, database app, \d+ s old\)/),
      expected: expect.stringContaining("rollback prepared"),
    });
    expect(await database.isWritable("primary", soon())).toBe(true);
    expect(await pending()).toEqual(["payment-4711"]);
    await primary("select 1", "app");
  });

  it("lets one pass that its transaction manager ends by itself", async () => {
    await primary("rollback prepared 'payment-4711'");
    await prepare(11, "quick");
    const manager = sleep(700).then(() => primary("commit prepared 'quick'"));
    await database.fence("primary", soon());
    await manager;
    expect(await pending()).toEqual([]);
  });

  it("rolls one back in a forced move, as its owner, and says so", async () => {
    await database.openWrites("primary", soon());
    await prepare(12, "it''s pending");
    const token = await database.fence("primary", soon(), { endPrepared: true });
    expect(token.notes).toEqual([expect.stringMatching(/"it's pending" \(owner shop.*was rolled back/)]);
    expect(await pending()).toEqual([]);
    await expect(primary("commit prepared 'it''s pending'")).rejects.toThrow(/does not exist/);
    expect(await database.fence("primary", soon(), { endPrepared: true })).not.toHaveProperty("notes");
  });

  it("does so without being a superuser, and does not confirm where it may not", async () => {
    await primary("create role manager login createrole password 'm'; grant shop to manager with admin option");
    await primary(
      "grant all on all tables in schema pilotlight to manager; grant usage on schema pilotlight to manager",
    );
    await primary("grant pg_signal_backend, pg_monitor to manager");
    const managed = new PostgresDatabase({
      endpoints: {
        primary: async () => ({ ...pair.endpoints.primary, adminUser: "manager", adminPassword: "m" }),
        standby: async () => pair.endpoints.standby,
      },
    });
    await database.openWrites("primary", soon());
    await prepare(13, "of the application");
    const token = await managed.fence("primary", soon(), { endPrepared: true });
    expect(token.notes?.join()).toContain("of the application");
    await primary("begin; insert into orders values (14, 'x'); prepare transaction 'of the admin'");
    await expect(managed.fence("primary", soon(), { endPrepared: true })).rejects.toMatchObject({
      code: "refused",
      message: expect.stringMatching(/"of the admin" \(owner primary_admin.*can still be committed/),
    });
    await primary("rollback prepared 'of the admin'");
  });
});
