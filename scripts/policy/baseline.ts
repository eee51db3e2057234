import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { type Acceptance, acceptanceSchema, matches } from "../../policies/shared/accepted.ts";
import type { RuleConfig } from "../../policies/shared/judge.ts";

const entrySchema = acceptanceSchema.extend({
  rule: z.string().min(1),
  environments: z.array(z.string().min(1)).min(1),
});
/** Findings that are accepted in some environments. */
export type BaselineEntry = z.infer<typeof entrySchema>;

export const BASELINE_FILE = join("policies", "baseline.yaml");

/** Longest time for which anything may be accepted, in days. */
const LONGEST_DAYS = 366;
const DAY_MS = 86_400_000;

/** Throws where an entry has another form, names no rule that there is, or is to last longer than a year. */
export function readBaseline(path: string, rules: ReadonlySet<string>, today: string): readonly BaselineEntry[] {
  const entries = z.array(entrySchema).parse(parse(readFileSync(path, "utf8")) ?? []);
  const last = new Date(Date.parse(today) + LONGEST_DAYS * DAY_MS).toISOString().slice(0, 10);
  const problems = entries.flatMap(({ rule, resource, expires }) => [
    ...(rules.has(rule) ? [] : [`${rule} for ${resource}: there is no such rule`]),
    ...(expires > last ? [`${rule} for ${resource}: expires ${expires}; right would be: ${last} or earlier`] : []),
  ]);
  if (problems.length > 0)
    throw new Error([`${path} is not right:`, ...problems.map((each) => `  ${each}`)].join("\n"));
  return entries;
}

/** The entry that covers a finding; an expired one covers nothing. */
export function covering(
  baseline: readonly BaselineEntry[],
  finding: { readonly rule: string; readonly environment: string; readonly resource: string },
  today: string,
): BaselineEntry | undefined {
  return baseline.find(
    ({ rule, environments, resource, expires }) =>
      rule === finding.rule &&
      environments.includes(finding.environment) &&
      matches(resource, finding.resource) &&
      expires > today,
  );
}

/** The baseline as options of the packs, for whoever runs the engine with them by hand. */
export function acceptedConfig(baseline: readonly BaselineEntry[], environment: string): RuleConfig {
  const config: Record<string, { accepted: Acceptance[] }> = {};
  for (const { rule, environments, ...acceptance } of baseline) {
    if (!environments.includes(environment)) continue;
    config[rule] = { accepted: [...(config[rule]?.accepted ?? []), acceptance] };
  }
  return config;
}
