import { expect, it } from "vitest";
import { ApiFaults } from "../../../sandbox/contracts/api-faults.ts";

it("hits the service that is named and what is below it, whatever the case, in its own cloud only", () => {
  const faults = new ApiFaults();
  faults.set({ cloud: "azure", service: "Microsoft.Network/trafficManagerProfiles", how: "fail", share: 1 });
  const hits = (cloud: "aws" | "azure", ...services: string[]) => services.map((service) => faults.hit(cloud, service));
  expect(
    hits(
      "azure",
      "microsoft.network/trafficmanagerprofiles",
      "Microsoft.Network/trafficManagerProfiles/externalEndpoints",
      "Microsoft.Network/trafficManagerProfilesToo",
      "Microsoft.Network/virtualNetworks",
      "",
    ),
  ).toEqual(["fail", "fail", undefined, undefined, undefined]);
  expect(hits("aws", "Microsoft.Network/trafficManagerProfiles")).toEqual([undefined]);
});

it("hits every service of a cloud by all, until that is healed, which heals those by name as well", () => {
  const faults = new ApiFaults();
  faults.set({ cloud: "aws", service: "rds", how: "fail", share: 1 });
  faults.set({ cloud: "aws", service: "all", how: "throttle", share: 1 });
  expect([faults.hit("aws", "rds"), faults.hit("aws", "eks"), faults.hit("azure", "eks")]).toEqual([
    "fail",
    "throttle",
    undefined,
  ]);
  faults.heal("aws", "RDS");
  expect(faults.hit("aws", "rds")).toBe("throttle");
  faults.set({ cloud: "aws", service: "eks", how: "fail", share: 1 });
  faults.heal("aws", "all");
  expect(faults.list()).toEqual([]);
});

it("hits a share of the calls", () => {
  const numbers = [0.1, 0.4, 0.29, 0.31];
  const faults = new ApiFaults(() => numbers.shift() ?? 1);
  faults.set({ cloud: "aws", service: "all", how: "throttle", share: 0.3 });
  expect([1, 2, 3, 4].map(() => faults.hit("aws", "s3"))).toEqual(["throttle", undefined, "throttle", undefined]);
});
