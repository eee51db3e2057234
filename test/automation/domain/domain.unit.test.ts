import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DriverError, invalidInput, serialiseError } from "../../../automation/domain/errors.ts";
import { decide, noMemory, type WatchMemory } from "../../../automation/domain/failure-threshold.ts";
import { fenceUnconfirmed, GuardError } from "../../../automation/domain/guards.ts";
import { levelOf, type Signal, score } from "../../../automation/domain/health-score.ts";
import { planNameSchema } from "../../../automation/domain/operation.ts";
import { inFlight, plansFrom, transition, transitions, whyNot } from "../../../automation/domain/protection.ts";
import { protectionSchema } from "../../../automation/domain/witness-record.ts";

const reading = <T>(...values: readonly T[]) => fc.constantFrom(...values);
const signal: fc.Arbitrary<Signal> = fc.oneof(
  fc.record({
    kind: fc.constant("service" as const),
    name: fc.string(),
    reading: reading(
      "healthy" as const,
      "degraded" as const,
      "unhealthy" as const,
      "failure" as const,
      "unknown" as const,
    ),
  }),
  fc.record({
    kind: fc.constant("external-uptime" as const),
    name: fc.string(),
    reading: reading("up" as const, "down" as const, "unknown" as const),
  }),
  fc.record({
    kind: fc.constant("standby-probe" as const),
    name: fc.string(),
    reading: reading("up" as const, "down" as const, "unknown" as const),
  }),
  fc.record({
    kind: fc.constant("replication-lag" as const),
    name: fc.string(),
    reading: fc.option(fc.double({ min: 0, max: 1e4, noNaN: true }), { nil: undefined }),
  }),
  fc.record({
    kind: fc.constant("node-groups" as const),
    name: fc.string(),
    reading: fc.option(fc.nat(5), { nil: undefined }),
  }),
);

describe("health score", () => {
  it("is 13 for two services down and the public name", () => {
    const down = score([
      { kind: "service", name: "a", reading: "failure" },
      { kind: "service", name: "b", reading: "unhealthy" },
      { kind: "external-uptime", name: "public", reading: "down" },
    ]);
    expect(down).toMatchObject({ score: 13, level: 3 });
  });

  it.each([
    [0, 0],
    [3, 0],
    [4, 1],
    [7, 1],
    [8, 2],
    [10, 2],
    [11, 3],
    [99, 3],
  ])("has level for %i: %i", (points, level) => expect(levelOf(points)).toBe(level));

  it.each([
    [4.9, 0],
    [5, 1],
    [30, 1],
    [30.1, 3],
  ])("weighs a lag of %d s with %i", (lag, points) =>
    expect(score([{ kind: "replication-lag", name: "lag", reading: lag }]).score).toBe(points),
  );

  it("is the sum of what it shows, shows every signal, and never counts what is unknown", () => {
    fc.assert(
      fc.property(fc.array(signal), (signals) => {
        const result = score(signals);
        expect(result.contributions).toHaveLength(signals.length);
        expect(result.contributions.reduce((sum, each) => sum + each.points, 0)).toBe(result.score);
        expect(result.contributions.filter((each) => each.unknown).every((each) => each.points === 0)).toBe(true);
      }),
    );
  });

  it("never falls when one more thing fails", () => {
    fc.assert(
      fc.property(fc.array(signal), signal, (signals, more) => score([...signals, more]).score >= score(signals).score),
    );
  });

  it("never lets the standby's own probe bring about a failover onto it", () => {
    fc.assert(
      fc.property(fc.array(signal), (signals) => {
        const without = score(signals.filter((each) => each.kind !== "standby-probe"));
        return (score(signals).level === 3) === (without.level === 3);
      }),
    );
  });
});

describe("the failure threshold", () => {
  const bad = score([
    { kind: "service", name: "a", reading: "failure" },
    { kind: "service", name: "b", reading: "failure" },
    { kind: "service", name: "c", reading: "failure" },
  ]);
  const good = score([]);

  it("decides a failover exactly where the last N evaluations were all at level 3", () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 40 }), fc.integer({ min: 1, max: 6 }), (history, required) => {
        let memory: WatchMemory = noMemory;
        history.forEach((failing, index) => {
          const step = decide(memory, failing ? bad : good, `t${index}`, required, "auto");
          memory = step.memory;
          const due = index + 1 >= required && history.slice(index + 1 - required, index + 1).every(Boolean);
          expect(step.decision.action === "failover").toBe(due);
        });
      }),
    );
  });

  it("remembers the first failure of the row, and starts by itself in auto alone", () => {
    const modes = (["observe", "approve", "auto"] as const).map((mode) => {
      const first = decide(noMemory, bad, "t1", 2, mode);
      expect(first.decision).toEqual({ action: "suspect", evaluationsLeft: 1 });
      return decide(first.memory, bad, "t2", 2, mode).decision;
    });
    expect(modes).toEqual([false, false, true].map((start) => ({ action: "failover", start, firstFailedAt: "t1" })));
  });
});

describe("the table of an application", () => {
  it("has one row for a state, plan and event", () => {
    const keys = transitions.map(({ from, plan, event }) => `${from} ${plan} ${event}`);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it("leaves no state without a way out, and every begun plan can end well", () => {
    for (const from of protectionSchema.options) {
      expect(
        transitions.some((each) => each.from === from),
        from,
      ).toBe(true);
      if (inFlight(from))
        expect(
          transitions.some((each) => each.from === from && each.event !== "begin"),
          from,
        ).toBe(true);
      else expect(plansFrom(from).length, from).toBeGreaterThan(0);
    }
  });

  it("undoes nothing past a point of no return", () => {
    for (const { to } of transitions.filter((each) => each.event === "promote")) {
      expect(transitions.filter((each) => each.from === to).map((each) => each.event)).not.toContain("undo");
    }
  });

  it("refuses in words whatever has no row", () => {
    for (const from of protectionSchema.options) {
      for (const plan of planNameSchema.options) {
        const refused = transition(from, plan, "begin") === undefined;
        expect(whyNot(from, plan) !== undefined).toBe(refused);
      }
    }
  });
});

describe("errors", () => {
  it("name the field, its value and what would be right", () => {
    expect(serialiseError(invalidInput("--mode", "fast", "planned or forced"))).toEqual({
      code: "invalid-input",
      message: '--mode is "fast"; expected planned or forced',
      retryable: false,
      field: "--mode",
      value: "fast",
      expected: "planned or forced",
    });
  });

  it("are retryable by nature unless said otherwise", () => {
    expect(new DriverError("unreachable", "x").retryable).toBe(true);
    expect(new DriverError("unreachable", "x", { retryable: false }).retryable).toBe(false);
    expect(new DriverError("denied", "x").retryable).toBe(false);
  });

  it.each([
    "postgres://u:s3cret@h/db",
    "password=s3cret",
    'AccountKey="s3cret"',
    "Authorization: Bearer s3cret-s3cret",
  ])("blank what looks secret in foreign ones: %s", (text) =>
    expect(JSON.stringify(serialiseError(new Error(text)))).not.toContain("s3cret"),
  );

  it("never serialise their cause", () => {
    const error = new DriverError("fatal", "x", { cause: new Error("s3cret") });
    expect(JSON.stringify(error)).not.toContain("s3cret");
  });

  it("carry the guard and the override that it takes", () => {
    const error = new GuardError(fenceUnconfirmed("primary", "no answer"));
    expect(serialiseError(error)).toMatchObject({
      code: "guard",
      guard: "fence-unconfirmed",
      expected: "override fence-unconfirmed",
      retryable: false,
    });
  });
});
