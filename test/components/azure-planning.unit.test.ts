import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DNS_SERVICE_IP, POD_CIDR, SERVICE_CIDR } from "../../components/azure/cluster-addresses.ts";
import { azureNames, dnsLabel, stableGuid } from "../../components/azure/names.ts";
import { planNetwork } from "../../components/azure/network.ts";
import { type Cidr, formatCidr, overlap, parseCidr, sizeOf } from "../../components/cidr.ts";

const word = fc
  .stringMatching(/^[a-z][a-z0-9]{0,9}(-[a-z0-9]{1,6}){0,2}$/)
  .filter((text) => text.length >= 2 && text.length <= 24);
const longWord = fc.constantFrom("a2345678901234567890abcd", "a-b-c-d-e-f-g-h-i-j-k-l2", "abcdefghijklmnopqrst-xyz");
const identity = fc.record({ application: fc.oneof(word, longWord), environment: fc.oneof(word, longWord) });
const suffix = fc.stringMatching(/^[a-z0-9]{6}$/);
const parsed = (text: string): Cidr => {
  const block = parseCidr(text);
  if (!block) throw new Error(`${text} is not a block`);
  return block;
};

describe("names in Azure", () => {
  it("keep to every type's limits for any application and environment", () => {
    const label = (max: number) => new RegExp(`^(?=.{1,${max}}$)[a-z]([a-z0-9-]*[a-z0-9])?$`);
    fc.assert(
      fc.property(identity, suffix, (who, tail) => {
        const names = azureNames(who);
        expect(names.resourceGroup).toMatch(label(90));
        expect(names.nodeResourceGroup).toMatch(label(80));
        // The DNS prefix as well, which is shorter than the name may be.
        expect(names.cluster).toMatch(label(54));
        expect(names.network).toMatch(label(64));
        for (const key of ["aks", "private", "public"]) expect(`${names.network}-${key}`).toMatch(label(80));
        for (const key of ["postgres", "table", "vault"]) expect(`${names.privateEndpoints}-${key}`).toMatch(label(64));
        for (const name of [names.publicIp, names.egressIp]) expect(name).toMatch(label(80));
        for (const name of [
          names.identity,
          names.nodeIdentity,
          names.applicationIdentity,
          names.helperIdentity("functions"),
        ]) {
          expect(name).toMatch(/^(?=.{3,128}$)[a-z][a-z0-9-]*$/);
        }
        expect(names.profile).toMatch(label(63));
        expect(names.frontDoor).toMatch(label(64));
        expect(names.frontDoorEndpoint).toMatch(/^(?=.{2,46}$)[a-z0-9]([a-z0-9-]*[a-z0-9])$/);
        expect(names.containerGroup).toMatch(/^(?!.*--)(?=.{1,63}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?$/);
        // The run state script and its identity are called after the group.
        expect(`${names.containerGroup}-run-state`.length).toBeLessThanOrEqual(90);
        expect(names.script("import-abcdef")).toMatch(label(90));
        expect(names.workspace).toMatch(/^(?=.{4,63}$)[a-z0-9]([a-z0-9-]*[a-z0-9])$/);
        expect(names.actionGroup.length).toBeLessThanOrEqual(200);
        expect(names.actionGroupShort).toMatch(/^[a-z0-9]{1,12}$/);
        expect(names.functionsPlan).toMatch(label(40));
        expect(names.workflow).toMatch(label(43));
        expect(names.database(tail)).toMatch(/^(?=.{3,63}$)[a-z0-9]([a-z0-9-]*[a-z0-9])$/);
        expect(names.sqlServer(tail)).toMatch(/^(?=.{1,63}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?$/);
        expect(names.storageAccount(tail)).toMatch(/^[a-z0-9]{3,24}$/);
        expect(names.registry(tail)).toMatch(/^[a-z0-9]{5,50}$/);
        expect(names.functionApp(tail)).toMatch(/^(?=.{2,32}$)[a-z0-9]([a-z0-9-]*[a-z0-9])$/);
        expect(names.vault(tail)).toMatch(/^(?!.*--)(?=.{3,24}$)[a-z][a-z0-9-]*[a-z0-9]$/);
      }),
    );
  });

  it("that must be unique in the world carry the whole suffix", () => {
    fc.assert(
      fc.property(identity, suffix, (who, tail) => {
        const names = azureNames(who);
        for (const name of [
          names.database,
          names.sqlServer,
          names.storageAccount,
          names.registry,
          names.functionApp,
          names.vault,
        ]) {
          expect(name(tail).endsWith(tail)).toBe(true);
        }
      }),
    );
  });

  it("differ where environments differ, however long", () => {
    fc.assert(
      fc.property(identity, identity, (one, other) => {
        fc.pre(`${one.application}-${one.environment}` !== `${other.application}-${other.environment}`);
        const [a, b] = [azureNames(one), azureNames(other)];
        for (const key of ["containerGroup", "frontDoorEndpoint", "functionsPlan", "workflow", "workspace"] as const) {
          expect(a[key]).not.toBe(b[key]);
        }
      }),
    );
  });

  it("of public hosts are DNS labels, the same for the same name", () => {
    fc.assert(
      fc.property(identity, fc.domain(), (who, publicName) => {
        expect(dnsLabel(who, publicName)).toMatch(/^(?=.{5,63}$)[a-z][a-z0-9-]*[a-z0-9]$/);
        expect(dnsLabel(who, publicName)).toBe(dnsLabel({ ...who }, publicName));
      }),
    );
  });

  it("of role assignments are GUIDs that differ where the grants differ", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (one, other) => {
        expect(stableGuid(one)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
        expect(stableGuid(one) === stableGuid(other)).toBe(one === other);
      }),
    );
  });
});

describe("the network's plan", () => {
  const network = fc
    .record({ prefix: fc.integer({ min: 16, max: 20 }), address: fc.nat(0xffffffff) })
    .map(({ prefix, address }): Cidr => ({ first: address - (address % sizeOf(prefix)), prefix }));

  it("has three subnets inside, none over another, each with room", () => {
    fc.assert(
      fc.property(network, (block) => {
        const subnets = Object.values(planNetwork(formatCidr(block))).map(parsed);
        expect(subnets).toHaveLength(3);
        for (const [index, subnet] of subnets.entries()) {
          expect(subnet.first >= block.first).toBe(true);
          expect(subnet.first + sizeOf(subnet.prefix) <= block.first + sizeOf(block.prefix)).toBe(true);
          expect(subnet.prefix).toBeLessThanOrEqual(28);
          for (const other of subnets.slice(index + 1)) expect(overlap(subnet, other)).toBe(false);
        }
      }),
    );
  });

  it("leaves the cluster's own blocks apart, its name server among the services", () => {
    expect(overlap(parsed(POD_CIDR), parsed(SERVICE_CIDR))).toBe(false);
    expect(overlap(parsed(`${DNS_SERVICE_IP}/32`), parsed(SERVICE_CIDR))).toBe(true);
  });
});
