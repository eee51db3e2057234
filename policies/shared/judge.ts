import { canonical } from "./canonical.ts";
import type { DeclaredStack, Props } from "./resource.ts";
import { NotJudged, type Rule, type Violation } from "./rule.ts";

/** A violation of a rule. */
export interface Finding extends Violation {
  readonly rule: string;
}

/** Options by rule. */
export type RuleConfig = Readonly<Record<string, Props>>;

/** All rules over a whole stack, as the engine runs them, but without it. What cannot be judged is left out. */
export function judge(rules: readonly Rule[], stack: DeclaredStack, config: RuleConfig = {}): readonly Finding[] {
  const read = { ...stack, resources: stack.resources.map(canonical) };
  return rules.flatMap((rule) =>
    violations(rule, read, config[rule.name] ?? {}).map((violation) => ({ rule: rule.name, ...violation })),
  );
}

function violations(rule: Rule, stack: DeclaredStack, config: Props): readonly Violation[] {
  if (rule.kind === "stack") return checked(() => rule.check(stack, config));
  return stack.resources
    .filter(({ type }) => rule.types.includes(type))
    .flatMap((resource) => rule.check(resource, config).map((message) => ({ urn: resource.urn, message })));
}

function checked(check: () => readonly Violation[]): readonly Violation[] {
  try {
    return check();
  } catch (error) {
    if (error instanceof NotJudged) return [];
    throw error;
  }
}
