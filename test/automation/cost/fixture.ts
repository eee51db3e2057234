import { PriceList } from "../../../automation/cost/price-list.ts";
import { parseConfig, type StandbyConfig } from "../../../stacks/config.ts";

/** A standby's configuration with these keys besides the few that have no default. */
export function standbyConfig(keys: Readonly<Record<string, unknown>> = {}, environment = "trial"): StandbyConfig {
  const all: Readonly<Record<string, unknown>> = {
    application: "shop",
    region: "eastus",
    zoneName: "shop.example",
    publicName: "app.shop.example",
    allowedCidrs: ["203.0.113.0/28"],
    services: [{ name: "web", image: "shop/web:1", role: "public" }],
    servicePort: 8080,
    ...keys,
  };
  const raw = Object.fromEntries(
    Object.entries(all).map(([key, value]) => [
      `pilotlight:${key}`,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
  const config = parseConfig(raw, { environment, role: "standby" });
  if (config.role !== "standby") throw new Error("the fixture is a standby");
  return config;
}

const round = { provider: "azure", asOf: "2026-06-01", source: "a fixture", confirmed: true } as const;
const database = { ...round, service: "postgresql-flexible-server", region: "eastus" } as const;

/** Round prices, so that sums can be checked in the head. */
export const roundPrices = [
  { ...database, sku: "Standard_B1ms", unit: "hour", usd: 0.01 },
  { ...database, sku: "Standard_B2s", unit: "hour", usd: 0.05 },
  { ...database, sku: "Standard_D2ds_v5", unit: "hour", usd: 0.2 },
  { ...database, sku: "storage", unit: "GiB-month", usd: 0.1 },
  { ...round, service: "sql-database", sku: "Basic", region: "eastus", unit: "month", usd: 5 },
  { ...round, service: "blob-storage", sku: "hot-lrs", region: "eastus", unit: "GiB-month", usd: 0.02 },
  { ...round, service: "container-registry", sku: "Basic", region: "global", unit: "day", usd: 0.24 },
  { ...round, service: "private-link", sku: "endpoint", region: "global", unit: "hour", usd: 0.01 },
  { ...round, service: "private-dns", sku: "zone", region: "global", unit: "month", usd: 0.5 },
  { ...round, service: "public-ip", sku: "standard-static", region: "global", unit: "hour", usd: 0.005 },
  { ...round, service: "load-balancer", sku: "standard", region: "global", unit: "hour", usd: 0.025 },
  { ...round, service: "kubernetes-service", sku: "standard", region: "global", unit: "hour", usd: 0.1 },
  { ...round, service: "virtual-machine", sku: "Standard_D2s_v3", region: "eastus", unit: "hour", usd: 0.1 },
  { ...round, service: "managed-disk", sku: "P10", region: "eastus", unit: "month", usd: 7.3 },
  { ...round, service: "container-instances", sku: "vcpu", region: "eastus", unit: "vCPU-hour", usd: 0.04 },
  { ...round, service: "container-instances", sku: "memory", region: "eastus", unit: "GiB-hour", usd: 0.005 },
  { ...round, service: "traffic-manager", sku: "external-endpoint", region: "global", unit: "month", usd: 0.5 },
  { ...round, service: "traffic-manager", sku: "fast-interval", region: "global", unit: "month", usd: 2 },
  { ...round, service: "front-door", sku: "standard", region: "global", unit: "month", usd: 36.5 },
  { ...round, service: "logic-apps", sku: "built-in-action", region: "global", unit: "event", usd: 0.0001 },
];

export const roundList = (): PriceList => new PriceList({ prices: roundPrices });
/** Within a year of the fixture's prices. */
export const now = new Date("2026-11-21T00:00:00Z");
