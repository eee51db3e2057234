import { secret } from "@pulumi/pulumi";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ExternalPrimary, type ExternalPrimaryArgs } from "../../components/external/external-primary.ts";
import { type ExternalEndpoints, reachabilityProblems } from "../../components/external/reachability.ts";
import { record } from "./support/component.ts";

const args: ExternalPrimaryArgs = {
  reach: "tunnel",
  database: {
    host: "db.myca.example",
    adminUser: "mas",
    adminPassword: secret("open-sesame"),
    appPassword: secret("open-barley"),
  },
  publicHost: "myca.example",
  internalHosts: { mindex: "mindex.myca.example" },
  objects: { bucket: "backups", endpoint: "https://objects.myca.example" },
};
const external = (more: Partial<ExternalPrimaryArgs> = {}) =>
  record(() => {
    const made = new ExternalPrimary("primary", { ...args, ...more });
    const { reach, database, publicHost, publicPort, internalHosts, objects } = made;
    return { reach, database, publicHost, publicPort, internalHosts, objects };
  });

describe("the external primary", () => {
  it("gives the outputs of a created one, secrets secret, and makes nothing", async () => {
    const made = await external();
    expect(made.outputs).toEqual({
      reach: "tunnel",
      database: {
        host: "db.myca.example",
        port: 5432,
        tls: true,
        adminUser: "mas",
        adminPassword: "open-sesame",
        appPassword: "open-barley",
      },
      publicHost: "myca.example",
      publicPort: 443,
      internalHosts: { mindex: "mindex.myca.example" },
      objects: { bucket: "backups", endpoint: "https://objects.myca.example", region: "us-east-1" },
    });
    expect(made.secrets).toEqual(["database.adminPassword", "database.appPassword"]);
    expect(made.resources.map(({ type }) => type)).toEqual(["pilotlight:external:ExternalPrimary"]);
  });

  it("says everything that cannot work at once, and no secret", async () => {
    const bare = external({
      reach: "public",
      database: { ...args.database, host: "192.168.0.9", port: 0, tls: false },
    });
    await expect(bare).rejects.toThrow(
      /databaseHost: 192\.168\.0\.9; .*\n.*databasePort: 0; .*\n.*databaseTls: false; /,
    );
    await expect(bare).rejects.not.toThrow("open-");
  });
});

describe("reachability", () => {
  const right: ExternalEndpoints = {
    reach: "public",
    databaseHost: "db.myca.example",
    databasePort: 5432,
    databaseTls: true,
    publicHost: "myca.example",
    publicPort: 443,
    internalHosts: [],
  };
  const keys = (more: Partial<ExternalEndpoints>, taken: Readonly<Record<string, string>> = {}) =>
    reachabilityProblems({ ...right, ...more }, taken).map(({ key }) => key);

  it("is fine with names and TLS in any of the three ways", () => {
    expect(keys({})).toEqual([]);
    expect(keys({ reach: "tunnel" })).toEqual([]);
    expect(
      keys({ reach: "vpn", networkCidr: "192.168.0.0/24", databaseHost: "192.168.0.9", databaseTls: false }),
    ).toEqual([]);
  });

  it.each([
    ["a private address through the internet", { databaseHost: "10.0.0.4" }, ["databaseHost"]],
    ["a home name through the internet", { publicHost: "nas.local" }, ["publicHost"]],
    ["a loopback address", { databaseHost: "127.0.0.1" }, ["databaseHost"]],
    ["localhost", { publicHost: "localhost", reach: "tunnel" as const }, ["publicHost"]],
    ["an address for a tunnel", { databaseHost: "203.0.113.9", reach: "tunnel" as const }, ["databaseHost"]],
    ["no TLS through the internet", { databaseTls: false }, ["databaseTls"]],
    ["no TLS through a tunnel", { databaseTls: false, reach: "tunnel" as const }, ["databaseTls"]],
    ["a port that is none", { publicPort: 65536 }, ["publicPort"]],
    ["a VPN without a network", { reach: "vpn" as const }, ["networkCidr"]],
    ["a network that is none", { reach: "vpn" as const, networkCidr: "192.168.0.1/24" }, ["networkCidr"]],
    ["an internal host that is private", { internalHosts: ["a.example.org", "172.16.0.1"] }, ["internalHosts.1"]],
    ["objects without TLS", { objectsEndpoint: "http://objects.myca.example" }, ["objectsEndpoint"]],
    ["objects that are no URL", { objectsEndpoint: "objects" }, ["objectsEndpoint"]],
    ["objects at home", { objectsEndpoint: "https://192.168.0.9:9000" }, ["objectsEndpoint"]],
  ])("refuses %s", (_, more, expected) => {
    expect(keys(more)).toEqual(expected);
  });

  it("names the network that is in the way", () => {
    const problems = reachabilityProblems(
      { ...right, reach: "vpn", networkCidr: "10.1.4.0/24" },
      { standbyCidr: "10.1.0.0/16", "AKS pods": "10.244.0.0/16" },
    );
    expect(problems).toEqual([
      { key: "networkCidr", value: "10.1.4.0/24", right: "a block that does not overlap standbyCidr (10.1.0.0/16)" },
    ]);
  });

  it("never shows the password in a URL", () => {
    const problems = reachabilityProblems({ ...right, objectsEndpoint: "https://me:open-sesame@objects.example" });
    expect(JSON.stringify(problems)).not.toContain("open-sesame");
    expect(problems).toHaveLength(1);
  });

  it("refuses every private address through the internet, and no other", () => {
    const octet = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(octet, octet, octet, octet, (a, b, c, d) => {
        const hidden =
          a === 10 ||
          a === 127 ||
          (a === 172 && b >= 16 && b < 32) ||
          (a === 192 && b === 168) ||
          (a === 169 && b === 254) ||
          (a === 100 && b >= 64 && b < 128) ||
          a + b + c + d === 0;
        expect(keys({ databaseHost: [a, b, c, d].join(".") })).toEqual(hidden ? ["databaseHost"] : []);
      }),
    );
  });
});
