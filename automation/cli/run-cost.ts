import { loadEnvironment } from "../composition/environment-file.ts";
import { compareWithPlan, readCostPlan } from "../cost/cost-plan.ts";
import { costText } from "../cost/cost-text.ts";
import { estimate } from "../cost/estimate.ts";
import { PriceList } from "../cost/price-list.ts";
import { readStandbyConfig } from "../cost/stack-file.ts";
import type { CommandContext } from "./command.ts";
import { exitCodes } from "./exit-codes.ts";

/** Prints the price of an environment's standby. `given`: as `--environment` says it; undefined: as every command finds it. */
export function runCost(context: CommandContext, given: string | undefined): number {
  const environment =
    given ?? loadEnvironment(context.projectRoot, undefined, process.env).PILOTLIGHT_ENVIRONMENT ?? "";
  const config = readStandbyConfig(context.projectRoot, environment);
  const result = estimate(config, PriceList.read(), new Date());
  const plan = readCostPlan(context.projectRoot, environment);
  const comparison = plan === undefined ? undefined : compareWithPlan(plan, result);
  context.print(comparison === undefined ? result : { ...result, plan: comparison }, costText(result, comparison));
  return exitCodes.done;
}
