import { describe, expect, it } from "vitest";
import { mutations } from "./mutations.ts";
import { startWalk } from "./start-walk.ts";

/** Another seed takes other histories, and other steps at which something happens. */
const seed = Number(process.env["PILOTLIGHT_MODEL_SEED"] ?? 1);
const every = 16;

describe("random histories of events, failures and crashes", () => {
  it("keep the invariants: 100,000 of them", async () => {
    const walks = await Promise.all(
      [seed, seed + 1].map((each) => startWalk({ runs: 50_000, seed: each, every, first: each % every })),
    );
    for (const { violations, history } of walks)
      expect({ violations, history }).toEqual({ violations: [], history: undefined });
    const [runs, states, steps] = (["runs", "states", "steps"] as const).map((what) =>
      walks.reduce((sum, walk) => sum + walk[what], 0),
    );
    expect(runs).toBe(100_000);
    console.info(`${runs} histories, ${steps} different steps taken for real from ${states} different states`);
  }, 900_000);
});

describe("random histories with auxiliary plans", () => {
  it("keep them too: 8,000 of them", async () => {
    const walks = await Promise.all(
      [seed, seed + 1].map((each) => startWalk({ runs: 4000, seed: each, every: 8, first: each % 8, auxiliary: true })),
    );
    for (const { violations, history } of walks)
      expect({ violations, history }).toEqual({ violations: [], history: undefined });
    expect(walks.reduce((sum, walk) => sum + walk.runs, 0)).toBe(8000);
  }, 300_000);
});

describe("random histories with a person who runs an update with an old file", () => {
  it("keep them too: 8,000 of them", async () => {
    const walks = await Promise.all(
      [seed, seed + 1].map((each) => startWalk({ runs: 4000, seed: each, every: 8, first: each % 8, hand: true })),
    );
    for (const { violations, history } of walks)
      expect({ violations, history }).toEqual({ violations: [], history: undefined });
  }, 300_000);
});

describe("a guard or a rule that is switched off", () => {
  // One walk at a time: the other core is another test's.
  it.each(mutations)("breaks an invariant: $name", async (mutation) => {
    const { seed = 1, auxiliary = false, hand = false } = mutation;
    const walk = await startWalk({ runs: 8000, seed, every: 4, first: seed % 4, mutation, auxiliary, hand });
    expect(walk.misplaced).toEqual([]);
    const broken = new Set(walk.violations.map((each) => Number(each.split(":")[0])));
    expect(
      [...broken].some((each) => mutation.caughtBy.includes(each)),
      walk.violations.join("; "),
    ).toBe(true);
  });
});
