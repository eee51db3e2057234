import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { compareWithPlan, readCostPlan } from "../../../automation/cost/cost-plan.ts";
import { costText } from "../../../automation/cost/cost-text.ts";
import { estimate } from "../../../automation/cost/estimate.ts";
import { PriceList } from "../../../automation/cost/price-list.ts";
import { readStandbyConfig } from "../../../automation/cost/stack-file.ts";
import { TIER_SKUS } from "../../../automation/cost/standby-items.ts";
import { flexibleServerSku } from "../../../components/azure/flexible-server-sku.ts";
import { now, roundList, standbyConfig } from "./fixture.ts";

const projectRoot = resolve(import.meta.dirname, "../../..");

describe("the price file", () => {
  it.each(["sandbox", "cloudphoenix", "myca", "devoteam"])("has every price of %s, in every tier", (environment) => {
    const result = estimate(readStandbyConfig(projectRoot, environment), PriceList.read(), now);
    expect(result.tiers.map(({ tier }) => tier)).toEqual(["cold", "pilot-light", "warm"]);
    for (const tier of result.tiers) expect(tier.restMonthly).toBeGreaterThan(0);
  });

  it("is refused with a duplicate, a negative price or a price without a date", () => {
    const price = {
      provider: "azure",
      service: "s",
      sku: "k",
      region: "global",
      unit: "hour",
      usd: 1,
      asOf: "2026-01-01",
      source: "x",
      confirmed: true,
    };
    expect(() => new PriceList({ prices: [price, price] })).toThrow(/azure s k in global twice/);
    expect(() => new PriceList({ prices: [{ ...price, usd: -1 }] })).toThrow(/usd/);
    expect(() => new PriceList({ prices: [{ ...price, asOf: "lately" }] })).toThrow(/asOf/);
  });
});

describe("the size that a tier has unless configuration says another", () => {
  it.each(["cold", "pilot-light", "warm"] as const)("is what the %s standby makes", (tier) => {
    expect(TIER_SKUS[tier]).toBe(flexibleServerSku(tier));
  });
});

describe("a plan of one's own", () => {
  const myca = {
    compute: "container-group",
    database: { sku: "Standard_B1ms", storageGib: 128 },
    registry: { enabled: true },
    traffic: { strategy: "front-door" },
  };

  it("is explained line by line: what it says, what we say, and why", () => {
    const result = estimate(standbyConfig(myca, "myca"), roundList(), now);
    const plan = readCostPlan(projectRoot, "myca");
    const comparison = plan === undefined ? undefined : compareWithPlan(plan, result);
    expect(comparison?.restMonthly.map(({ item, planned, ours }) => [item, planned, ours.toFixed(2)])).toEqual([
      ["Storage account (100 GB)", 2, "2.00"],
      ["Container registry (Basic)", 5, "7.30"],
      ["PostgreSQL (stopped)", 0, "7.30"],
      ["PostgreSQL storage", undefined, "12.80"],
      ["Container instances (stopped)", 0, "0.00"],
      ["Front Door", undefined, "36.50"],
      ["Total", 7, "65.90"],
    ]);
    const why = comparison?.restMonthly.find(({ item }) => item === "PostgreSQL (stopped)")?.why;
    expect(why).toContain("live replica");
    // No line is lost on the way to the total.
    for (const column of [comparison?.restMonthly ?? [], comparison?.litHourly ?? []]) {
      const sum = column.slice(0, -1).reduce((total, { ours }) => total + ours, 0);
      expect(sum).toBeCloseTo(column.at(-1)?.ours ?? Number.NaN, 9);
    }
    expect(costText(result, comparison)).toContain("Against the plan that MYCA was built by");
  });

  it("is absent where there is no file, and refused by field where it is wrong", () => {
    expect(readCostPlan(projectRoot, "sandbox")).toBeUndefined();
    const root = mkdtempSync(join(tmpdir(), "pilotlight-plan-"));
    try {
      mkdirSync(join(root, "stacks"));
      writeFileSync(join(root, "stacks", "cost-plan.trial.yaml"), "title: ours\nrestMonthly: {total: -1, lines: []}\n");
      expect(() => readCostPlan(root, "trial")).toThrow(
        /cost-plan\.trial\.yaml is wrong: restMonthly\.total: .*litHourly/,
      );
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  });
});

describe("a stack file read without the engine", () => {
  const withFile = <Result>(text: string, read: (root: string) => Result): Result => {
    const root = mkdtempSync(join(tmpdir(), "pilotlight-cost-"));
    try {
      mkdirSync(join(root, "stacks"));
      writeFileSync(join(root, "stacks", "Pulumi.trial-standby.yaml"), text);
      return read(root);
    } finally {
      rmSync(root, { recursive: true });
    }
  };
  const required = [
    "config:",
    "  azure-native:location: eastus",
    "  pilotlight:application: shop",
    "  pilotlight:zoneName: shop.example",
    "  pilotlight:publicName: app.shop.example",
    "  pilotlight:allowedCidrs: [203.0.113.0/28]",
    "  pilotlight:services: [{ name: web, image: web, role: public }]",
  ].join("\n");

  it("takes encrypted values as given", () => {
    const text = `${required}\n  pilotlight:tier: warm\n  pilotlight:alertToken: { secure: v1:abc }\n`;
    expect(withFile(text, (root) => readStandbyConfig(root, "trial"))).toMatchObject({
      region: "eastus",
      tier: "warm",
    });
  });

  it("says what is wrong in it, and which environments there are", () => {
    expect(() => withFile(`${required}\n  pilotlight:tier: hot\n`, (root) => readStandbyConfig(root, "trial"))).toThrow(
      /pilotlight:tier: hot; right would be: cold, pilot-light or warm/,
    );
    expect(() => withFile(required, (root) => readStandbyConfig(root, "other"))).toThrow(/"other".*trial/);
  });
});
