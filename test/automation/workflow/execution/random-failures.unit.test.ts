import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DriverError } from "../../../../automation/domain/errors.ts";
import { replay } from "../../../../automation/domain/journal-state.ts";
import { fakeDriver, protectedWorld } from "../../../support/fake-driver.ts";
import type { FakeWorld } from "../../../support/fake-world.ts";

const calls = [
  "database.heartbeat",
  "database.lag",
  "database.fence",
  "database.awaitToken",
  "database.promote",
  "database.openWrites",
  "database.isWritable",
  "workloads.start",
  "workloads.stop",
  "traffic.route",
  "traffic.drain",
  "infrastructure.apply",
  "objects.sync",
  "probe.services",
];

const fault = fc.record({
  call: fc.constantFrom(...calls),
  code: fc.constantFrom("unreachable", "timeout", "throttled", "denied", "fatal"),
  times: fc.integer({ min: 1, max: 6 }),
});
/** Nobody says of a primary that lives that it is down. */
const overrides = (lost: boolean) =>
  (["fence-unconfirmed", "proof-missing", "rpo-exceeded"] as const)
    .filter((guard) => lost || guard !== "fence-unconfirmed")
    .map((guard) => ({ guard, reason: "drill", by: "ann" }));

/** Repeats `resume` until all faults have run out, as an operator would. False: the operation cannot end as things are. */
async function toAnEnd(world: FakeWorld): Promise<boolean> {
  for (let tries = 0; tries < 30; tries += 1) {
    const { driver } = fakeDriver(world);
    const record = await driver.resume().catch(() => undefined);
    if (record !== undefined && ["succeeded", "failed", "aborted"].includes(record.state)) return true;
    await world.clock.sleep(120_000);
  }
  return false;
}

describe("a failover under random failures and crashes", () => {
  it("keeps the invariants, and ends either done or undone", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fault, { maxLength: 4 }),
        fc.constantFrom("planned" as const, "forced" as const),
        fc.option(fc.integer({ min: 1, max: 90 }), { nil: undefined }),
        fc.boolean(),
        async (faults, mode, dieAt, lost) => {
          const world = await protectedWorld();
          if (lost) world.sites.primary.up = false;
          for (const { call, code, times } of faults) {
            const more = Array.from({ length: times }, () => new DriverError(code as "fatal", `injected ${code}`));
            world.faults.set(call, [...(world.faults.get(call) ?? []), ...more]);
          }
          const { driver } = fakeDriver(world, dieAt === undefined ? {} : { dieAt });
          await driver.failover({ mode, overrides: mode === "forced" ? overrides(lost) : [] }).catch(() => undefined);
          await world.clock.sleep(120_000);
          if (mode === "planned") world.sites.primary.up = true;
          if ((await driver.operations()).length > 0 && !(await toAnEnd(world))) {
            // It cannot be undone while the region is away.
            world.sites.primary.up = true;
            expect(await toAnEnd(world)).toBe(true);
          }
          expect(world.violations).toEqual([]);
          const record = [...world.witness.records.values()][0];
          expect(["protected", "failed-over"]).toContain(record?.protection);
          const active = record?.activeSite ?? "primary";
          expect(world.sites[active]).toMatchObject({ open: true, workloads: true, following: false });
          expect(world.traffic[active]).toBe(true);
          if (mode === "planned") {
            const kept = new Set(world.sites[active].rows.map((row) => row.key));
            expect(world.acknowledged.filter((key) => !kept.has(key))).toEqual([]);
          }
          for (const entries of world.journal.entries.values())
            expect(replay(entries).id).toBe(entries[0]?.operationId);
        },
      ),
      { numRuns: 150 },
    );
  }, 60_000);
});
