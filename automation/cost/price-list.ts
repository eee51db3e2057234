import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { DriverError } from "../domain/errors.ts";

/** Hours in a month, as Azure's own calculator counts. */
export const HOURS_A_MONTH = 730;

/** How long a price buys its quantity, in hours. An event is bought once: its quantity is events an hour. */
const HOURS = {
  hour: 1,
  "vCPU-hour": 1,
  "GiB-hour": 1,
  event: 1,
  day: 24,
  month: HOURS_A_MONTH,
  "GiB-month": HOURS_A_MONTH,
} as const;

const priceSchema = z.strictObject({
  provider: z.enum(["azure", "aws"]),
  service: z.string().min(1),
  sku: z.string().min(1),
  /** A region of the provider, or `global` where the price is one for all. */
  region: z.string().min(1),
  unit: z.enum(["hour", "vCPU-hour", "GiB-hour", "event", "day", "month", "GiB-month"]),
  usd: z.number().nonnegative(),
  /** The day of the source; of an undated one, the day on which it was looked at. */
  asOf: z.iso.date(),
  source: z.string().min(1),
  /** The very figure was seen in the source, for this SKU and region. */
  confirmed: z.boolean(),
  note: z.string().optional(),
});
export type Price = Readonly<z.infer<typeof priceSchema>>;

const fileSchema = z.strictObject({ prices: z.array(priceSchema) });

/** What is asked of a price list. */
export interface PriceKey {
  readonly service: string;
  readonly sku: string;
  readonly unit: Price["unit"];
}

export const PRICE_FILE = join(import.meta.dirname, "prices.json");

/** List prices in US dollars, before discounts and tax. */
export class PriceList {
  readonly #prices: readonly Price[];

  /** Throws DriverError `invalid-input` where an entry is wrong or there twice. */
  constructor(content: unknown) {
    const parsed = fileSchema.safeParse(content);
    if (!parsed.success) {
      throw new DriverError("invalid-input", `the price file is wrong: ${z.prettifyError(parsed.error)}`);
    }
    this.#prices = parsed.data.prices;
    const seen = new Set<string>();
    for (const { provider, service, sku, region } of this.#prices) {
      const key = `${provider} ${service} ${sku} in ${region}`;
      if (seen.has(key)) throw new DriverError("invalid-input", `the price file has ${key} twice`);
      seen.add(key);
    }
  }

  static read(path: string = PRICE_FILE): PriceList {
    return new PriceList(JSON.parse(readFileSync(path, "utf8")));
  }

  /** The region's own price, or else the one for all regions. Throws DriverError `not-found`. */
  find(key: PriceKey, region: string): Price {
    const matching = this.#prices.filter(
      (price) =>
        price.provider === "azure" &&
        price.service === key.service &&
        price.sku === key.sku &&
        price.unit === key.unit &&
        (price.region === region || price.region === "global"),
    );
    const price = matching.find((each) => each.region === region) ?? matching[0];
    if (price !== undefined) return price;
    throw new DriverError(
      "not-found",
      `no price of ${key.service} ${key.sku} in ${region} (per ${key.unit}): add it to automation/cost/prices.json with its date and source`,
    );
  }
}

/** What a quantity at a price costs in an hour. */
export function hourly(price: Price, quantity: number): number {
  return (price.usd * quantity) / HOURS[price.unit];
}

/** Older than twelve months. */
export function isStale(price: Price, now: Date): boolean {
  const limit = new Date(now);
  limit.setUTCFullYear(limit.getUTCFullYear() - 1);
  return new Date(price.asOf) < limit;
}
