import { describe, expect, it } from "vitest";
import { ArmClient } from "../../../../automation/adapters/azure/arm-client.ts";
import { declaredEndpoints } from "../../../../automation/adapters/traffic/declared-endpoints.ts";
import { EndpointTraffic } from "../../../../automation/adapters/traffic/endpoint-traffic.ts";
import { frontDoorEndpoints } from "../../../../automation/adapters/traffic/front-door.ts";
import type { StandbyOutputs } from "../../../../stacks/outputs.ts";
import { bodyOf, serve } from "../../../support/local-server.ts";

const target = {
  subscriptionId: "sub",
  resourceGroup: "rg",
  profile: "shop",
  originGroup: "sites",
  endpoints: { primary: "onprem", standby: "azure" },
};
const credential = { getToken: async () => ({ token: "t0ken-value", expiresOnTimestamp: Date.now() + 60_000 }) };
const soon = (): AbortSignal => AbortSignal.timeout(10_000);
const base = "/subscriptions/sub/resourceGroups/rg/providers/Microsoft.Cdn/profiles/shop/originGroups/sites/origins/";

interface Behaviour {
  /** How a change tells of its end. Default: at once. */
  readonly end?: "at once" | "operation" | "location" | "elsewhere" | "never" | "failed";
}

/** Resource Manager with an origin group of two; refuses to be without any enabled origin, as Azure does. */
async function edge({ end = "at once" }: Behaviour = {}) {
  const state: Record<string, string> = { onprem: "Enabled", azure: "Disabled" };
  const log: string[] = [];
  let looks = 0;
  const server = await serve(async (request, response) => {
    const body = await bodyOf(request);
    const url = new URL(request.url ?? "", "http://x");
    if (request.headers.authorization !== "Bearer t0ken-value") return response.writeHead(401).end("{}");
    if (url.pathname.startsWith("/operations/")) {
      looks++;
      if (end === "location") return response.writeHead(looks < 3 ? 202 : 200, { "retry-after": "0" }).end("");
      const status = end === "never" || looks < 3 ? "InProgress" : end === "failed" ? "Failed" : "Succeeded";
      const error = status === "Failed" ? { error: { code: "Conflict", message: "password=hunter2x was wrong" } } : {};
      return response.writeHead(200, { "retry-after": "0" }).end(JSON.stringify({ status, ...error }));
    }
    const name = url.pathname.slice(base.length);
    if (!url.pathname.startsWith(base) || url.searchParams.get("api-version") !== "2025-06-01" || !state[name])
      return response.writeHead(404).end("{}");
    if (request.method === "PATCH") {
      const { enabledState } = JSON.parse(body).properties;
      const others = Object.entries(state).filter(([other, is]) => other !== name && is === "Enabled");
      if (enabledState === "Disabled" && others.length === 0) {
        const message = "Endpoint pools must contain at least one enabled endpoint";
        return response.writeHead(400).end(JSON.stringify({ error: { code: "BadRequest", message } }));
      }
      log.push(`${name} ${enabledState}`);
      if (end !== "failed") state[name] = enabledState;
      looks = 0;
      const at = `${end === "elsewhere" ? "https://other.example" : server.url}/operations/1?api-version=2025-06-01`;
      if (end === "location") response.writeHead(202, { location: at });
      else if (end !== "at once") response.writeHead(202, { "azure-asyncoperation": at, location: at });
    }
    response.end(JSON.stringify({ name, properties: { enabledState: state[name] } }));
  });
  const arm = new ArmClient({ credential, endpoint: server.url, requestTimeoutMs: 500 });
  const endpoints = frontDoorEndpoints(arm, target, { changeTimeoutMs: 1500 });
  return { server, arm, state, log, looks: () => looks, traffic: new EndpointTraffic(async () => endpoints) };
}

describe("Front Door over Resource Manager's REST", () => {
  it.each(["at once", "operation", "location"] as const)("routes, on before off, told of the end %s", async (end) => {
    const { server, log, traffic, looks } = await edge({ end });
    await using _ = server;
    expect(await traffic.state(soon())).toEqual({ primary: "enabled", standby: "disabled" });
    expect(await traffic.route("standby", soon())).toEqual({ primary: "disabled", standby: "enabled" });
    await traffic.route("standby", soon());
    expect(log).toEqual(["azure Enabled", "onprem Disabled"]);
    if (end !== "at once") expect(looks()).toBe(3);
  });

  it("leaves the last enabled origin alone when it is drained, and says so by the state", async () => {
    const { server, log, traffic } = await edge();
    await using _ = server;
    expect(await traffic.drain("primary", soon())).toEqual({ primary: "enabled", standby: "disabled" });
    expect(await traffic.drain("standby", soon())).toEqual({ primary: "enabled", standby: "disabled" });
    expect(log).toEqual([]);
  });

  it("ends at its deadline when an operation never does", async () => {
    const { server, traffic } = await edge({ end: "never" });
    await using _ = server;
    await expect(traffic.route("standby", soon())).rejects.toMatchObject({ code: "timeout", retryable: true });
  });

  it("tells a failed operation in Azure's words, without secrets", async () => {
    const { server, traffic } = await edge({ end: "failed" });
    await using _ = server;
    const error = await traffic.route("standby", soon()).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "fatal" });
    expect(String(error)).toContain("Conflict");
    expect(String(error)).not.toContain("hunter2x");
  });

  it("shows its token to no other host", async () => {
    const { server, traffic } = await edge({ end: "elsewhere" });
    await using _ = server;
    await expect(traffic.route("standby", soon())).rejects.toMatchObject({ code: "fatal" });
  });

  it("refuses a strategy that it does not switch, by name", async () => {
    const traffic = { kind: "route53-update", fqdn: "shop.example", ttlSeconds: 30 } as const;
    const outputs = { subscriptionId: "s", resourceGroup: "r", traffic } satisfies Partial<StandbyOutputs>;
    expect(() => declaredEndpoints(new ArmClient({ credential }), outputs)).toThrow(
      /traffic\.kind is "route53-update"/,
    );
  });
});
