import { beforeAll, describe, expect, it } from "vitest";
import { allRules as RULES } from "../../policies/all/rules.ts";
import { type Finding, judge } from "../../policies/shared/judge.ts";
import type { DeclaredStack } from "../../policies/shared/resource.ts";
import { drConfig } from "../../scripts/policy/environment-facts.ts";
import { ALL_BROKEN, DRILLED } from "./support/all-broken.ts";
import { declare, projectRoot } from "./support/environments.ts";
import { mutate } from "./support/mutate.ts";

describe("our own stacks, each broken in one way", () => {
  const stacks = new Map<string, DeclaredStack>();
  beforeAll(async () => {
    for (const name of new Set(ALL_BROKEN.map(({ stack }) => stack))) {
      const lit = name.endsWith("-lit");
      stacks.set(name, await declare(name.replace(/-lit$/, ""), lit ? { "pilotlight:drActive": "true" } : {}));
    }
  }, 60_000);

  it.each(ALL_BROKEN)(
    "$rule finds it in $stack, and no other rule does",
    ({ stack, first, mutation, config, ...wanted }) => {
      const declared = stacks.get(stack);
      if (!declared) throw new Error(`no stack ${stack}`);
      const start = mutate(declared, first ?? []);
      const facts = { ...drConfig(projectRoot, declared.name, "azblob://state"), ...DRILLED };
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
