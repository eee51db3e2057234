import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { costText } from "../../../automation/cost/cost-text.ts";
import { type Estimate, estimate, type TierEstimate } from "../../../automation/cost/estimate.ts";
import { HOURS_A_MONTH, PriceList } from "../../../automation/cost/price-list.ts";
import type { Tier } from "../../../stacks/outputs.ts";
import { now, roundList, roundPrices, standbyConfig } from "./fixture.ts";

const of = (result: Estimate, tier: Tier): TierEstimate => {
  const found = result.tiers.find((each) => each.tier === tier);
  if (found === undefined) throw new Error(`no ${tier}`);
  return found;
};
const byResource = (tier: TierEstimate, column: "restMonthly" | "litHourly") => {
  const sums: Record<string, number> = {};
  for (const line of tier.lines) sums[line.resource] = (sums[line.resource] ?? 0) + line[column];
  return Object.fromEntries(Object.entries(sums).map(([name, usd]) => [name, Number(usd.toFixed(6))]));
};

describe("what a standby costs", () => {
  it("is exact for a cluster with everything", () => {
    const config = standbyConfig({
      database: { storageGib: 128 },
      objects: { expectedGib: 50 },
      registry: { enabled: true },
      privateEndpoints: true,
      cluster: { nodeCount: 3 },
      failoverFunctions: { enabled: true },
    });
    const tier = of(estimate(config, roundList(), now), "pilot-light");
    expect(byResource(tier, "restMonthly")).toEqual({
      PostgreSQL: 36.5,
      "PostgreSQL storage": 12.8,
      Objects: 1,
      "Container registry": 7.3,
      "Private endpoints": 21.9,
      "Private DNS zones": 1.5,
      "Traffic Manager": 2.5,
      "Logic App": 8.76,
      "Public addresses": 7.3,
      AKS: 0,
      "AKS nodes": 0,
      "AKS node disks": 0,
      "Load balancer": 0,
    });
    expect(tier.restMonthly).toBeCloseTo(99.56, 6);
    // 0.1 control plane, 3 × 0.1 nodes, 3 × 0.01 disks, 0.025 load balancer.
    expect(tier.extraHourly).toBeCloseTo(0.455, 6);
    expect(tier.litHourly).toBeCloseTo(99.56 / HOURS_A_MONTH + 0.455, 6);
  });

  it("is exact for a container group behind Front Door", () => {
    const config = standbyConfig({
      compute: "container-group",
      containerGroup: { cpu: 2, memoryGib: 4 },
      database: { sku: "Standard_B1ms", storageGib: 128 },
      objects: { expectedGib: 100 },
      traffic: { strategy: "front-door" },
    });
    const result = estimate(config, roundList(), now);
    const tier = of(result, "pilot-light");
    expect(byResource(tier, "restMonthly")).toEqual({
      PostgreSQL: 7.3,
      "PostgreSQL storage": 12.8,
      Objects: 2,
      "Front Door": 36.5,
      "Container group": 0,
    });
    expect(byResource(tier, "litHourly")["Container group"]).toBe(0.1);
    // Warm: the group always runs.
    expect(of(result, "warm").restMonthly - tier.restMonthly).toBeCloseTo(73, 6);
    expect(of(result, "warm").extraHourly).toBe(0);
  });

  it("sizes the database by tier unless the configuration says a size, and doubles it for high availability", () => {
    const open = estimate(standbyConfig(), roundList(), now);
    const compute = (result: Estimate, tier: Tier) => byResource(of(result, tier), "litHourly").PostgreSQL;
    expect([compute(open, "cold"), compute(open, "pilot-light"), compute(open, "warm")]).toEqual([0.01, 0.05, 0.2]);
    const database = { sku: "Standard_D2ds_v5", highAvailability: true, storageGib: 32 };
    const twice = estimate(standbyConfig({ database }), roundList(), now);
    expect([compute(twice, "cold"), compute(twice, "warm")]).toEqual([0.4, 0.4]);
    expect(byResource(of(twice, "cold"), "restMonthly")["PostgreSQL storage"]).toBe(6.4);
  });

  it("has no line for what is off, and names what it leaves out", () => {
    const result = estimate(standbyConfig({ traffic: { strategy: "route53-failover" } }), roundList(), now);
    const names = of(result, "cold").lines.map(({ resource }) => resource);
    expect(names).not.toContain("Traffic Manager");
    expect(names).not.toContain("Private endpoints");
    expect(result.notIncluded.join("\n")).toMatch(/egress[\s\S]*operations[\s\S]*Route 53/);
    expect(result.assumptions.join("\n")).toMatch(/730 hours[\s\S]*100 GiB/);
  });

  it("refuses to guess: a missing price names the SKU, the region and the file", () => {
    const config = standbyConfig({ cluster: { nodeType: "Standard_D4s_v5" } });
    expect(() => estimate(config, roundList(), now)).toThrow(
      /virtual-machine Standard_D4s_v5 in eastus .*automation\/cost\/prices\.json/,
    );
    expect(() => estimate(standbyConfig({ region: "westus" }), roundList(), now)).toThrow(/in westus/);
  });

  it("warns of prices older than twelve months and of those that no source confirms", () => {
    const prices = roundPrices.map((price) => {
      if (price.service === "blob-storage") return { ...price, asOf: "2025-11-20" };
      if (price.sku === "Standard_B2s") return { ...price, asOf: "2025-11-21", confirmed: false };
      return price;
    });
    const result = estimate(standbyConfig(), new PriceList({ prices }), now);
    expect(result.warnings).toEqual([
      "older than 12 months: blob-storage hot-lrs (eastus) of 2025-11-20",
      "not confirmed by a source: postgresql-flexible-server Standard_B2s (eastus)",
    ]);
    const text = costText(result, undefined);
    expect(text).toContain("warning: prices older than 12 months");
    expect(text).toContain("PostgreSQL *");
    expect(estimate(standbyConfig(), roundList(), now).warnings).toEqual([]);
  });
});

describe("for every legal standby", () => {
  const keys = fc
    .record({
      compute: fc.constantFrom("aks", "container-group"),
      database: fc.oneof(
        fc.record({ storageGib: fc.constantFrom(32, 64, 128, 1024) }),
        fc.record({ sku: fc.constantFrom("Standard_B1ms", "Standard_B2s", "Standard_D2ds_v5") }),
        fc.constant({ sku: "Standard_D2ds_v5", highAvailability: true }),
      ),
      cluster: fc.record({ nodeCount: fc.integer({ min: 1, max: 100 }) }),
      containerGroup: fc.record({ cpu: fc.integer({ min: 1, max: 4 }), memoryGib: fc.integer({ min: 1, max: 16 }) }),
      objects: fc.record({ expectedGib: fc.integer({ min: 0, max: 1_000_000 }) }),
      registry: fc.record({ enabled: fc.boolean() }),
      privateEndpoints: fc.boolean(),
      failoverFunctions: fc.record({ enabled: fc.boolean() }),
      traffic: fc.record({ strategy: fc.constantFrom("traffic-manager", "front-door", "route53-failover") }),
    })
    // A container group is outside the network.
    .map((given) => ({ ...given, privateEndpoints: given.privateEndpoints && given.compute === "aks" }));

  it("no cost is negative, lit is never cheaper than rest, and a hotter tier never cheaper than a colder one", () => {
    fc.assert(
      fc.property(keys, (given) => {
        const { tiers } = estimate(standbyConfig(given), roundList(), now);
        for (const tier of tiers) {
          for (const line of tier.lines) {
            expect(line.restMonthly).toBeGreaterThanOrEqual(0);
            expect(line.litHourly * HOURS_A_MONTH).toBeGreaterThanOrEqual(line.restMonthly - 1e-9);
          }
          expect(tier.litHourly * HOURS_A_MONTH).toBeGreaterThanOrEqual(tier.restMonthly - 1e-6);
          expect(tier.extraHourly).toBeGreaterThanOrEqual(0);
        }
        const [cold, pilotLight, warm] = tiers.map(({ restMonthly }) => restMonthly);
        expect(pilotLight).toBeGreaterThanOrEqual(cold ?? Number.NaN);
        expect(warm).toBeGreaterThanOrEqual(pilotLight ?? Number.NaN);
      }),
    );
  });
});
