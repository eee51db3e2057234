import type { PlanName } from "../../domain/operation.ts";
import type { DriverSettings } from "../settings.ts";
import { drill, selfHeal, standDownPlan, warmUp, zonalRecovery } from "./auxiliary.ts";
import { move } from "./move.ts";
import { type Plan, type PlanInput, requireGraph } from "./plan.ts";
import { reprotect } from "./reprotect.ts";

const builders: Readonly<Record<PlanName, (input: PlanInput, settings: DriverSettings) => Plan>> = {
  failover: move,
  failback: move,
  reprotect,
  "warm-up": warmUp,
  "stand-down": standDownPlan,
  drill,
  "self-heal": selfHeal,
  "zonal-recovery": zonalRecovery,
};

/** The graph of an operation. `invalid-input` where a plan that needs a service or a zone names none. */
export function buildPlan(input: PlanInput, settings: DriverSettings): Plan {
  const plan = builders[input.plan](input, settings);
  requireGraph(plan.stages);
  return plan;
}
