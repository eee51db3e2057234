import { beforeAll, describe, expect, it } from "vitest";
import { allRules as RULES } from "../../policies/all/rules.ts";
import { type Finding, judge } from "../../policies/shared/judge.ts";
import type { DeclaredStack } from "../../policies/shared/resource.ts";
import { drConfig } from "../../scripts/policy/environment-facts.ts";
import { BROKEN_AWS } from "./support/broken-aws.ts";
import { BROKEN_AZURE } from "./support/broken-azure.ts";
import { BROKEN_DR, type BrokenFacts } from "./support/broken-dr.ts";
import { brokenPods } from "./support/broken-pods.ts";
import { declare, projectRoot } from "./support/environments.ts";

const BROKEN: readonly BrokenFacts[] = [
  ...BROKEN_AWS,
  ...BROKEN_AZURE,
  ...BROKEN_DR,
  ...brokenPods("aws", "cloudphoenix-primary"),
  ...brokenPods("azure", "cloudphoenix-standby-lit"),
];

/** Stacks that are in order but for the drill, so that a broken one shows what it is broken by. */
const DRILLED = { "dr-drill-recent": { lastDrill: "2026-11-01", today: "2026-11-21" } };

describe("our own stacks, each broken in one way", () => {
  const stacks = new Map<string, DeclaredStack>();
  beforeAll(async () => {
    for (const name of new Set(BROKEN.map(({ stack }) => stack))) {
      const lit = name.endsWith("-lit");
      stacks.set(name, await declare(name.replace(/-lit$/, ""), lit ? { "pilotlight:drActive": "true" } : {}));
    }
  }, 60_000);

  it.each(BROKEN)(
    "$rule finds it in $stack, and no other rule does",
    ({ stack, first, mutation, config, ...wanted }) => {
      const declared = stacks.get(stack);
      if (!declared) throw new Error(`no stack ${stack}`);
      const start = first?.(declared) ?? declared;
      const facts = { ...drConfig(projectRoot, declared.name, "azblob://state"), ...DRILLED };
      const before = judge(RULES, start, facts);
      expect(before.filter(({ rule, urn }) => rule === wanted.rule && nameOf(urn) === wanted.resource)).toEqual([]);
      const after = judge(RULES, mutation(start), { ...facts, ...config });
      const known = new Set(before.map(key));
      const shown = after.filter((finding) => !known.has(key(finding)));
      expect(shown.map(({ rule, urn, message }) => ({ rule, resource: nameOf(urn), message }))).toEqual(
        wanted.messages.map((message) => ({ rule: wanted.rule, resource: wanted.resource, message })),
      );
    },
  );

  it("has one for each rule", () => {
    expect([...new Set(BROKEN.map(({ rule }) => rule))].toSorted()).toEqual(RULES.map(({ name }) => name).toSorted());
  });
});

function nameOf(urn: string): string {
  return urn.split("::").at(-1) ?? "";
}

function key({ rule, urn, message }: Finding): string {
  return `${rule} ${urn} ${message}`;
}
