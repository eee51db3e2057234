import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nextBackOff } from "../../../sandbox/kubernetes/agent/back-off.ts";
import { afterResult, judge, type ProbeState, undecided } from "../../../sandbox/kubernetes/agent/probe-state.ts";

const thresholds = { successThreshold: 1, failureThreshold: 3 };
const following = (results: readonly boolean[], using = thresholds): ProbeState =>
  results.reduce((state, ok) => afterResult(state, ok, using), undecided);

describe("probes", () => {
  it("turn only at their thresholds", () => {
    expect(following([]).verdict).toBe("undecided");
    expect(following([false, false]).verdict).toBe("undecided");
    expect(following([false, false, false]).verdict).toBe("failure");
    expect(following([true, false, false]).verdict).toBe("success");
    expect(following([false, false, false, true]).verdict).toBe("success");
    expect(following([true, true], { successThreshold: 3, failureThreshold: 1 }).verdict).toBe("undecided");
  });

  it("never call a container ready whose last failures reached the threshold", () => {
    fc.assert(
      fc.property(fc.array(fc.boolean()), (results) => {
        const state = following([...results, false, false, false]);
        expect(judge({ startup: undefined, readiness: state, liveness: undefined }).ready).toBe(false);
      }),
    );
  });

  it("hold liveness and readiness back until startup has passed", () => {
    const failed = following([false, false, false]);
    const passed = following([true]);
    expect(judge({ startup: undecided, readiness: passed, liveness: failed })).toEqual({
      started: false,
      ready: false,
      kill: undefined,
    });
    expect(judge({ startup: passed, readiness: passed, liveness: failed })).toEqual({
      started: true,
      ready: true,
      kill: "liveness",
    });
    expect(judge({ startup: failed, readiness: passed, liveness: undefined }).kill).toBe("startup");
  });

  it("a container without probes is ready at once", () => {
    expect(judge({ startup: undefined, readiness: undefined, liveness: undefined })).toEqual({
      started: true,
      ready: true,
      kill: undefined,
    });
  });
});

describe("restart back-off", () => {
  it("is nothing first, doubles to a minute and starts anew after a stable run", () => {
    const pauses: number[] = [];
    let previous: number | undefined;
    for (let i = 0; i < 9; i += 1) {
      previous = nextBackOff(previous, 10);
      pauses.push(previous);
    }
    expect(pauses).toEqual([0, 1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
    expect(nextBackOff(60_000, 120_000)).toBe(0);
  });
});
