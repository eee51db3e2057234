import { expect, it } from "vitest";
import type { StageReport } from "../../automation/workflow/stages/operation-report.ts";
import { beyondBound, criticalPath } from "../../bench/rto/bound.ts";
import { aimsReached, type BenchResult, ratiosOf, resultText } from "../../bench/rto/result.ts";

const stage = (name: string, needs: readonly string[], from: number, to: number): StageReport => ({
  name,
  needs,
  state: "done",
  attempts: 1,
  startedAt: new Date(from * 1000).toISOString(),
  endedAt: new Date(to * 1000).toISOString(),
});
/** Between `confirm` and `provision` nothing happened for 3 s: the driver's own time, not the graph's. */
const stages = [
  stage("confirm", [], 0, 2),
  stage("provision", ["confirm"], 5, 15),
  stage("promote", ["confirm"], 5, 9),
  stage("start", ["provision", "promote"], 15, 18),
  stage("reroute", ["start"], 18, 19),
  stage("verify-public", ["reroute"], 19, 25),
];

it("bounds a recovery by the longest path to the reroute, not by what comes after or lies between", () => {
  expect(criticalPath({ stages })).toEqual({ seconds: 16, path: ["confirm", "provision", "start", "reroute"] });
  expect(() => criticalPath({ stages: [] })).toThrow(/no stage reroute/);
  const open = { ...stage("reroute", [], 0, 1), endedAt: undefined };
  expect(() => criticalPath({ stages: [open] })).toThrow(/did not run to its end/);
});

it("says where a recovery was longer than its bound, and nothing is left over", () => {
  const bound = criticalPath({ stages });
  const [faultAt, firstWriteAt] = [new Date(-4000).toISOString(), new Date(21_000).toISOString()];
  const beyond = beyondBound({ stages }, bound, { faultAt, firstWriteAt });
  expect(beyond).toEqual({ before: 4, between: 3, after: 2 });
  expect(bound.seconds + beyond.before + beyond.between + beyond.after).toBe(25);
});

const times = { faultAt: new Date(0).toISOString(), firstWriteAt: new Date(1000).toISOString() };
const recovery = {
  ...times,
  lostWrites: 0,
  acknowledgedWrites: 100,
  stages: [{ name: "confirm", seconds: 2 }],
};
const result = (ours: number, reference: number): BenchResult => ({
  scale: 60,
  rows: 10,
  objects: 2,
  ours: {
    ...recovery,
    rtoSeconds: ours,
    bound: { seconds: 16, path: ["confirm", "reroute"] },
    beyond: { before: 1, between: 0, after: 0 },
  },
  reference: { ...recovery, rtoSeconds: reference, lostWrites: 7 },
});

it("says which aim is met and which is missed", () => {
  expect(aimsReached(ratiosOf(result(17, 60)))).toBe(true);
  expect(aimsReached(ratiosOf(result(20, 60)))).toBe(false);
  const text = resultText(result(20, 60));
  expect(text).toMatch(/ours : bound +1\.25 +aim ≤ 1\.15: MISSED/);
  expect(text).toMatch(/reference : ours +3\.00 +aim ≥ 2\.5: met/);
  expect(text).toMatch(/reference, seven stages in turn +60\.0 s +7 of 100 acknowledged writes lost/);
});

it("does not take what was not run for reached", () => {
  const half: BenchResult = { ...result(17, 60), reference: undefined };
  expect(aimsReached(ratiosOf(half))).toBe(false);
  expect(resultText(half)).toMatch(/reference : ours +not run$/m);
});
