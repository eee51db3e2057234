import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { allRules as RULES } from "../../policies/all/rules.ts";
import { judge } from "../../policies/shared/judge.ts";
import { BASELINE_FILE, covering, readBaseline } from "../../scripts/policy/baseline.ts";
import { drConfig } from "../../scripts/policy/environment-facts.ts";
import { declare, ENVIRONMENTS, projectRoot } from "./support/environments.ts";

const today = "2026-11-21";

describe("our four environments", () => {
  const baseline = readBaseline(join(projectRoot, BASELINE_FILE), new Set(RULES.map(({ name }) => name)), today);
  const used = new Set<unknown>();

  it.each(ENVIRONMENTS)(
    "%s is clean at the mandatory level",
    async (environment) => {
      const open: string[] = [];
      for (const [role, config] of [
        ["primary", {}],
        ["standby", {}],
        ["standby", { "pilotlight:drActive": "true" }],
      ] as const) {
        const stack = await declare(`${environment}-${role}`, config);
        for (const { rule, urn, message } of judge(RULES, stack, drConfig(projectRoot, stack.name, "azblob://state"))) {
          const resource = urn.split("::").at(-1) ?? "";
          const entry = covering(baseline, { rule, environment, resource }, today);
          if (entry) used.add(entry);
          const mandatory = RULES.find(({ name }) => name === rule)?.level === "mandatory";
          if (!entry && mandatory) open.push(`${rule} ${resource}: ${message}`);
        }
      }
      expect(open).toEqual([]);
    },
    60_000,
  );

  it("need every entry of the baseline", () => {
    expect(baseline.filter((entry) => !used.has(entry)).map(({ rule, resource }) => `${rule} ${resource}`)).toEqual([]);
  });
});
