import type { Estimate, TierEstimate } from "./estimate.ts";

/** One line of the table that MYCA planned with, against ours. */
export interface ReferenceLine {
  readonly resource: string;
  /** Undefined: the reference does not have it. */
  readonly reference: number | undefined;
  readonly ours: number;
  readonly why: string;
}

export interface ReferenceComparison {
  readonly restMonthly: readonly ReferenceLine[];
  readonly litHourly: readonly ReferenceLine[];
}

type Column = "restMonthly" | "litHourly";

/**
 * MYCA's own estimate ("Cost Optimization": $7 a month at rest, $0.13 an hour active) line by line against ours, of the
 * tier that is configured. Undefined for every other environment.
 */
export function compareWithReference(estimate: Estimate): ReferenceComparison | undefined {
  const tier = estimate.tiers.find((each) => each.tier === estimate.tier);
  if (estimate.environment !== "myca" || tier === undefined) return undefined;
  return { restMonthly: atRest(tier), litHourly: lit(tier) };
}

function atRest(tier: TierEstimate): readonly ReferenceLine[] {
  const of = (...resources: readonly string[]): number => total(tier, "restMonthly", resources);
  return [
    line("Storage account (100 GB)", 2, of("Objects"), "the same, at the price of hot storage"),
    line("Container registry (Basic)", 5, of("Container registry"), "the same"),
    line(
      "PostgreSQL (stopped)",
      0,
      of("PostgreSQL"),
      "it is the live replica and must run: a stopped server receives nothing, so a failover would lose all since the last dump, and Azure starts it again after 7 days by itself",
    ),
    line("PostgreSQL storage", undefined, of("PostgreSQL storage"), "paid for even while a server is stopped"),
    line("Container instances (stopped)", 0, of("Container group"), "the same: a stopped group costs nothing"),
    ...others(tier, "restMonthly"),
    line("Total", 7, tier.restMonthly, ""),
  ];
}

function lit(tier: TierEstimate): readonly ReferenceLine[] {
  const of = (...resources: readonly string[]): number => total(tier, "litHourly", resources);
  return [
    line(
      "PostgreSQL (B1ms)",
      0.03,
      of("PostgreSQL", "PostgreSQL storage"),
      "compute and storage, the same lit and at rest",
    ),
    line("Container instances (2 vCPU, 4 GB)", 0.1, of("Container group"), "the same"),
    line(
      "Storage and registry",
      undefined,
      of("Objects", "Container registry"),
      "they do not stop when the standby is lit",
    ),
    ...others(tier, "litHourly"),
    line("Total", 0.13, tier.litHourly, ""),
  ];
}

/** Why a resource is ours and not the reference's. */
const WHY: Readonly<Record<string, string>> = {
  "Front Door": "the base fee, which the reference's own design has to pay as well",
  "Private endpoints": "the reference opens the services to the internet",
  "Private DNS zones": "come with the private endpoints",
};
const COMPARED: ReadonlySet<string> = new Set([
  "Objects",
  "Container registry",
  "PostgreSQL",
  "PostgreSQL storage",
  "Container group",
]);

function others(tier: TierEstimate, column: Column): readonly ReferenceLine[] {
  const names = [...new Set(tier.lines.map(({ resource }) => resource))].filter((name) => !COMPARED.has(name));
  return names.map((name) => line(name, undefined, total(tier, column, [name]), WHY[name] ?? "not in the reference"));
}

function total(tier: TierEstimate, column: Column, resources: readonly string[]): number {
  return tier.lines.filter(({ resource }) => resources.includes(resource)).reduce((sum, each) => sum + each[column], 0);
}

function line(resource: string, reference: number | undefined, ours: number, why: string): ReferenceLine {
  return { resource, reference, ours, why };
}
