import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Network } from "../../components/azure/network.ts";
import { inboundRules } from "../../components/azure/network-rules.ts";
import { PrivateAccess } from "../../components/azure/private-access.ts";
import { azure, place } from "./support/azure-clouds.ts";
import { inputsOf, namesOf, one, record } from "./support/component.ts";

const args = { ...place, name: "shop-test-network", cidr: "10.1.0.0/16" };
const network = (more: object = {}) =>
  record(() => {
    const made = new Network("network", { ...args, ...more });
    return {
      vnet: made.vnetId,
      aks: made.aksSubnetId,
      private: made.privateSubnetId,
      public: made.publicSubnetId,
    };
  }, azure);

describe("the network", () => {
  it("has three subnets, each behind a security group", async () => {
    const made = await network({ servicePort: 8001, serviceEndpoints: ["Microsoft.Sql"] });
    expect(inputsOf(made)).toMatchSnapshot();
    expect(made.outputs).toEqual({
      vnet: "network-vnet-id",
      aks: "network-vnet-id/subnets/aks",
      private: "network-vnet-id/subnets/private",
      public: "network-vnet-id/subnets/public",
    });
  });

  it("keeps its subnets where they were before there were security groups", async () => {
    const { subnets } = one(await network(), "azure-native:network:VirtualNetwork", "network-vnet").inputs;
    expect(Array.isArray(subnets) && subnets.map(({ name, addressPrefix }) => [name, addressPrefix])).toEqual([
      ["aks", "10.1.0.0/17"],
      ["private", "10.1.128.0/19"],
      ["public", "10.1.160.0/20"],
    ]);
  });

  it("keeps names whatever the options say", async () => {
    const plain = namesOf(await network());
    expect(namesOf(await network({ servicePort: 8001, serviceEndpoints: ["Microsoft.Storage"] }))).toEqual(plain);
    expect(plain).toEqual([
      "azure-native:network:NetworkSecurityGroup network-aks-security",
      "azure-native:network:NetworkSecurityGroup network-private-security",
      "azure-native:network:NetworkSecurityGroup network-public-security",
      "azure-native:network:VirtualNetwork network-vnet",
      "pilotlight:azure:Network network",
    ]);
  });

  it("lets the internet in at the service's port only, and nowhere near private endpoints", () => {
    fc.assert(
      fc.property(fc.constantFrom("aks", "private", "public"), fc.integer({ min: 1, max: 65535 }), (subnet, port) => {
        const rules = inboundRules(subnet, "10.1.0.0/17", port);
        const fromInternet = rules.filter(({ access, source }) => access === "Allow" && source === "Internet");
        expect(fromInternet.flatMap(({ ports }) => ports)).toEqual(subnet === "private" ? [] : [String(port)]);
        expect(rules.at(-1)).toMatchObject({ access: "Deny", source: "*", destination: "*", ports: ["*"] });
        const priorities = rules.map(({ priority }) => priority);
        expect(priorities).toEqual([...new Set(priorities)].toSorted((a, b) => a - b));
        for (const priority of priorities) expect(priority >= 100 && priority <= 4096).toBe(true);
      }),
    );
  });
});

describe("private access", () => {
  const access = (targets: object) =>
    record(() => {
      const made = new PrivateAccess("private", {
        ...place,
        vnetId: "vnet-1",
        subnetId: "vnet-1/subnets/private",
        namePrefix: "shop-test",
        targets,
      });
      return { endpoints: made.endpointIds };
    }, azure);

  it("gives each service a zone, a link, an endpoint and its record", async () => {
    const made = await access({ postgres: "server-1", blob: "account-1", vault: "vault-1" });
    expect(inputsOf(made)).toMatchSnapshot();
    const records = one(made, "azure-native:network:PrivateDnsZoneGroup", "private-blob-records");
    expect(records.dependencies.some((urn) => urn.endsWith("::private-blob-link"))).toBe(true);
    expect(made.outputs).toEqual({
      endpoints: {
        postgres: "private-postgres-endpoint-id",
        blob: "private-blob-endpoint-id",
        vault: "private-vault-endpoint-id",
      },
    });
  });

  it("changes nothing of a service when another one joins", async () => {
    const few = inputsOf(await access({ vault: "vault-1" }));
    expect(inputsOf(await access({ sql: "s", table: "t", vault: "vault-1" }))).toMatchObject(few);
  });
});
