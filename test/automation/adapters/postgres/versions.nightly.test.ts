import { describe, expect, it } from "vitest";
import type { PostgresVersion } from "../../../support/postgres-pair.ts";
import { versionJourney } from "../../../support/version-journey.ts";

/** Primary and standby. A pair of 15 is in the normal run too (versions.live.test.ts). */
const matrix: readonly (readonly [PostgresVersion, PostgresVersion])[] = [
  ["15", "15"],
  ["15", "16"],
  ["15", "18"],
  ["16", "16"],
  ["16", "17"],
  ["17", "18"],
  ["18", "18"],
];

describe("set-up, planned move and home, forced move with loss, reprotect and failback", () => {
  it.each(matrix)("from PostgreSQL %s to %s", async (primary, standby) => {
    const journey = await versionJourney(61, { primary, standby });
    expect(journey.majors).toEqual({ primary: Number(primary), standby: Number(standby) });
    expect(journey.salvaged).toEqual(journey.lost);
    expect(journey.rows.standby).toBe(journey.rows.primary);
    for (const note of journey.acknowledged) expect(journey.rows.primary.split(note)).toHaveLength(3);
    for (const note of journey.lost) expect(journey.rows.primary).not.toContain(note);
    expect(journey.leftovers).toEqual({
      primary: { slots: 1, subscriptions: 0 },
      standby: { slots: 0, subscriptions: 1 },
    });
  });
});
