import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PostgresDatabase } from "../../../../automation/adapters/postgres/database.ts";
import { PostgresDatabases } from "../../../../automation/adapters/postgres/databases.ts";
import type { DatabaseEndpoint, Site } from "../../../../stacks/outputs.ts";
import { type PostgresPair, startPostgresPair } from "../../../support/postgres-pair.ts";
import { strandedAt } from "../../../support/stranded-at.ts";

/** A name that no slot could have. */
const second = "Mindex-2";
const names = ["app", second] as const;

let pair: PostgresPair;
let databases: PostgresDatabases;
/** Further databases that the stacks declare by now. */
let declared: string[] = [second];
const soon = (): AbortSignal => AbortSignal.timeout(20_000);
const endpoint = async (site: Site): Promise<DatabaseEndpoint> => ({ ...pair.endpoints[site], additional: declared });

beforeAll(async () => {
  pair = await startPostgresPair(5, [second, "late"]);
  const endpoints = { primary: () => endpoint("primary"), standby: () => endpoint("standby") };
  databases = new PostgresDatabases({ endpoints, connectTimeoutMs: 1000, statementTimeoutMs: 4000 });
}, 60_000);
afterAll(() => pair?.[Symbol.asyncDispose](), 30_000);

async function until(what: string, check: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 15_000; Date.now() < end; await sleep(50)) if (await check()) return;
  throw new Error(`${what}: not within 15 s`);
}

const write = (site: Site, name: string, note: string) =>
  pair.sql(site, `insert into notes (note) values ('${note}')`, "app", name);
const notes = async (site: Site, name: string) =>
  (await pair.sql(site, "select note from notes order by id", "admin", name)).map((row) => row["note"]);
const finals = async (site: Site, name: string) =>
  pair.sql(site, `select lsn from pilotlight.heartbeat where site = '${site}' and kind = 'final'`, "admin", name);

async function move(from: Site, to: Site): Promise<void> {
  const token = await databases.fence(from, soon());
  await databases.awaitToken(to, token, soon());
  await databases.promote(to, soon());
  await databases.replicate(to, from, { copy: false }, soon());
  await databases.openWrites(to, soon());
}

describe("two databases of one application, on real servers", () => {
  it("prepares, copies and follows both, each by a slot of its own", async () => {
    await databases.prepare("standby", false, soon());
    await databases.prepare("primary", true, soon());
    for (const name of names) {
      await pair.sql("primary", "create table notes (id bigserial primary key, note text)", "app", name);
      await write("primary", name, `first of ${name}`);
    }
    await databases.replicate("primary", "standby", { copy: true }, soon());
    await databases.replicate("primary", "standby", { copy: true }, soon());
    await until("sync", () => databases.inSync("standby", soon()));
    for (const name of names) expect(await notes("standby", name)).toEqual([`first of ${name}`]);
    const slots = await pair.sql(
      "primary",
      "select slot_name::text as name, database::text from pg_replication_slots order by 2",
    );
    expect(slots).toEqual([
      { name: expect.stringMatching(/^pilotlight_standby_[0-9a-f]{10}$/), database: second },
      { name: "pilotlight_standby", database: "app" },
    ]);
    await databases.heartbeat("primary", soon());
    await until("heartbeats", async () => (await databases.lag("standby", soon())).seconds !== undefined);
  });

  it("is never cut off by being prepared again, and tells the lag of the worst", async () => {
    const busy = pair.sql("primary", "select pg_sleep(1.5)", "app", second);
    await databases.prepare("primary", true, soon());
    await busy;
    await pair.sql("standby", "alter subscription pilotlight_standby disable", "admin", second);
    await sleep(1200);
    await databases.heartbeat("primary", soon());
    await until("a heartbeat in one", async () => {
      const here = new PostgresDatabase({
        endpoints: { primary: () => endpoint("primary"), standby: () => endpoint("standby") },
      });
      return ((await here.lag("standby", soon())).seconds ?? 99) < 1;
    });
    const lag = await databases.lag("standby", soon());
    expect(lag.seconds).toBeGreaterThan(1);
    expect(lag.streaming).toBe(false);
    expect(await databases.inSync("standby", soon())).toBe(false);
    await pair.sql("standby", "alter subscription pilotlight_standby enable", "admin", second);
    await until("both stream", async () => (await databases.lag("standby", soon())).streaming);
  });

  it("takes up new tables of either, by name", async () => {
    await pair.sql("primary", "create table later (id int primary key)", "app", second);
    expect(await databases.adoptTables("primary", "standby", soon())).toEqual([`${second}/public.later`]);
    await until("sync", () => databases.inSync("standby", soon()));
  });

  it("waits for the proof of every database, not of the first", async () => {
    await pair.sql("standby", "alter subscription pilotlight_standby disable", "admin", second);
    for (const name of names) await write("primary", name, `last of ${name}`);
    const token = await databases.fence("primary", soon());
    expect(await databases.fence("primary", soon())).toEqual(token);
    for (const name of names)
      await expect(write("primary", name, "too late")).rejects.toThrow(/not permitted to log in/);
    const patience = databases.awaitToken("standby", token, AbortSignal.timeout(1500));
    await expect(patience).rejects.toMatchObject({ code: "refused" });
    await pair.sql("standby", "alter subscription pilotlight_standby enable", "admin", second);
    await databases.awaitToken("standby", token, soon());
    for (const name of names) expect((await notes("standby", name)).at(-1)).toBe(`last of ${name}`);
    await databases.openWrites("primary", soon());
  });

  it("leaves no token of an earlier fence in any database, whenever it is interrupted", async () => {
    await databases.fence("primary", soon());
    for (const name of names) expect(await finals("primary", name)).toHaveLength(1);
    // Killed after the tokens went and before the role was let in.
    const further = new PostgresDatabase({
      endpoints: {
        primary: async () => ({ ...pair.endpoints.primary, name: second }),
        standby: async () => ({ ...pair.endpoints.standby, name: second }),
      },
      further: second,
    });
    await further.dropTokens("primary", soon());
    const again = await databases.fence("primary", soon());
    await databases.awaitToken("standby", again, soon());
    await databases.openWrites("primary", soon());
    for (const name of names) expect(await finals("primary", name)).toEqual([]);
  });

  it("moves away and home without losing a row of either", async () => {
    await move("primary", "standby");
    for (const name of names) await write("standby", name, `away in ${name}`);
    await move("standby", "primary");
    for (const name of names) {
      await write("primary", name, `home in ${name}`);
      const all = [`first of ${name}`, `last of ${name}`, `away in ${name}`, `home in ${name}`];
      expect(await notes("primary", name)).toEqual(all);
      await until("the row", async () => (await notes("standby", name)).length === all.length);
    }
    expect(await pair.sql("standby", "select slot_name from pg_replication_slots")).toEqual([]);
  });

  it("promotes by force, refuses writes while one still follows, and names what was lost in which", async () => {
    for (const name of names) await pair.sql("standby", "alter subscription pilotlight_standby disable", "admin", name);
    for (const name of names) await write("primary", name, `lost in ${name}`);
    await databases.fence("primary", soon());
    const main = new PostgresDatabase({
      endpoints: { primary: () => endpoint("primary"), standby: () => endpoint("standby") },
    });
    await main.promote("standby", soon());
    await expect(databases.openWrites("standby", soon())).rejects.toMatchObject({ code: "refused" });
    const evidence = await databases.promote("standby", soon());
    expect(evidence.sequences.map(({ name }) => name)).toEqual([
      "public.notes_id_seq",
      `${second}/public.notes_id_seq`,
    ]);
    await databases.openWrites("standby", soon());
    const lost = await strandedAt(databases, "primary", soon());
    expect(lost.map(({ database, table, after }) => [database, table, after?.["note"]])).toEqual([
      [undefined, "notes", "lost in app"],
      [second, "notes", `lost in ${second}`],
    ]);
    expect(lost[1]?.key).toEqual({ id: expect.stringMatching(/^\d+$/) });
    await databases.replicate("standby", "primary", { copy: true }, soon());
    await until("sync", () => databases.inSync("primary", soon()));
    expect(await strandedAt(databases, "primary", soon())).toEqual([]);
  });

  it("takes in a database that is declared later: not in sync until it has been made to follow", async () => {
    declared = [second, "late"];
    await pair
      .sql("standby", "create table notes (id bigserial primary key, note text)", "app", "late")
      .catch(() => {});
    const lag = await databases.lag("primary", soon());
    expect(lag).toMatchObject({ streaming: false, seconds: undefined });
    await databases.fence("primary", soon());
    expect(await strandedAt(databases, "primary", soon())).toEqual([]);
    await databases.prepare("primary", false, soon());
    await databases.prepare("standby", true, soon());
    await pair.sql("standby", "create table more (id int primary key); insert into more values (7)", "app", "late");
    await databases.replicate("standby", "primary", { copy: true }, soon());
    await until("sync", () => databases.inSync("primary", soon()));
    expect(await pair.sql("primary", "select id from more", "admin", "late")).toEqual([{ id: 7 }]);
  });

  it("refuses a server of another kind by name, before it talks to it", async () => {
    const other = new PostgresDatabases({
      endpoints: {
        primary: async () => ({ ...pair.endpoints.primary, engine: "sqlserver", port: 1 }),
        standby: async () => pair.endpoints.standby,
      },
    });
    for (const refused of [
      other.isWritable("primary", soon()),
      other.fence("primary", soon()),
      other.lag("primary", soon()),
      other.heartbeat("primary", soon()),
    ])
      await expect(refused).rejects.toMatchObject({ code: "refused", field: "database.engine" });
  });
});
