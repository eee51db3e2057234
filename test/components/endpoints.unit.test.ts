import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { parseConfig } from "../../stacks/config.ts";
import { publicService, serviceEndpoint } from "../../stacks/endpoints.ts";

it("the contract tells the health path of a service where it is not /health", () => {
  const { config } = parse(readFileSync("stacks/Pulumi.sandbox-standby.yaml", "utf8"));
  const services = [{ name: "orders", image: "shop/orders:1", role: "public", healthPath: "/actuator/health" }];
  const pathOf = (more: object): unknown => {
    const raw = Object.entries({ ...config, ...more }).map(([key, value]) => [
      key,
      typeof value === "string" ? value : JSON.stringify(value),
    ]);
    const parsed = parseConfig(Object.fromEntries(raw), { environment: "sandbox", role: "standby" });
    return serviceEndpoint(parsed, publicService(parsed), "10.0.0.1");
  };
  expect(pathOf({ "pilotlight:services": services })).toMatchObject({
    service: "orders",
    healthPath: "/actuator/health",
  });
  // So that nothing changes for a deployed estate.
  expect(pathOf({})).not.toHaveProperty("healthPath");
});
