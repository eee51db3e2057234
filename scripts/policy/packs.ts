import { allRules } from "../../policies/all/rules.ts";
import { awsRules } from "../../policies/aws/rules.ts";
import { azureRules } from "../../policies/azure/rules.ts";
import { drRules } from "../../policies/dr/rules.ts";
import type { RuleConfig } from "../../policies/shared/judge.ts";
import type { Rule } from "../../policies/shared/rule.ts";

/** The packs by the names of their folders; `all` is the other three in one process. */
const PACKS = { aws: awsRules, azure: azureRules, dr: drRules, all: allRules } as const;
export type PackName = keyof typeof PACKS;

/** The packs that each have rules of their own. */
export const PACK_NAMES: readonly PackName[] = ["aws", "azure", "dr"];

/** All rules by name. */
export const RULES: ReadonlyMap<string, Rule> = new Map(allRules.map((rule) => [rule.name, rule]));

/** Of some options, those of a pack's rules: an engine takes a file for each pack. */
export function configOfPack(pack: PackName, config: RuleConfig): RuleConfig {
  const names = new Set(PACKS[pack].map(({ name }) => name));
  return Object.fromEntries(Object.entries(config).filter(([rule]) => names.has(rule)));
}
