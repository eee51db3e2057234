import type { StandbyConfig } from "../../stacks/config.ts";
import { type Tier, tierSchema } from "../../stacks/outputs.ts";
import { HOURS_A_MONTH, hourly, isStale, type Price, type PriceList } from "./price-list.ts";
import { type CostItem, standbyItems } from "./standby-items.ts";

/** One line of the bill, in US dollars. */
export interface CostLine {
  readonly resource: string;
  readonly detail: string;
  /** A month in which the standby is never lit. */
  readonly restMonthly: number;
  /** An hour while it is lit. */
  readonly litHourly: number;
  readonly price: Price;
}

export interface TierEstimate {
  readonly tier: Tier;
  readonly lines: readonly CostLine[];
  readonly restMonthly: number;
  /** Everything, also what runs at rest. */
  readonly litHourly: number;
  /** What lighting adds to an hour. */
  readonly extraHourly: number;
}

export interface Estimate {
  readonly environment: string;
  readonly region: string;
  /** The one that is configured. */
  readonly tier: Tier;
  readonly tiers: readonly TierEstimate[];
  readonly assumptions: readonly string[];
  readonly notIncluded: readonly string[];
  readonly warnings: readonly string[];
}

/** What the standby costs in each tier. Pure. Throws DriverError `not-found` for a price that is not in the list. */
export function estimate(config: StandbyConfig, prices: PriceList, now: Date): Estimate {
  const tiers = tierSchema.options.map((tier) => tierEstimate(config, tier, prices));
  const used = [...new Set(tiers.flatMap(({ lines }) => lines.map(({ price }) => price)))];
  return {
    environment: config.environment,
    region: config.region,
    tier: config.tier,
    tiers,
    assumptions: assumptions(config),
    notIncluded: notIncluded(config),
    warnings: warnings(used, now),
  };
}

function tierEstimate(config: StandbyConfig, tier: Tier, prices: PriceList): TierEstimate {
  const lines = standbyItems(config, tier).map((item) => costLine(item, tier, prices.find(item, config.region)));
  const restMonthly = sum(lines.map((line) => line.restMonthly));
  const litHourly = sum(lines.map((line) => line.litHourly));
  // A warm standby runs the same things at rest and lit; a rounding error is no extra.
  const extraHourly = tier === "warm" ? 0 : Math.max(0, litHourly - restMonthly / HOURS_A_MONTH);
  return { tier, lines, restMonthly, litHourly, extraHourly };
}

function costLine(item: CostItem, tier: Tier, price: Price): CostLine {
  const litHourly = hourly(price, item.quantity);
  const atRest = item.runs === "always" || tier === "warm";
  const { resource, detail } = item;
  return { resource, detail, restMonthly: atRest ? litHourly * HOURS_A_MONTH : 0, litHourly, price };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function assumptions(config: StandbyConfig): readonly string[] {
  const { maxNodes, nodeCount } = config.cluster;
  return [
    `${HOURS_A_MONTH} hours in a month; list prices in US dollars, before discounts and tax`,
    `${config.objects.expectedGib} GiB of objects (pilotlight:objects.expectedGib), all hot: what the lifecycle moves to cool costs less`,
    ...(config.compute === "aks" && maxNodes !== undefined && maxNodes > nodeCount
      ? [`${nodeCount} nodes; autoscaling may go to ${maxNodes}`]
      : []),
    "storage of the database at the declared size; it grows by itself when it fills",
  ];
}

function notIncluded(config: StandbyConfig): readonly string[] {
  return [
    "egress: replication, object sync and users' traffic, a price per GiB",
    "operations: on objects, tables, secrets and the vault, and old versions of objects",
    "backups of the database beyond its own size",
    ...(config.compute === "aks" ? [] : ["the container group's public address"]),
    ...(config.traffic.strategy === "front-door" ? ["Front Door's requests and transfer"] : []),
    ...(config.traffic.strategy === "traffic-manager" ? ["Traffic Manager's DNS queries"] : []),
    ...(config.traffic.strategy.startsWith("route53") ? ["Route 53, which is on the primary's bill"] : []),
    ...(config.privateEndpoints ? ["data that passes the private endpoints"] : []),
    ...(config.logs.enabled ? ["Log Analytics: a price per GiB taken in, and its alert rules"] : []),
    ...(config.registry.importImages && config.registry.enabled
      ? ["image imports and storage beyond the registry's own"]
      : []),
    "the primary",
  ];
}

function warnings(used: readonly Price[], now: Date): readonly string[] {
  const stale = used.filter((price) => isStale(price, now));
  const unconfirmed = used.filter((price) => !price.confirmed);
  const name = ({ service, sku, region }: Price): string => `${service} ${sku} (${region})`;
  return [
    ...(stale.length === 0
      ? []
      : [`older than 12 months: ${stale.map((price) => `${name(price)} of ${price.asOf}`).join(", ")}`]),
    ...(unconfirmed.length === 0 ? [] : [`not confirmed by a source: ${unconfirmed.map(name).join(", ")}`]),
  ];
}
