import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type DatabaseCase, openCase, soon } from "../../../support/database-case.ts";
import { type PostgresPair, startPostgresPair } from "../../../support/postgres-pair.ts";
import { strandedAt } from "../../../support/stranded-at.ts";

const tables = ["orders", "lines", "events"] as const;

let pair: PostgresPair;
beforeAll(async () => {
  pair = await startPostgresPair(44);
}, 60_000);
afterAll(() => pair?.[Symbol.asyncDispose](), 30_000);

/** One client per table that writes as fast as it can; `id` and whether it was told of success. */
async function startClients(each: DatabaseCase) {
  const { host, port, name, appUser, appPassword } = await each.endpoint("primary");
  const sent = new Map(tables.map((table) => [table, new Map<number, boolean>()]));
  const stop = { now: false };
  const done = tables.map(async (table) => {
    const client = new pg.Client({ host, port, database: name, user: appUser, password: appPassword });
    client.on("error", () => {});
    await client.connect();
    const ids = sent.get(table);
    try {
      for (let id = 1; !stop.now; id++) {
        ids?.set(id, false);
        await client.query(`insert into ${table} values ($1, $2)`, [id, `${table} ${id}`]);
        ids?.set(id, true);
      }
    } catch {
      // The fence ended it in the middle of a write: nobody knows of that one.
    } finally {
      await client.end().catch(() => {});
    }
  });
  return { sent, stop, done: Promise.all(done) };
}

it("names exactly the writes that clients were told of and that are not at the standby, table by table, whenever the primary dies", async () => {
  let lost = 0;
  for (let kill = 0; kill < 10; kill++) {
    await using each = await openCase(pair, `kill_${kill}`);
    await each.database.prepare("primary", true, soon());
    const ddl = tables.map((table) => `create table ${table} (id int primary key, note text)`);
    await each.sql("primary", ddl.join("; "), "app");
    await each.protect();
    const { sent, stop, done } = await startClients(each);
    await sleep(100 + kill * 37);
    if (kill % 2 === 1) await each.cut("standby");
    await sleep(kill * 11);
    await pair.signal("primary", "SIGSTOP");
    stop.now = true;
    try {
      await each.database.promote("standby", soon());
      await each.database.openWrites("standby", soon());
    } finally {
      await pair.signal("primary", "SIGCONT");
    }
    await each.database.fence("primary", soon());
    await done;
    const writes = await strandedAt(each.database, "primary");
    for (const table of tables) {
      const there = new Set((await each.sql("standby", `select id from ${table}`)).map(({ id }) => Number(id)));
      const ids = [...(sent.get(table) ?? [])];
      const told = new Set(ids.filter(([, acknowledged]) => acknowledged).map(([id]) => id));
      const unanswered = new Set(ids.filter(([, acknowledged]) => !acknowledged).map(([id]) => id));
      const expected = [...told].filter((id) => !there.has(id)).toSorted((a, b) => a - b);
      const named = writes.filter((write) => write.table === table).map(({ key }) => Number(key["id"]));
      expect(
        named.filter((id) => !unanswered.has(id)),
        `${table}, kill ${kill}`,
      ).toEqual(expected);
      expect(named.filter((id) => there.has(id))).toEqual([]);
      lost += expected.length;
    }
  }
  expect(lost).toBeGreaterThan(20);
}, 240_000);
