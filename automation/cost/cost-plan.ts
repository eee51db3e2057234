import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { DriverError } from "../domain/errors.ts";
import type { Estimate, TierEstimate } from "./estimate.ts";

const amount = z.number().min(0);
const columnSchema = z.strictObject({
  total: amount,
  lines: z.array(
    z.strictObject({
      item: z.string().min(1),
      /** USD; absent: the plan does not have it. */
      planned: amount.optional(),
      /** Lines of the estimate that this one is compared with. */
      resources: z.array(z.string().min(1)).min(1),
      why: z.string(),
    }),
  ),
});
const planSchema = z.strictObject({
  title: z.string().min(1),
  restMonthly: columnSchema,
  litHourly: columnSchema,
  /** Why a resource is in the estimate and not in the plan, by its name. */
  unplanned: z.record(z.string(), z.string()).default({}),
});
/** What a standby was planned to cost, in USD: a month at rest and an hour while it is lit. */
export type CostPlan = z.infer<typeof planSchema>;

/** One line of a plan, against ours. */
export interface ComparedLine {
  readonly item: string;
  /** Undefined: the plan does not have it. */
  readonly planned: number | undefined;
  readonly ours: number;
  readonly why: string;
}

export interface CostComparison {
  readonly title: string;
  readonly restMonthly: readonly ComparedLine[];
  readonly litHourly: readonly ComparedLine[];
}

/** `stacks/cost-plan.<environment>.yaml`; undefined where there is none. Errors: `invalid-input` naming the file and the field. */
export function readCostPlan(projectRoot: string, environment: string): CostPlan | undefined {
  const name = join("stacks", `cost-plan.${environment}.yaml`);
  const path = join(projectRoot, name);
  if (!existsSync(path)) return undefined;
  const parsed = planSchema.safeParse(parse(readFileSync(path, "utf8")));
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join(".") || "the file"}: ${issue.message}`);
  throw new DriverError("invalid-input", `${name} is wrong: ${problems.join("; ")}`);
}

/** A plan line by line against the estimate of the tier that is configured. Each line of the estimate is in one of the comparison's. */
export function compareWithPlan(plan: CostPlan, estimate: Estimate): CostComparison | undefined {
  const tier = estimate.tiers.find((each) => each.tier === estimate.tier);
  if (tier === undefined) return undefined;
  const { title } = plan;
  return { title, restMonthly: column(plan, tier, "restMonthly"), litHourly: column(plan, tier, "litHourly") };
}

function column(plan: CostPlan, tier: TierEstimate, name: "restMonthly" | "litHourly"): readonly ComparedLine[] {
  const { lines, total } = plan[name];
  const of = (resources: readonly string[]): number =>
    tier.lines.filter(({ resource }) => resources.includes(resource)).reduce((sum, each) => sum + each[name], 0);
  const compared = new Set(lines.flatMap(({ resources }) => resources));
  const others = [...new Set(tier.lines.map(({ resource }) => resource))].filter((each) => !compared.has(each));
  return [
    ...lines.map(({ item, planned, resources, why }) => ({ item, planned, ours: of(resources), why })),
    ...others.map((each) => ({
      ...{ item: each, planned: undefined, ours: of([each]) },
      why: plan.unplanned[each] ?? "not in the plan",
    })),
    { item: "Total", planned: total, ours: tier[name], why: "" },
  ];
}
