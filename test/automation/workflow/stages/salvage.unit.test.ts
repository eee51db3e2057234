import { describe, expect, it } from "vitest";
import { countOf, keyText, type Loss, LossTally } from "../../../../automation/domain/losses.ts";
import { fakeDriver, protectedWorld } from "../../../support/fake-driver.ts";
import type { FakeWorld } from "../../../support/fake-world.ts";

async function failedOver(): Promise<FakeWorld> {
  const world = await protectedWorld();
  world.sites.primary.up = false;
  const overrides = [
    { guard: "fence-unconfirmed" as const, reason: "the region is dark", by: "ann" },
    { guard: "rpo-exceeded" as const, reason: "at once", by: "ann" },
  ];
  const { driver } = fakeDriver(world);
  expect((await driver.failover({ mode: "forced", overrides })).state).toBe("succeeded");
  world.sites.primary.up = true;
  world.sites.primary.open = false;
  return world;
}

const loss = (over: Partial<Loss>): Loss => ({
  ...{ schema: "public", table: "orders", key: { id: "1" }, kind: "insert", basis: "stream" },
  ...over,
});

describe("the account of a salvage", () => {
  it("holds reprotect where a table cannot be accounted for, until a person takes its rows upon themselves", async () => {
    const world = await failedOver();
    world.unaccounted = [{ table: "public.ledger", reason: "permission denied" }];
    const { driver } = fakeDriver(world);
    const running = driver.reprotect();
    const asked = async () => (await driver.status()).operation?.questions ?? [];
    while ((await asked()).length === 0) await world.clock.sleep(100);
    expect(await asked()).toMatchObject([{ guard: "loss-unknown", stage: "salvage", closed: false }]);
    expect(world.sites.primary.following).toBe(false);
    // Tried again while it waits: the right was given.
    world.unaccounted = [];
    const record = await running;
    expect(record.state).toBe("succeeded");
    expect(record.questions).toMatchObject([{ guard: "loss-unknown", closed: true }]);
    expect(world.sites.primary.following).toBe(true);
  });

  it("goes on by an override, and the report never calls that loss known", async () => {
    const world = await failedOver();
    world.unaccounted = [{ table: "public.ledger", reason: "permission denied" }];
    const { driver } = fakeDriver(world);
    const overrides = [{ guard: "loss-unknown" as const, reason: "saved by pg_dump", by: "ann" }];
    expect((await driver.reprotect({ overrides })).state).toBe("succeeded");
    const move = (await driver.operations()).find(({ plan }) => plan === "failover");
    const { claimed } = await driver.report(move?.id);
    expect(claimed).toMatchObject({ lossKnown: false, unaccounted: [{ table: "public.ledger" }] });
  });
});

describe("losses", () => {
  it("are told apart by database, schema, table, key and kind", () => {
    const tally = new LossTally("2026-01-01T00:00:10Z");
    const kinds = [
      loss({}),
      loss({ table: "lines" }),
      loss({ schema: "Old" }),
      loss({ database: "billing" }),
      loss({ kind: "update" }),
      loss({ key: { id: "1", tenant: null } }),
      loss({ committedAt: "2026-01-01T00:00:11Z" }),
    ];
    for (const each of [...kinds, ...kinds]) tally.add(each);
    expect(tally.sample).toHaveLength(7);
    expect(tally.tables.map(({ table, lost, splitBrain }) => [table, countOf(lost), countOf(splitBrain)])).toEqual([
      ["public.orders", 6, 2],
      ["public.lines", 2, 0],
      ['"Old".orders', 2, 0],
      ["billing/public.orders", 2, 0],
    ]);
    expect(keyText({ id: "1", tenant: null })).toBe("id=1, tenant=null");
  });

  it("are counted to the last one, and named only as far as a journal's entry should be long", () => {
    const tally = new LossTally(undefined);
    for (let id = 0; id < 100_000; id++) tally.add(loss({ table: `t${id % 7}`, key: { id: String(id) } }));
    tally.add(loss({ table: "whole_rows", key: { text: "x".repeat(100_000) } }));
    expect(tally.tables.reduce((sum, { lost }) => sum + countOf(lost), 0)).toBe(100_001);
    expect(JSON.stringify([tally.tables, tally.sample]).length).toBeLessThan(300_000);
  });
});
