import { describe, expect, it } from "vitest";
import { FrontDoor, type FrontDoorArgs } from "../../components/azure/front-door.ts";
import { TrafficManager } from "../../components/azure/traffic-manager.ts";
import type { Site, TrafficRouter } from "../../components/azure/traffic-router.ts";
import { azure, place } from "./support/azure-clouds.ts";
import { inputsOf, namesOf, one, type Recording, record } from "./support/component.ts";

const { resourceGroupName, tags } = place;
const targets = { primary: "app.shop.example", standby: "shop.westeurope.azurecontainer.io" };
const args: FrontDoorArgs = {
  resourceGroupName,
  tags,
  profileName: "shop-test",
  endpointName: "shop-test-web",
  targets,
  activeSite: "primary",
};
/** Everything of the interface, which is all that a stack may use of either. */
const told = (router: TrafficRouter) => ({
  kind: router.kind,
  profileId: router.profileId,
  profile: router.profile,
  host: router.host,
  endpoints: router.endpoints,
  originGroup: router.originGroup,
  ttlSeconds: router.ttlSeconds,
});
const frontDoor = (more: Partial<FrontDoorArgs> = {}) =>
  record(() => {
    const made = new FrontDoor("traffic", { ...args, ...more });
    return { ...told(made), proof: made.domainProof };
  }, azure);
const trafficManager = (activeSite: Site) =>
  record(() => {
    const probe = {
      protocol: "HTTPS",
      port: 443,
      path: "/health",
      intervalSeconds: 10,
      timeoutSeconds: 5,
      toleratedFailures: 3,
    } as const;
    const made = new TrafficManager("traffic", {
      resourceGroupName,
      tags,
      profileName: "shop-test",
      dnsLabel: "shop-test-abc123",
      ttlSeconds: 30,
      probe,
      targets,
      activeSite,
    });
    return told(made);
  }, azure);

const origin = (made: Recording, site: Site) => one(made, "azure-native:cdn:AFDOrigin", `traffic-${site}`);

describe("Front Door", () => {
  it("has an origin for each site and enables the active one", async () => {
    const made = await frontDoor();
    expect(inputsOf(made)).toMatchSnapshot();
    expect(made.outputs).toEqual({
      kind: "front-door",
      profileId: "traffic-profile-id",
      profile: "shop-test",
      host: "shop-test-web-h4sh.z01.azurefd.net",
      endpoints: { primary: "primary", standby: "standby" },
      originGroup: "sites",
      ttlSeconds: 0,
      proof: undefined,
    });
  });

  it("moves traffic and changes nothing else, enabling the new site before it disables the old one", async () => {
    const [before, after] = [await frontDoor(), await frontDoor({ activeSite: "standby" })];
    const wires = new Map(before.resources.map(({ urn, wire }) => [urn, wire]));
    const changed = after.resources.filter(({ urn, wire }) => wires.get(urn) !== wire).map(({ name }) => name);
    expect(changed.toSorted()).toEqual(["traffic-primary", "traffic-standby"]);
    expect([origin(after, "primary"), origin(after, "standby")].map(({ inputs }) => inputs["enabledState"])).toEqual([
      "Disabled",
      "Enabled",
    ]);
    expect(origin(after, "primary").dependencies).toContain(origin(after, "standby").urn);
    expect(origin(before, "standby").dependencies).toContain(origin(before, "primary").urn);
  });

  it("has its route only when both origins are there", async () => {
    const made = await frontDoor();
    const { dependencies } = one(made, "azure-native:cdn:Route", "traffic-route");
    expect(dependencies).toEqual(expect.arrayContaining([origin(made, "primary").urn, origin(made, "standby").urn]));
  });

  it("speaks to a plain service at its port", async () => {
    const made = await frontDoor({ protocol: "HTTP", ports: { primary: 8080, standby: 8001 } });
    expect([origin(made, "primary"), origin(made, "standby")].map(({ inputs }) => inputs["httpPort"])).toEqual([
      8080, 8001,
    ]);
    expect(origin(made, "standby").inputs["enforceCertificateNameCheck"]).toBe(false);
    expect(one(made, "azure-native:cdn:Route", "traffic-route").inputs).toMatchObject({
      forwardingProtocol: "HttpOnly",
      httpsRedirect: "Disabled",
    });
  });

  it("takes the application's own name, and says how to prove it", async () => {
    const made = await frontDoor({ customDomain: "app.shop.example", originHostHeader: "app.shop.example" });
    expect(namesOf(made)).toEqual(expect.arrayContaining(namesOf(await frontDoor())));
    expect(made.outputs["proof"]).toEqual({ name: "_dnsauth.app.shop.example", value: "proof-1" });
    expect(one(made, "azure-native:cdn:AFDCustomDomain", "traffic-domain").inputs).toMatchObject({
      customDomainName: "app-shop-example",
      hostName: "app.shop.example",
      tlsSettings: { certificateType: "ManagedCertificate", minimumTlsVersion: "TLS12" },
    });
    expect(one(made, "azure-native:cdn:Route", "traffic-route").inputs["customDomains"]).toEqual([
      { id: "traffic-domain-id" },
    ]);
  });

  it("probes no oftener than Front Door does", async () => {
    await expect(frontDoor({ probeIntervalSeconds: 0 })).rejects.toThrow(
      "probeIntervalSeconds: 0; Front Door takes 1 to 255",
    );
  });
});

describe("Traffic Manager", () => {
  it("gives the same outputs as Front Door", async () => {
    const made = await trafficManager("primary");
    expect(inputsOf(made)).toMatchSnapshot();
    expect(made.outputs).toEqual({
      kind: "traffic-manager",
      profileId: "traffic-profile-id",
      profile: "shop-test",
      host: "shop-test-abc123.trafficmanager.net",
      endpoints: { primary: "primary", standby: "standby" },
      originGroup: undefined,
      ttlSeconds: 30,
    });
    expect(namesOf(await trafficManager("standby"))).toEqual(namesOf(made));
  });
});
