import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { scaling } from "../../components/aws/eks-node-group.ts";
import { assertEksVersion } from "../../components/aws/eks-version.ts";
import { planIngress } from "../../components/aws/load-balancer-plan.ts";
import { logRetention } from "../../components/aws/log-retention.ts";
import {
  awsNames,
  controlPlaneLogGroup,
  databaseLogGroup,
  flowLogGroup,
  targetGroupName,
} from "../../components/aws/names.ts";
import { defaultZones, planNetwork, regionOf } from "../../components/aws/network-plan.ts";
import { amiType } from "../../components/aws/node-template.ts";
import { lifecycleRules } from "../../components/aws/object-lifecycle.ts";
import { storageCeiling } from "../../components/aws/postgres.ts";
import { type Cidr, formatCidr, overlap, parseCidr, sizeOf } from "../../components/cidr.ts";

// What configuration lets through (stacks/config-fields.ts).
const label = (max: number) =>
  fc.stringMatching(/^[a-z][a-z0-9]{0,11}(-[a-z0-9]{1,9}){0,4}$/).filter(({ length }) => length >= 2 && length <= max);
const identity = fc.record({
  application: fc.oneof(label(24), fc.constantFrom("internal", "sthree", "amzn-s3-demo", "a".repeat(24))),
  environment: label(24),
});
const service = label(40);
const nodePort = fc.integer({ min: 30_000, max: 32_767 });

describe("names in AWS", () => {
  it("keep to their lengths and letters, for every application and environment", () => {
    fc.assert(
      fc.property(identity, fc.stringMatching(/^[a-z0-9]{6}$/), service, nodePort, (who, suffix, image, port) => {
        const names = awsNames(who);
        expect(names.cluster).toMatch(/^[0-9A-Za-z][A-Za-z0-9_-]{0,99}$/);
        expect(names.database).toMatch(/^(?!.*--)[a-z][a-z0-9-]{0,61}[a-z0-9]$/);
        expect(names.bucket(suffix)).toMatch(/^(?!xn--|sthree-|amzn-s3-demo-)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/);
        expect(names.bucket(suffix)).not.toMatch(/(-s3alias|--ol-s3|--x-s3)$/);
        expect(names.keyAlias).toMatch(/^alias\/(?!aws\/)[A-Za-z0-9/_-]{1,250}$/);
        expect(names.topic).toMatch(/^[A-Za-z0-9_-]{1,256}$/);
        expect(names.loadBalancer).toMatch(/^(?!internal-)[A-Za-z0-9]([A-Za-z0-9-]{0,30}[A-Za-z0-9])?$/);
        expect(names.repository(image)).toMatch(
          /^(?=.{2,256}$)([a-z0-9]+([._-][a-z0-9]+)*\/)*[a-z0-9]+([._-][a-z0-9]+)*$/,
        );
        expect(targetGroupName(names.loadBalancer, image, port)).toMatch(
          /^[A-Za-z0-9]([A-Za-z0-9-]{0,30}[A-Za-z0-9])?$/,
        );
        for (const group of [
          flowLogGroup(names.cluster),
          controlPlaneLogGroup(names.cluster),
          databaseLogGroup(names.database, "postgresql"),
        ]) {
          expect(group).toMatch(/^[A-Za-z0-9_\-/.#]{1,512}$/);
        }
        // The names that components make of these.
        expect(`${names.database}-postgres18`).toMatch(/^(?!.*--)[a-z][a-z0-9-]{0,253}[a-z0-9]$/);
        expect(`${names.base}-unhealthy-${image}`.length).toBeLessThanOrEqual(255);
      }),
    );
  });

  it("are the same for the same, and differ where the service or its port differs", () => {
    fc.assert(
      fc.property(identity, service, service, nodePort, (who, one, other, port) => {
        const { loadBalancer } = awsNames(who);
        expect(awsNames({ ...who }).loadBalancer).toBe(loadBalancer);
        expect(targetGroupName(loadBalancer, one, port)).not.toBe(targetGroupName(loadBalancer, one, port - 1));
        fc.pre(one !== other);
        expect(targetGroupName(loadBalancer, one, port)).not.toBe(targetGroupName(loadBalancer, other, port));
      }),
    );
  });
});

describe("the zones of a region", () => {
  it.each([
    ["eu-central-1", ["a", "b", "c"]],
    ["ca-central-1", ["a", "b", "d"]],
    ["ap-northeast-1", ["a", "c", "d"]],
    ["us-west-1", ["a", "b"]],
  ])("of %s are those that it has: %o", (region, letters) => {
    expect(defaultZones(region)).toEqual(letters.map((letter) => `${region}${letter}`));
  });
});

describe("a network's plan", () => {
  const network = fc
    .record({ prefix: fc.integer({ min: 16, max: 20 }), address: fc.nat(0xffffffff) })
    .map(({ prefix, address }): Cidr => ({ first: address - (address % sizeOf(prefix)), prefix }));
  const region = fc.constantFrom("us-east-1", "eu-central-1", "ap-southeast-4", "us-gov-west-1", "mx-central-1");

  it("never overlaps, stays inside, and leaves room for what AWS keeps", () => {
    fc.assert(
      fc.property(network, region, fc.integer({ min: 1, max: 3 }), (block, where, count) => {
        const plan = planNetwork(formatCidr(block), defaultZones(where).slice(0, count));
        expect(plan.map(({ key }) => key)).toEqual([...new Set(plan.map(({ key }) => key))]);
        const blocks = plan.map(({ cidr }) => parseCidr(cidr));
        for (const [index, one] of blocks.entries()) {
          if (!one) throw new Error(`${plan[index]?.cidr} is no block`);
          expect(one.first).toBeGreaterThanOrEqual(block.first);
          expect(one.first + sizeOf(one.prefix)).toBeLessThanOrEqual(block.first + sizeOf(block.prefix));
          // AWS takes /16 to /28.
          expect(one.prefix).toBeLessThanOrEqual(28);
          for (const other of blocks.slice(index + 1)) expect(other && overlap(one, other)).toBe(false);
        }
      }),
    );
  });

  it("moves no subnet when a zone comes, and names none by its place in the list", () => {
    fc.assert(
      fc.property(network, region, (block, where) => {
        const [a = "", b = "", c = ""] = defaultZones(where);
        const three = planNetwork(formatCidr(block), [a, b, c]);
        expect(three).toEqual(expect.arrayContaining([...planNetwork(formatCidr(block), [a, b])]));
        const keys = (zones: string[]) =>
          planNetwork(formatCidr(block), zones)
            .map(({ key }) => key)
            .toSorted();
        expect(keys([c, a, b])).toEqual(keys([a, b, c]));
        expect([a, b, c].map(regionOf)).toEqual([where, where, where]);
      }),
    );
  });

  it("knows the region of a local zone, and what is no zone", () => {
    expect(regionOf("us-west-2-lax-1a")).toBe("us-west-2");
    expect(() => regionOf("somewhere")).toThrow("zones: somewhere; a zone is named like eu-central-1a");
  });
});

describe("a cluster's plan", () => {
  it("has no Kubernetes older than 1.28", () => {
    for (const version of ["1.28", "1.34", "1.100"]) expect(() => assertEksVersion(version)).not.toThrow();
    for (const version of ["1.27", "1.9", "2.0", "latest", ""]) {
      expect(() => assertEksVersion(version)).toThrow(`cluster.version: ${version}; give 1.28 or newer`);
    }
  });

  it("takes the image of the instance type's processor", () => {
    for (const type of ["t4g.medium", "m7gd.large", "c6gn.xlarge", "a1.large", "r8g.2xlarge"]) {
      expect(amiType(type), type).toBe("AL2023_ARM_64_STANDARD");
    }
    for (const type of ["t3.large", "m6i.large", "g5.xlarge", "m7a.large", "c5n.large"]) {
      expect(amiType(type), type).toBe("AL2023_x86_64_STANDARD");
    }
  });

  it("leaves room for one node more, and refuses sizes that contradict each other", () => {
    const nodes = { nodeType: "t3.large", nodeCount: 3 };
    expect(scaling(nodes)).toEqual({ minSize: 3, desiredSize: 3, maxSize: 4 });
    expect(scaling({ ...nodes, minNodes: 1, maxNodes: 9 })).toEqual({ minSize: 1, desiredSize: 3, maxSize: 9 });
    expect(() => scaling({ ...nodes, maxNodes: 2 })).toThrow("cluster.nodeCount: 3 with minNodes 3 and maxNodes 2");
  });
});

describe("a load balancer's plan", () => {
  const api = { name: "api", port: 443, nodePort: 30_001, role: "public" } as const;
  const worker = { name: "worker", port: 8443, nodePort: 30_002, role: "internal" } as const;
  const settings = { tls: true, publicCidrs: ["0.0.0.0/0"], internalCidrs: ["203.0.113.0/28"] };

  it("opens public services to users and internal ones to the driver, and sends port 80 on", () => {
    expect(planIngress([api, worker], settings)).toEqual({
      ingress: [
        { port: 443, cidrs: ["0.0.0.0/0", "203.0.113.0/28"] },
        { port: 8443, cidrs: ["203.0.113.0/28"] },
        { port: 80, cidrs: ["0.0.0.0/0", "203.0.113.0/28"] },
      ],
      redirectTo: 443,
    });
  });

  it("opens nothing else", () => {
    expect(planIngress([{ ...api, port: 80 }], { ...settings, tls: false })).toEqual({
      ingress: [{ port: 80, cidrs: ["0.0.0.0/0", "203.0.113.0/28"] }],
      redirectTo: undefined,
    });
  });

  it("refuses what cannot be", () => {
    expect(() => planIngress([worker], settings)).toThrow("services: none is public");
    expect(() => planIngress([api, { ...worker, port: 443 }], settings)).toThrow("services: port 443, 443");
  });
});

describe("limits of AWS", () => {
  it("are known for logs, objects and storage", () => {
    expect([logRetention(), logRetention(365)]).toEqual([30, 365]);
    expect(() => logRetention(31)).toThrow("logRetentionDays: 31; CloudWatch Logs takes one of 1, 3, 5");
    expect(() => lifecycleRules({ infrequentAccessDays: 29 })).toThrow("infrequentAccessDays 29");
    expect(() => lifecycleRules({ infrequentAccessDays: 61 })).toThrow("archiveDays 90");
    expect(storageCeiling({ storageGib: 50 })).toEqual({ maxAllocatedStorage: 200 });
    expect(storageCeiling({ storageGib: 50, maxStorageGib: 100 })).toEqual({ maxAllocatedStorage: 100 });
    expect(storageCeiling({ storageGib: 20_000 })).toEqual({ maxAllocatedStorage: 65_536 });
    expect(storageCeiling({ storageGib: 65_536 })).toEqual({});
  });
});
