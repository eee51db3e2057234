import type { Rule } from "../shared/rule.ts";
import { capacityRules } from "./capacity.ts";
import { dataRules } from "./data.ts";
import { independenceRules } from "./independence.ts";
import { readinessRules } from "./readiness.ts";
import { trafficRules } from "./traffic.ts";

/** Whether a standby could take over: what no other pack asks. */
export const drRules: readonly Rule[] = [
  ...dataRules,
  ...trafficRules,
  ...independenceRules,
  ...capacityRules,
  ...readinessRules,
];
