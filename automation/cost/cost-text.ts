import type { ComparedLine, CostComparison } from "./cost-plan.ts";
import type { CostLine, Estimate } from "./estimate.ts";

/** The estimate as a person reads it: the configured tier by resource, all tiers side by side, and what is left out. */
export function costText(estimate: Estimate, comparison: CostComparison | undefined): string {
  const tier = estimate.tiers.find((each) => each.tier === estimate.tier);
  const sentence =
    tier === undefined
      ? ""
      : `${estimate.environment}: the ${tier.tier} standby in ${estimate.region} costs ${month(tier.restMonthly)} a month at rest and ${hour(tier.litHourly)} an hour while it is lit (${hour(tier.extraHourly)} more than at rest).`;
  return [
    sentence,
    "",
    ...(tier === undefined ? [] : table(["resource", "", "at rest/month", "lit/hour"], tier.lines.map(row), 2)),
    "",
    ...table(
      ["tier", "at rest/month", "lit/hour", "extra/hour"],
      estimate.tiers.map((each) => [
        each.tier === estimate.tier ? `${each.tier} (configured)` : each.tier,
        month(each.restMonthly),
        hour(each.litHourly),
        hour(each.extraHourly),
      ]),
      1,
    ),
    ...(comparison === undefined ? [] : comparisonText(comparison)),
    "",
    "Assumed",
    ...estimate.assumptions.map((each) => `  ${each}`),
    "Not included",
    ...estimate.notIncluded.map((each) => `  ${each}`),
    ...(tier?.lines.some(({ price }) => !price.confirmed) ? ["* no source confirms this price"] : []),
    ...estimate.warnings.map((each) => `warning: prices ${each}`),
  ].join("\n");
}

function row({ resource, detail, restMonthly, litHourly, price }: CostLine): readonly string[] {
  return [`${resource}${price.confirmed ? "" : " *"}`, detail, month(restMonthly), hour(litHourly)];
}

function comparisonText({ title, restMonthly, litHourly }: CostComparison): readonly string[] {
  const rows = (lines: readonly ComparedLine[], money: (usd: number) => string) =>
    lines.map(({ item, planned, ours, why }) => [
      item,
      planned === undefined ? "absent" : money(planned),
      money(ours),
      why,
    ]);
  return [
    "",
    `Against ${title}: at rest, a month`,
    ...table(["", "plan", "ours", ""], rows(restMonthly, month), 1),
    "",
    "Lit, an hour",
    ...table(["", "plan", "ours", ""], rows(litHourly, hour), 1),
  ];
}

/** Columns from `numbersFrom` up to the last number are right-aligned; text columns are left-aligned. */
function table(head: readonly string[], rows: readonly (readonly string[])[], numbersFrom: number): readonly string[] {
  const widths = head.map((title, index) => Math.max(title.length, ...rows.map((each) => each[index]?.length ?? 0)));
  const isNumber = (index: number): boolean => index >= numbersFrom && head[index] !== "";
  return [head, ...rows].map((cells) =>
    `  ${cells.map((cell, index) => (isNumber(index) ? cell.padStart(widths[index] ?? 0) : cell.padEnd(widths[index] ?? 0))).join("  ")}`.trimEnd(),
  );
}

function month(usd: number): string {
  return `$${usd.toFixed(2)}`;
}

function hour(usd: number): string {
  return `$${usd.toFixed(4)}`;
}
