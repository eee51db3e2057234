import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { awsNames } from "../../components/aws/names.ts";
import { defaultZones, planNetwork } from "../../components/aws/network-plan.ts";
import { azureNames, dnsLabel, stableGuid, trafficManagerHost } from "../../components/azure/names.ts";
import { planNetwork as planAzureNetwork } from "../../components/azure/network.ts";
import { skuTier } from "../../components/azure/postgres.ts";
import { addressRange, type Cidr, formatCidr, overlap, parseCidr, sizeOf } from "../../components/cidr.ts";
import { planSubnets } from "../../components/subnet-plan.ts";

const cidr = (low: number, high: number) =>
  fc
    .record({ prefix: fc.integer({ min: low, max: high }), address: fc.nat(0xffffffff) })
    .map(({ prefix, address }): Cidr => ({ first: address - (address % sizeOf(prefix)), prefix }));
const parsed = (text: string): Cidr => {
  const block = parseCidr(text);
  if (!block) throw new Error(`${text} is not a block`);
  return block;
};
const inside = (inner: Cidr, outer: Cidr) =>
  inner.first >= outer.first && inner.first + sizeOf(inner.prefix) <= outer.first + sizeOf(outer.prefix);
const expectDisjoint = (blocks: readonly Cidr[]) => {
  for (const [index, one] of blocks.entries()) {
    for (const other of blocks.slice(index + 1)) expect(overlap(one, other)).toBe(false);
  }
};

describe("IPv4 blocks", () => {
  it("read back what they write", () => {
    fc.assert(
      fc.property(cidr(0, 32), (block) => {
        expect(parseCidr(formatCidr(block))).toEqual(block);
      }),
    );
  });

  it("are refused when they are none", () => {
    for (const text of ["10.0.0.1/16", "10.0.0.0", "10.0.0.0/33", "256.0.0.0/8", "", "10.0.0.0/16 ", "::/0"]) {
      expect(parseCidr(text), text).toBeUndefined();
    }
  });

  it("have a first and a last address", () => {
    expect(addressRange(parsed("203.0.113.16/28"))).toEqual({ first: "203.0.113.16", last: "203.0.113.31" });
    expect(addressRange(parsed("0.0.0.0/0"))).toEqual({ first: "0.0.0.0", last: "255.255.255.255" });
  });
});

describe("subnet plans", () => {
  const requests = fc
    .array(fc.integer({ min: 0, max: 12 }), { maxLength: 12 })
    .map((bits) => bits.map((newBits, index) => ({ key: `s${index}`, newBits })));

  it("fit and never overlap, or are refused by name", () => {
    fc.assert(
      fc.property(cidr(8, 24), requests, (network, wanted) => {
        try {
          const blocks = Object.values(planSubnets(formatCidr(network), wanted)).map(parsed);
          for (const block of blocks) expect(inside(block, network)).toBe(true);
          expectDisjoint(blocks);
        } catch (error) {
          expect(String(error)).toMatch(/^Error: subnet s\d+ \(\/\d+\) does not fit/);
        }
      }),
    );
  });

  it("never move a subnet when one is added at the end", () => {
    fc.assert(
      fc.property(requests, fc.integer({ min: 4, max: 12 }), (wanted, newBits) => {
        const plan = (list: typeof wanted) => planSubnets("10.0.0.0/8", list);
        try {
          expect(plan([...wanted, { key: "new", newBits }])).toMatchObject(plan(wanted));
        } catch (error) {
          expect(String(error)).toContain("does not fit");
        }
      }),
    );
  });

  it("of both clouds work for every network that configuration lets through", () => {
    fc.assert(
      fc.property(cidr(16, 20), fc.integer({ min: 2, max: 3 }), (network, zones) => {
        const text = formatCidr(network);
        const aws = planNetwork(text, defaultZones("eu-central-1").slice(0, zones)).map((subnet) =>
          parsed(subnet.cidr),
        );
        const azure = Object.values(planAzureNetwork(text)).map(parsed);
        expect(aws).toHaveLength(3 * zones);
        for (const blocks of [aws, azure]) {
          expectDisjoint(blocks);
          for (const block of blocks) {
            expect(inside(block, network)).toBe(true);
            // Both clouds refuse anything smaller than /28 or /29.
            expect(block.prefix).toBeLessThanOrEqual(28);
          }
        }
      }),
    );
  });

  it("leave room for a third zone", () => {
    const plan = (count: number) => planNetwork("10.0.0.0/16", defaultZones("eu-central-1").slice(0, count));
    expect(plan(3)).toEqual(expect.arrayContaining([...plan(2)]));
  });

  it("are these for the default network", () => {
    expect(
      Object.fromEntries(planNetwork("10.0.0.0/16", defaultZones("eu-central-1")).map((s) => [s.key, s.cidr])),
    ).toMatchInlineSnapshot(`
      {
        "database-a": "10.0.240.0/24",
        "database-b": "10.0.241.0/24",
        "database-c": "10.0.242.0/24",
        "private-a": "10.0.0.0/18",
        "private-b": "10.0.64.0/18",
        "private-c": "10.0.128.0/18",
        "public-a": "10.0.192.0/20",
        "public-b": "10.0.208.0/20",
        "public-c": "10.0.224.0/20",
      }
    `);
    expect(planAzureNetwork("10.1.0.0/16")).toMatchInlineSnapshot(`
      {
        "aks": "10.1.0.0/17",
        "private": "10.1.128.0/19",
        "public": "10.1.160.0/20",
      }
    `);
  });
});

describe("names", () => {
  const word = fc
    .stringMatching(/^[a-z][a-z0-9]{0,9}(-[a-z0-9]{1,6}){0,2}$/)
    .filter((text) => text.length >= 2 && text.length <= 24);
  const identity = fc.record({ application: word, environment: word });
  const suffix = fc.stringMatching(/^[a-z0-9]{6}$/);

  it("keep to each cloud's limits", () => {
    const label = /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;
    fc.assert(
      fc.property(identity, suffix, fc.domain(), (who, tail, publicName) => {
        const aws = awsNames(who);
        const azure = azureNames(who);
        expect(aws.cluster).toMatch(/^[A-Za-z][A-Za-z0-9-]{0,99}$/);
        expect(aws.database).toMatch(/^(?!.*--)[a-z][a-z0-9-]{0,61}[a-z0-9]$/);
        expect(aws.bucket(tail)).toMatch(/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/);
        expect(azure.database(tail)).toMatch(/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/);
        expect(azure.storageAccount(tail)).toMatch(/^[a-z0-9]{3,24}$/);
        expect(azure.vault(tail)).toMatch(/^(?!.*--)[a-z][a-z0-9-]{1,22}[a-z0-9]$/);
        expect(azure.cluster).toMatch(/^[a-z][a-z0-9-]{0,52}[a-z0-9]$/);
        expect(azure.nodeResourceGroup.length).toBeLessThanOrEqual(80);
        expect(azure.resourceGroup.length).toBeLessThanOrEqual(90);
        for (const name of [azure.network, azure.publicIp, azure.egressIp, azure.profile]) expect(name).toMatch(label);
        expect(dnsLabel(who, publicName)).toMatch(label);
        expect(trafficManagerHost(who, publicName)).toBe(`${dnsLabel(who, publicName)}.trafficmanager.net`);
      }),
    );
  });

  it("differ where applications differ, however long", () => {
    fc.assert(
      fc.property(identity, identity, suffix, (one, other, tail) => {
        fc.pre(`${one.application}-${one.environment}` !== `${other.application}-${other.environment}`);
        expect(azureNames(one).vault(tail)).not.toBe(azureNames(other).vault(tail));
      }),
    );
  });

  it("of role assignments are GUIDs, the same for the same", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(stableGuid(text)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
        expect(stableGuid(text)).toBe(stableGuid(text));
      }),
    );
  });
});

describe("flexible server tiers", () => {
  it("follow from the SKU", () => {
    expect(["Standard_B2s", "Standard_D2ds_v5", "Standard_E4ds_v5"].map(skuTier)).toEqual([
      "Burstable",
      "GeneralPurpose",
      "MemoryOptimized",
    ]);
  });
});
