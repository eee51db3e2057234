import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { allRules as RULES } from "../../policies/all/rules.ts";
import { type Finding, judge, type RuleConfig } from "../../policies/shared/judge.ts";
import type { DeclaredStack } from "../../policies/shared/resource.ts";
import { BASELINE_FILE, covering, readBaseline } from "../../scripts/policy/baseline.ts";
import { ALL_BROKEN, DRILLED } from "./support/all-broken.ts";
import { drConfigAtHome } from "./support/dr-config-at-home.ts";
import { declare, ENVIRONMENTS, projectRoot } from "./support/environments.ts";
import { mutate } from "./support/mutate.ts";

interface Planned {
  readonly stack: DeclaredStack;
  readonly facts: RuleConfig;
}

/** By name, with `-lit` for the standby's compute. Planned once: it is what these tests cost. */
const planned = new Map<string, Planned>();

async function plan(name: string): Promise<Planned> {
  const known = planned.get(name);
  if (known) return known;
  const stack = await declare(
    name.replace(/-lit$/, ""),
    name.endsWith("-lit") ? { "pilotlight:drActive": "true" } : {},
  );
  const made = { stack, facts: drConfigAtHome(stack.name) };
  planned.set(name, made);
  return made;
}

const today = "2026-11-21";

describe("our four environments", () => {
  const baseline = readBaseline(join(projectRoot, BASELINE_FILE), new Set(RULES.map(({ name }) => name)), today);
  const used = new Set<unknown>();

  it.each(ENVIRONMENTS)("%s is clean at the mandatory level, and of types that the rules read", async (environment) => {
    const open: string[] = [];
    for (const name of [`${environment}-primary`, `${environment}-standby`, `${environment}-standby-lit`]) {
      const { stack, facts } = await plan(name);
      for (const { rule, urn, message } of judge(RULES, stack, facts)) {
        const resource = nameOf(urn);
        const entry = covering(baseline, { rule, environment, resource }, today);
        if (entry) used.add(entry);
        if (rule.endsWith("-types-judged")) open.push(`${rule} ${resource}: ${message}`);
        const mandatory = RULES.find(({ name }) => name === rule)?.level === "mandatory";
        if (!entry && mandatory) open.push(`${rule} ${resource}: ${message}`);
      }
    }
    expect(open).toEqual([]);
  });

  it("need every entry of the baseline", () => {
    expect(baseline.filter((entry) => !used.has(entry)).map(({ rule, resource }) => `${rule} ${resource}`)).toEqual([]);
  });
});

describe("our own stacks, each broken in one way", () => {
  beforeAll(async () => {
    for (const { stack } of ALL_BROKEN) await plan(stack);
  });

  it.each(ALL_BROKEN)(
    "$rule finds it in $stack, and no other rule does",
    async ({ stack, first = [], mutation, config, ...wanted }) => {
      const own = await plan(stack);
      const start = mutate(own.stack, first);
      const facts = { ...own.facts, ...DRILLED };
      const before = judge(RULES, start, facts);
      expect(before.filter(({ rule, urn }) => rule === wanted.rule && nameOf(urn) === wanted.resource)).toEqual([]);
      const after = judge(RULES, mutate(start, mutation), { ...facts, ...config });
      const known = new Set(before.map(key));
      const shown = after.filter((finding) => !known.has(key(finding)));
      expect(shown.map(({ rule, urn, message }) => ({ rule, resource: nameOf(urn), message }))).toEqual(
        wanted.messages.map((message) => ({ rule: wanted.rule, resource: wanted.resource, message })),
      );
    },
  );

  it("has one for each rule", () => {
    expect([...new Set(ALL_BROKEN.map(({ rule }) => rule))].toSorted()).toEqual(
      RULES.map(({ name }) => name).toSorted(),
    );
  });
});

function nameOf(urn: string): string {
  return urn.split("::").at(-1) ?? "";
}

function key({ rule, urn, message }: Finding): string {
  return `${rule} ${urn} ${message}`;
}
