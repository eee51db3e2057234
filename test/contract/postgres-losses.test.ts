import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { StrandedWrite } from "../../automation/ports/database.ts";
import { type DatabaseCase, openCase, soon, until } from "./support/database-case.ts";
import { type PostgresPair, startPostgresPair } from "./support/postgres-pair.ts";

let pair: PostgresPair;
beforeAll(async () => {
  pair = await startPostgresPair(41);
}, 60_000);
afterAll(() => pair?.[Symbol.asyncDispose](), 30_000);

async function lossesOf(each: DatabaseCase): Promise<StrandedWrite[]> {
  const found: StrandedWrite[] = [];
  const account = await each.database.stranded("primary", async (write) => void found.push(write), soon());
  expect(account.unaccounted).toEqual([]);
  return found;
}

async function takeOver(each: DatabaseCase): Promise<void> {
  await each.database.fence("primary", soon());
  await each.database.promote("standby", soon());
  await each.database.openWrites("standby", soon());
}

describe("what a forced failover loses", () => {
  it("counts rows of a table that the standby never followed (fault 2)", async () => {
    await using each = await openCase(pair, "never_followed");
    await each.database.prepare("primary", true, soon());
    await each.sql("primary", "create table notes (id int primary key, note text)", "app");
    await each.protect();
    await each.sql("standby", "create table orders (id int primary key, note text)");
    await each.sql(
      "primary",
      "create table orders (id int primary key, note text); insert into orders select i, 'order ' || i from generate_series(1, 50) i",
      "app",
    );
    await each.beat("primary");
    await takeOver(each);
    expect(await lossesOf(each)).toHaveLength(50);
  });

  it("counts rows of a table whose first copy is unfinished (fault 3)", async () => {
    await using each = await openCase(pair, "copy_unfinished");
    await each.database.prepare("primary", true, soon());
    await each.sql("primary", "create table notes (id int primary key, note text)", "app");
    await each.protect();
    await each.sql("standby", "create table late (id int primary key, note text, check (note = 'never'))");
    await each.sql(
      "primary",
      "create table late (id int primary key, note text); insert into late select i, 'row ' || i from generate_series(1, 500) i",
      "app",
    );
    await each.sql("standby", "alter subscription pilotlight_standby refresh publication");
    await until(
      "a copy that does not end",
      async () => (await each.database.lag("standby", soon())).copying.length === 1,
    );
    await each.beat("primary");
    await takeOver(each);
    expect(await lossesOf(each)).toHaveLength(500);
  });

  it("compares row by row where the slot is gone (fault 4)", async () => {
    await using each = await openCase(pair, "slot_gone");
    await each.database.prepare("primary", true, soon());
    await each.sql(
      "primary",
      "create table notes (id int primary key, note text); insert into notes select i, 'note ' || i from generate_series(1, 100) i",
      "app",
    );
    await each.protect();
    await each.cut("standby");
    await each.sql(
      "primary",
      "insert into notes values (101, 'lost'); update notes set note = 'lost too' where id = 5",
      "app",
    );
    await takeOver(each);
    await each.sql(
      "primary",
      "select pg_drop_replication_slot(slot_name) from pg_replication_slots where database = 'slot_gone'",
    );
    expect(await lossesOf(each)).toHaveLength(2);
  });
});
