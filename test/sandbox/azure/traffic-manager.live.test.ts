import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  chooseEndpoint,
  eligibleEndpoints,
  nextHealth,
  profileStatus,
  type TrafficProfile,
} from "../../../sandbox/azure/traffic-manager/answer.ts";
import { probe } from "../../../sandbox/azure/traffic-manager/probe.ts";
import { codeOf, fakeAzure, groups } from "./support/fake-azure.ts";

const endpoint = fc.record({
  name: fc.string(),
  target: fc.constantFrom("a", "b", "c"),
  enabled: fc.boolean(),
  priority: fc.integer({ min: 1, max: 1000 }),
  weight: fc.integer({ min: 1, max: 1000 }),
  health: fc.constantFrom("online" as const, "degraded" as const, "checking" as const, "unmonitored" as const),
});
const profiles: fc.Arbitrary<TrafficProfile> = fc.record({
  enabled: fc.boolean(),
  method: fc.constantFrom("Priority" as const, "Weighted" as const),
  endpoints: fc.array(endpoint, { maxLength: 6 }),
});
const draw = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe("answer rules", () => {
  it("never answers a disabled endpoint, and none only when none is enabled", () => {
    fc.assert(
      fc.property(profiles, draw, (profile, at) => {
        const chosen = chooseEndpoint(profile, at);
        const possible = profile.enabled && profile.endpoints.some(({ enabled }) => enabled);
        expect(chosen !== undefined).toBe(possible);
        expect(chosen?.enabled ?? true).toBe(true);
      }),
    );
  });

  it("answers a degraded endpoint only when all enabled ones are degraded", () => {
    fc.assert(
      fc.property(profiles, draw, (profile, at) => {
        if (chooseEndpoint(profile, at)?.health !== "degraded") return;
        expect(profile.endpoints.every(({ enabled, health }) => !enabled || health === "degraded")).toBe(true);
      }),
    );
  });

  it("takes the lowest priority number among those that may be answered", () => {
    fc.assert(
      fc.property(profiles, draw, (profile, at) => {
        fc.pre(profile.method === "Priority");
        const least = Math.min(...eligibleEndpoints(profile).map(({ priority }) => priority));
        expect(chooseEndpoint(profile, at)?.priority ?? Infinity).toBe(least);
      }),
    );
  });

  it("counts failures: degraded after one more than tolerated, online at the first success", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9 }), (tolerated) => {
        let state: ReturnType<typeof nextHealth> = { health: "online", failures: 0 };
        for (let i = 0; i < tolerated; i++) state = nextHealth(state, false, tolerated);
        expect(state.health).toBe("online");
        state = nextHealth(state, false, tolerated);
        expect(state.health).toBe("degraded");
        expect(nextHealth(state, true, tolerated)).toEqual({ health: "online", failures: 0 });
      }),
    );
  });

  it("names the profile's state", () => {
    const of = (...health: ("online" | "degraded" | "checking")[]) =>
      profileStatus({
        enabled: true,
        method: "Priority",
        endpoints: health.map((state, i) => ({
          name: String(i),
          target: "t",
          enabled: true,
          priority: i,
          weight: 1,
          health: state,
        })),
      });
    expect([of(), of("checking"), of("online", "checking"), of("online", "degraded")]).toEqual([
      "Inactive",
      "CheckingEndpoints",
      "Online",
      "Degraded",
    ]);
  });
});

describe("profiles", () => {
  const id = `${groups}/rg/providers/Microsoft.Network/trafficmanagerprofiles/tm`;
  const body = (monitor: object = {}) => ({
    location: "global",
    properties: {
      trafficRoutingMethod: "Priority",
      dnsConfig: { relativeName: "pilot", ttl: 7 },
      monitorConfig: { protocol: "HTTP", port: 1, path: "/health", ...monitor },
    },
  });
  let azure: Awaited<ReturnType<typeof fakeAzure>>;

  beforeEach(async () => {
    azure = await fakeAzure();
    await azure.put(`${groups}/rg`, { location: "westeurope" });
  });
  afterEach(() => azure.traffic.stop());

  const answer = () => [...azure.records.values()].flatMap((records) => records()).map(({ data, ttl }) => [data, ttl]);
  const set = (name: string, endpointStatus: string, priority: number) =>
    azure.put(`${id}/externalEndpoints/${name}`, {
      properties: { target: `${name}.example.com`, endpointStatus, priority },
    });

  it("answers with the enabled endpoint, and with nothing when all are disabled", async () => {
    await azure.put(id, body());
    await set("primary", "Enabled", 1);
    await set("standby", "Disabled", 2);
    expect(answer()).toEqual([["primary.example.com", 7]]);
    await azure.patch(`${id}/externalEndpoints/standby`, { properties: { endpointStatus: "Enabled" } });
    await azure.patch(`${id}/externalEndpoints/primary`, { properties: { endpointStatus: "Disabled" } });
    expect(answer()).toEqual([["standby.example.com", 7]]);
    await azure.patch(`${id}/externalEndpoints/standby`, { properties: { endpointStatus: "Disabled" } });
    expect(answer()).toEqual([]);
    expect(azure.get(id)).toMatchObject({ properties: { monitorConfig: { profileMonitorStatus: "Inactive" } } });
  });

  it("refuses what Azure refuses", async () => {
    await azure.put(id, body());
    await set("primary", "Enabled", 1);
    expect(await codeOf(() => set("standby", "Enabled", 1))).toBe("409 Conflict");
    const bad = "400 InvalidRequestContent";
    expect(await codeOf(() => azure.put(id, body({ intervalInSeconds: 1 })))).toBe(bad);
    expect(await codeOf(() => azure.put(id, body({ intervalInSeconds: 10, timeoutInSeconds: 10 })))).toBe(bad);
    expect(await codeOf(() => azure.put(id, body({ toleratedNumberOfFailures: 10 })))).toBe(bad);
    expect(await codeOf(() => azure.put(`${id}2`, body()))).toBe("409 DomainNameInUse");
    expect(await codeOf(() => azure.put(`${id}3`, { ...body(), location: "westeurope" }))).toBe(
      "400 LocationNotAvailableForResourceType",
    );
  });
});

describe("probe", () => {
  it("is a success only for an expected status, with the target as host", async () => {
    const hosts: unknown[] = [];
    const server = createServer((request, response) => {
      hosts.push(request.headers.host);
      response.statusCode = request.url === "/health" ? 200 : 503;
      response.end();
    }).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as AddressInfo;
    const spec = {
      protocol: "HTTP" as const,
      port,
      path: "/health",
      timeoutMs: 1000,
      headers: [],
      statusRanges: [{ min: 200, max: 299 }],
    };
    const run = (change: Partial<typeof spec>, target = "app.example.com") =>
      probe(
        { ...spec, ...change },
        target,
        (name) => (name === "app.example.com" ? "127.0.0.1" : undefined),
        AbortSignal.timeout(2000),
      );
    expect(await run({})).toBe(true);
    expect(hosts).toEqual(["app.example.com"]);
    expect(await run({ path: "/other" })).toBe(false);
    expect(await run({}, "unknown.example.com")).toBe(false);
    server.close();
    server.closeAllConnections();
    expect(await run({})).toBe(false);
  });
});
