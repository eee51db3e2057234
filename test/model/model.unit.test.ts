import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { mutations } from "./mutations.ts";
import { startWalk } from "./start-walk.ts";

const root = resolve(import.meta.dirname, "../..");

describe("the model of an application", () => {
  it("keeps the invariants in some hundred histories (100,000 in test/model/invariants.live.test.ts)", async () => {
    const walk = await startWalk({ runs: 400, seed: 3, every: 6, first: 2 });
    expect(walk.violations, walk.history).toEqual([]);
    expect(walk.runs).toBe(400);
  });

  it("notices a guard that is switched off", async () => {
    const mutation = mutations.find((each) => each.name === "guard fence-unconfirmed");
    const walk = await startWalk({ runs: 400, seed: 1, every: 4, first: 0, ...(mutation && { mutation }) });
    expect(walk.violations.join()).toContain("3: ");
  });

  it("notices an old file that is let through, and none that is refused", async () => {
    const mutation = mutations.find((each) => each.hand);
    const order = { runs: 300, seed: 1, every: 4, first: 0, hand: true };
    const walk = await startWalk(order);
    expect(walk.violations, walk.history).toEqual([]);
    expect((await startWalk({ ...order, ...(mutation && { mutation }) })).violations.join()).toContain("12: ");
  });

  it("has mutations that are where they say, and docs/invariants.md lists them with what catches them", () => {
    const docs = readFileSync(resolve(root, "docs/invariants.md"), "utf8");
    for (const { name, caughtBy, edits } of mutations) {
      expect(docs).toContain(`| ${name} | ${caughtBy.join(", ")} |`);
      for (const { file, find } of edits)
        expect(readFileSync(resolve(root, file), "utf8").split(find), `${name}: ${find}`).toHaveLength(2);
    }
  });
});
