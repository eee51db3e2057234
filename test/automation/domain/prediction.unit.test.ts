import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { predict, secondsLeft, type TimedOperation, timesOf } from "../../../automation/domain/prediction.ts";
import { fakeDriver, protectedWorld } from "../../support/fake-driver.ts";

const past = (plan: TimedOperation["plan"], startedAt: string, times: Readonly<Record<string, number>>) => ({
  id: `${plan}-${startedAt}`,
  plan,
  mode: "planned" as const,
  startedAt,
  stages: Object.entries(times).map(([stage, seconds]) => ({ stage, seconds })),
});
const diamond = [
  { name: "a", needs: [] },
  { name: "b", needs: ["a"] },
  { name: "c", needs: ["a"] },
  { name: "verify-public", needs: ["b", "c"] },
  { name: "end", needs: ["verify-public"] },
];
const planned = { plan: "failover", mode: "planned" } as const;

describe("a prediction", () => {
  it("is the critical path of the medians", () => {
    const times = [1, 2, 9].map((seconds, index) =>
      past("failover", `2026-01-0${index + 1}`, { a: seconds, b: 10, c: 30, "verify-public": 1, end: 5 }),
    );
    expect(predict(diamond, planned, times)).toEqual({
      seconds: 38,
      recoverySeconds: 33,
      criticalPath: ["a", "c", "verify-public", "end"],
      stages: [
        { name: "a", startsAfterSeconds: 0, seconds: 2, samples: 3 },
        { name: "b", startsAfterSeconds: 2, seconds: 10, samples: 3 },
        { name: "c", startsAfterSeconds: 2, seconds: 30, samples: 3 },
        { name: "verify-public", startsAfterSeconds: 32, seconds: 1, samples: 3 },
        { name: "end", startsAfterSeconds: 33, seconds: 5, samples: 3 },
      ],
    });
  });

  it("does not claim to know what was never timed, but tells what it knows", () => {
    const shown = predict(diamond, planned, [past("failover", "2026-01-01", { a: 1, c: 3, "verify-public": 1 })]);
    expect(shown).toMatchObject({ seconds: undefined, recoverySeconds: undefined });
    expect(shown.criticalPath).toEqual(["a", "c", "verify-public", "end"]);
    expect(shown.stages[3]).toEqual({ name: "verify-public", startsAfterSeconds: undefined, seconds: 1, samples: 1 });
  });

  it("takes the like before the unlike: mode, then plan, then any that has the stage", () => {
    const all = [
      past("reprotect", "2026-01-03", { a: 1, b: 1 }),
      { ...past("failover", "2026-01-02", { a: 2 }), mode: "forced" as const },
    ];
    const seconds = (list: readonly TimedOperation[]) =>
      predict(diamond, planned, list).stages.map((each) => each.seconds);
    expect(seconds(all).slice(0, 3)).toEqual([2, 1, undefined]);
    expect(seconds([...all, past("failover", "2026-01-01", { a: 3 })]).slice(0, 2)).toEqual([3, 1]);
  });

  it("is never shorter than any chain of needs, nor longer than all stages one after the other", () => {
    const graph = fc
      .array(fc.tuple(fc.nat(100), fc.array(fc.nat(20), { maxLength: 3 })), { minLength: 1, maxLength: 12 })
      .map((list) =>
        list.map(([seconds, needs], index) => ({
          ...{ name: `s${index}`, seconds },
          needs: [...new Set(needs.filter((need) => need < index).map((need) => `s${need}`))],
        })),
      );
    fc.assert(
      fc.property(graph, (stages) => {
        const times = past(
          "failover",
          "2026-01-01",
          Object.fromEntries(stages.map((each) => [each.name, each.seconds])),
        );
        const { seconds = -1, criticalPath, stages: shown } = predict(stages, planned, [times]);
        const of = (name: string): number => stages.find((each) => each.name === name)?.seconds ?? 0;
        expect(criticalPath.reduce((sum, name) => sum + of(name), 0)).toBe(seconds);
        expect(seconds).toBeLessThanOrEqual(stages.reduce((sum, each) => sum + each.seconds, 0));
        for (const { name, startsAfterSeconds = -1 } of shown) {
          expect(seconds).toBeGreaterThanOrEqual(startsAfterSeconds + of(name));
          for (const need of stages.find((each) => each.name === name)?.needs ?? [])
            expect(startsAfterSeconds).toBeGreaterThanOrEqual(
              (shown.find((each) => each.name === need)?.startsAfterSeconds ?? 0) + of(need),
            );
        }
      }),
    );
  });
});

describe("predicted and actual", () => {
  it("are shown by a dry run before, and compared by the report after", async () => {
    const world = await protectedWorld();
    world.latency.set("infrastructure.apply", 300_000);
    const { driver, ports } = fakeDriver(world);
    expect((await driver.dryRun("failover", "planned")).predicted).toMatchObject({ seconds: undefined });
    const first = await driver.failover({ mode: "planned" });
    expect((await driver.report()).timing.predictedSeconds).toBeUndefined();
    await driver.reprotect();
    await driver.failback();
    const { predicted } = await driver.dryRun("failover", "planned");
    expect(predicted.criticalPath).toContain("provision-standby");
    expect(predicted.recoverySeconds).toBeGreaterThan(300);
    const second = await driver.failover({ mode: "planned" });
    const { timing } = await driver.report(second.id);
    expect(timing.predictedSeconds).toBeCloseTo(predicted.seconds ?? 0, 6);
    const took = (Date.parse(second.endedAt ?? "") - Date.parse(second.startedAt)) / 1000;
    expect(timing.actualSeconds).toBeGreaterThan(took * 0.99);
    expect(timing.actualSeconds).toBeLessThanOrEqual(took);
    expect(timing.predictedSeconds).toBeGreaterThan(took * 0.9);
    expect(timing.actualPath).toContain("provision-standby");
    expect(timesOf(await ports.journal.read(first.id)).stages).toHaveLength(11);
    expect(
      timesOf(await ports.journal.read(first.id)).stages.find((each) => each.stage === "reconcile")?.seconds,
    ).toBeGreaterThan(599);
  });

  it("leave out the time in which a person was waited for, and tell what is left", async () => {
    const world = await protectedWorld();
    const { driver, ports } = fakeDriver(world);
    await driver.failover({ mode: "planned" });
    await driver.reprotect();
    await driver.failback();
    world.sites.primary.up = false;
    const running = driver.failover({ mode: "forced" });
    await world.clock.sleep(200_000);
    const { operation } = await driver.status();
    const all = await Promise.all(
      (await driver.operations()).map(async ({ id }) => timesOf(await ports.journal.read(id))),
    );
    expect(operation && secondsLeft(operation, all, world.clock.now())).toBeGreaterThan(0);
    await driver.answer({ guard: "fence-unconfirmed", reason: "dark", by: "ann" });
    const record = await running;
    expect(secondsLeft(record, all, world.clock.now())).toBe(0);
    const fence = timesOf(await ports.journal.read(record.id)).stages.find((each) => each.stage === "fence-primary");
    expect(fence?.seconds).toBeGreaterThan(15);
    expect(fence?.seconds).toBeLessThan(60);
  });
});
