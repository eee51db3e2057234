import { awsRules } from "../aws/rules.ts";
import { azureRules } from "../azure/rules.ts";
import { drRules } from "../dr/rules.ts";
import type { Rule } from "../shared/rule.ts";

export const allRules: readonly Rule[] = [...awsRules, ...azureRules, ...drRules];
