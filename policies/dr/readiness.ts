import { z } from "zod";
import { nist, wellArchitectedAws, wellArchitectedAzure } from "../shared/controls.ts";
import { NotJudged, type StackRule, stackRule } from "../shared/rule.ts";
import { isStandby, stackUrn } from "./facts.ts";

const DAY_MS = 86_400_000;

const drill = stackRule(
  {
    name: "dr-drill-recent",
    title: "The failover has been drilled lately.",
    severity: "medium",
    level: "advisory",
    controls: [
      nist("CP-4"),
      wellArchitectedAws("REL13-BP03", "reliability-pillar/rel_planning_for_recovery_dr_tested"),
      wellArchitectedAzure("RE:08", "reliability/reliability-test"),
    ],
    remedy: "Drill it, and write the day down (policies/environments.yaml).",
    check: (stack, { lastDrill, today, days }) => {
      if (!isStandby(stack)) return [];
      const urn = stackUrn(stack);
      if (lastDrill === undefined) return [{ urn, message: `never drilled; right would be: within ${days} days` }];
      const now = today === undefined ? Date.now() : Date.parse(today);
      const age = Math.floor((now - Date.parse(lastDrill)) / DAY_MS);
      return age > days
        ? [{ urn, message: `last drilled on ${lastDrill}, ${age} days ago; right would be: within ${days} days` }]
        : [];
    },
  },
  z.object({
    lastDrill: z.iso.date().optional().describe("Day of the last drill. Default: never."),
    today: z.iso.date().optional().describe("Default: the clock's day."),
    days: z.int().min(1).default(90).describe("Most days between drills."),
  }),
);

const cost = stackRule(
  {
    name: "dr-cost-budget",
    title: "At rest, the standby costs no more than was agreed.",
    severity: "low",
    level: "mandatory",
    controls: [
      wellArchitectedAzure("CO:04", "cost-optimization/set-spending-guardrails"),
      wellArchitectedAws("COST02-BP05", "cost-optimization-pillar/cost_govern_usage_controls"),
    ],
    remedy:
      "Look at `pilotlight cost`: choose another tier or smaller sizes, or agree on another budget (policies/environments.yaml).",
    check: (stack, { budgetMonthly, restMonthly }) => {
      if (!isStandby(stack)) return [];
      if (budgetMonthly === undefined || restMonthly === undefined) {
        throw new NotJudged("nothing says what the standby costs and may cost");
      }
      return restMonthly > budgetMonthly
        ? [
            {
              urn: stackUrn(stack),
              message: `${restMonthly.toFixed(2)} USD a month at rest; right would be: ${budgetMonthly.toFixed(2)} or less`,
            },
          ]
        : [];
    },
  },
  z.object({
    budgetMonthly: z.number().min(0).optional().describe("US dollars a month."),
    restMonthly: z.number().min(0).optional().describe("What `pilotlight cost` says, in US dollars a month."),
  }),
);

export const readinessRules: readonly StackRule[] = [drill, cost];
