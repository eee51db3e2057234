import { describe, expect, it } from "vitest";
import { buildPlan } from "../../../../automation/workflow/plans/build-plan.ts";
import { type PlanInput, requireGraph } from "../../../../automation/workflow/plans/plan.ts";
import { driverSettingsSchema } from "../../../../automation/workflow/settings.ts";
import { report } from "../../../../automation/workflow/stages/report.ts";

const settings = driverSettingsSchema.parse({});
const away = { from: "primary", to: "standby" } as const;
const home = { from: "standby", to: "primary" } as const;
const inputs: readonly PlanInput[] = [
  { plan: "failover", mode: "planned", direction: away, first: false },
  { plan: "failover", mode: "forced", direction: away, first: false },
  { plan: "reprotect", mode: "planned", direction: away, first: true },
  { plan: "reprotect", mode: "planned", direction: home, first: false },
  { plan: "warm-up", mode: "planned", direction: away, first: false },
  { plan: "stand-down", mode: "planned", direction: away, first: false },
  { plan: "drill", mode: "planned", direction: away, first: false },
  { plan: "zonal-recovery", mode: "planned", direction: away, first: false, zone: "eu-west-1a" },
  { plan: "zonal-recovery", mode: "planned", direction: away, first: false, zone: "eu-west-1a", reopen: true },
  { plan: "failback", mode: "planned", direction: home, first: false },
  { plan: "failback", mode: "forced", direction: home, first: false },
];
const moves = inputs.filter(({ plan }) => plan === "failover" || plan === "failback");
const stagesOf = (input: PlanInput) => buildPlan(input, settings).stages;

function upstream(input: PlanInput, name: string): ReadonlySet<string> {
  const stages = stagesOf(input);
  const found = new Set<string>();
  const visit = (each: string): void => {
    for (const need of stages.find((stage) => stage.name === each)?.needs ?? []) {
      found.add(need);
      visit(need);
    }
  };
  visit(name);
  return found;
}

describe("plans", () => {
  it.each(inputs)(
    "$plan $mode (first: $first) is a graph without a cycle whose every stage leads to report",
    (input) => {
      const names = stagesOf(input).map((stage) => stage.name);
      requireGraph(stagesOf(input));
      expect(upstream(input, "report")).toEqual(new Set(names.filter((name) => name !== "report")));
    },
  );

  it.each(moves)("$plan $mode promotes only behind a fence, once, and undoes only ahead of it", (input) => {
    const fence = `fence-${input.direction.from}`;
    expect(upstream(input, "promote-database")).toContain(fence);
    const stages = stagesOf(input);
    expect(stages.filter((stage) => stage.pointOfNoReturn).map((stage) => stage.name)).toEqual(["promote-database"]);
    for (const stage of stages.filter((each) => each.compensate !== undefined)) {
      expect(upstream(input, stage.name)).not.toContain("promote-database");
    }
  });

  it.each(moves)("$plan $mode sends users only to a site that was verified", (input) => {
    expect(upstream(input, "reroute")).toContain(`verify-${input.direction.to}`);
    expect(upstream(input, `verify-${input.direction.to}`)).toContain("start-workloads");
  });

  it.each(inputs.filter(({ plan }) => ["warm-up", "stand-down", "drill", "zonal-recovery"].includes(plan)))(
    "$plan moves nothing: no fence, no promotion, no route, no way that cannot be gone back",
    (input) => {
      const names = stagesOf(input).map(({ name }) => name);
      expect(names.filter((name) => /^(fence|promote|replicate|reroute|open|start)/.test(name))).toEqual([]);
      expect(stagesOf(input).some(({ pointOfNoReturn }) => pointOfNoReturn)).toBe(false);
    },
  );

  it("a forced failover is the graph of the design", () => {
    const needs = Object.fromEntries(
      stagesOf({ plan: "failover", mode: "forced", direction: away, first: false }).map((stage) => [
        stage.name,
        stage.needs,
      ]),
    );
    expect(needs).toEqual({
      confirm: [],
      "provision-standby": ["confirm"],
      "fence-primary": ["confirm"],
      "final-object-sync": ["fence-primary"],
      "promote-database": ["fence-primary"],
      "start-workloads": ["provision-standby", "promote-database"],
      "verify-standby": ["start-workloads"],
      reroute: ["verify-standby", "final-object-sync"],
      "verify-public": ["reroute"],
      reconcile: ["verify-public"],
      report: ["reconcile"],
    });
  });

  it.each(moves)(
    "$plan $mode stops the old site only once the new one's compute is there, if it is planned",
    (input) => {
      const lit = upstream(input, `fence-${input.direction.from}`).has(`provision-${input.direction.to}`);
      expect(lit).toBe(input.mode === "planned");
    },
  );

  it("failback lets nobody write before the standby follows", () => {
    const input: PlanInput = { plan: "failback", mode: "planned", direction: home, first: false };
    expect(upstream(input, "open-writes")).toContain("reverse-replication");
    expect(upstream(input, "start-workloads")).toContain("open-writes");
  });

  it("reprotect writes down what was lost before it copies over it", () => {
    const input: PlanInput = { plan: "reprotect", mode: "planned", direction: home, first: false };
    expect(upstream(input, "replicate-database")).toContain("salvage");
    expect(upstream(input, "salvage")).toContain("fence-primary");
  });

  it("the first protection copies only what a healthy application has made", () => {
    const input: PlanInput = { plan: "reprotect", mode: "planned", direction: away, first: true };
    expect(Object.fromEntries(stagesOf(input).map((stage) => [stage.name, stage.needs]))).toEqual({
      confirm: [],
      "prepare-databases": ["confirm"],
      "verify-primary": ["prepare-databases"],
      "merge-objects": ["verify-primary"],
      "replicate-database": ["verify-primary"],
      "verify-sync": ["replicate-database"],
      report: ["verify-sync", "merge-objects"],
    });
  });

  it("a plan with a cycle, a hole or a double is a mistake that is told", () => {
    expect(() => requireGraph([report(["reconcile"], 1)])).toThrow("needs reconcile");
    expect(() => requireGraph([report([], 1), report([], 1)])).toThrow("two stages");
  });

  it("a plan about a service or a zone wants to know which", () => {
    for (const plan of ["self-heal", "zonal-recovery"] as const)
      expect(() => buildPlan({ plan, mode: "planned", direction: away, first: false }, settings)).toThrow(
        plan === "self-heal" ? "service" : "zone",
      );
  });
});
