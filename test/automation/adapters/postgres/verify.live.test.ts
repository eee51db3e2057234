import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { VerifyDifference } from "../../../../automation/ports/database-audit.ts";
import { type DatabaseCase, openCase, soon } from "../../../support/database-case.ts";
import { type PostgresPair, startPostgresPair } from "../../../support/postgres-pair.ts";

let pair: PostgresPair;
let each: DatabaseCase;
beforeAll(async () => {
  pair = await startPostgresPair(42);
  each = await openCase(pair, "verified");
  await each.database.prepare("primary", true, soon());
  await each.sql(
    "primary",
    `create table notes (id int primary key, note text); insert into notes select i, 'note ' || i from generate_series(1, 9000) i;
     create table named (name text primary key, n numeric); insert into named select 'Straße ' || i, i from generate_series(1, 3000) i;
     create table loose (a int, b text); insert into loose select i % 100, 'x' from generate_series(1, 1000) i;
     create table empty (id int primary key)`,
    "app",
  );
  await each.protect();
}, 120_000);
afterAll(async () => {
  await each?.[Symbol.asyncDispose]();
  await pair?.[Symbol.asyncDispose]();
}, 60_000);

async function verify(options: { readonly rowsPerSecond?: number; readonly only?: string } = {}) {
  const found: VerifyDifference[] = [];
  const result = await each.database.verify(
    { from: "primary", to: "standby", ...options, take: (difference) => found.push(difference) },
    AbortSignal.timeout(100_000),
  );
  return { result, found };
}

describe("verify", () => {
  it("says equal while the application writes, at the rate that it is told", async () => {
    let writing = true;
    const writer = (async () => {
      for (let n = 0; writing; n++) {
        await each.sql(
          "primary",
          `insert into notes values (${10_000 + n}, 'new'); update notes set note = 'again ' || ${n} where id in (${n % 9000}, 77);
           delete from notes where id = ${10_000 + n - 50}; insert into loose values (${n}, 'new'); update named set n = n + 1 where name = 'Straße 5'`,
          "app",
        );
        await sleep(5);
      }
    })();
    await sleep(200);
    const began = Date.now();
    const { result, found } = await verify({ rowsPerSecond: 6000 });
    expect(Date.now() - began).toBeGreaterThan(1500);
    writing = false;
    await writer;
    expect(found).toEqual([]);
    expect(result).toMatchObject({ tables: 4, differences: 0, absent: [] });
    expect(result.rows).toBeGreaterThan(13_000);
    // Written all the time: never seen to differ.
    expect(result.unsettled).toBeLessThanOrEqual(2);
  });

  it("names every row that differs, whichever side has it", async () => {
    await each.sql(
      "standby",
      `update notes set note = 'other' where id = 4321; delete from notes where id = 17; insert into notes values (-5, 'more'), (999999, 'more');
       update named set n = 'NaN' where name = 'Straße 7'; insert into loose values (1, 'x'); delete from loose where ctid = (select min(ctid) from loose where a = 2);
       insert into empty values (1); create table only_there (id int)`,
    );
    const { result, found } = await verify();
    const short = found.map(({ table, key, left, right }) => [
      table,
      key["id"] ?? key["name"] ?? key["a"],
      left !== undefined,
      right !== undefined,
    ]);
    expect(short.toSorted()).toEqual(
      [
        ["public.empty", "1", false, true],
        ["public.loose", "1", false, true],
        ["public.loose", "2", true, false],
        ["public.named", "Straße 7", true, true],
        ["public.notes", "-5", false, true],
        ["public.notes", "17", true, false],
        ["public.notes", "4321", true, true],
        ["public.notes", "999999", false, true],
      ].toSorted(),
    );
    expect(result).toMatchObject({ differences: 8, absent: [{ table: "public.only_there", at: "primary" }] });
    expect((await verify({ only: "named" })).result).toMatchObject({ tables: 1, differences: 1, absent: [] });
  });

  it("locks nothing that a migration or a writer needs", async () => {
    const running = verify({ rowsPerSecond: 5000 });
    await sleep(300);
    const began = Date.now();
    await each.sql("primary", "alter table empty add column note text; insert into notes values (500000, 'x')", "app");
    expect(Date.now() - began).toBeLessThan(1000);
    await running;
  });

  it("does not call late rows different where nothing is received: it says so", async () => {
    await each.cut("standby");
    await each.sql("primary", "insert into notes values (600000, 'late')", "app");
    await expect(verify({ only: "notes" })).rejects.toMatchObject({
      code: "refused",
      message: expect.stringContaining("receives nothing"),
    });
  }, 60_000);
});
