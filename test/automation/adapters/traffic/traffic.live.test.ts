import { describe, expect, it } from "vitest";
import { ArmClient } from "../../../../automation/adapters/azure/arm-client.ts";
import { EndpointTraffic } from "../../../../automation/adapters/traffic/endpoint-traffic.ts";
import { trafficManagerEndpoints } from "../../../../automation/adapters/traffic/traffic-manager.ts";
import { bodyOf, serve } from "../../../support/local-server.ts";

const target = {
  subscriptionId: "sub",
  resourceGroup: "rg",
  profile: "shop",
  endpoints: { primary: "aws", standby: "azure" },
};
const credential = { getToken: async () => ({ token: "t0ken-value", expiresOnTimestamp: Date.now() + 60_000 }) };
const trafficOf = (arm: ArmClient) => new EndpointTraffic(async () => trafficManagerEndpoints(arm, target));
const soon = (): AbortSignal => AbortSignal.timeout(10_000);
const base =
  "/subscriptions/sub/resourceGroups/rg/providers/Microsoft.Network/trafficManagerProfiles/shop/externalEndpoints/";

/** Resource Manager with two endpoints; `trouble` answers first where it wants to. */
async function manager(trouble: (calls: number) => [number, Record<string, string>?] | undefined = () => undefined) {
  const state: Record<string, string> = { aws: "Enabled", azure: "Disabled" };
  const log: string[] = [];
  let calls = 0;
  const server = await serve(async (request, response) => {
    const body = await bodyOf(request);
    const wrong = trouble(++calls);
    if (wrong !== undefined)
      return response.writeHead(wrong[0], wrong[1]).end('{"error":{"code":"Oops","message":"no"}}');
    const url = new URL(request.url ?? "", "http://x");
    const name = url.pathname.slice(base.length);
    if (request.headers.authorization !== "Bearer t0ken-value") return response.writeHead(401).end("{}");
    if (
      !url.pathname.startsWith(base) ||
      url.searchParams.get("api-version") !== "2022-04-01" ||
      state[name] === undefined
    ) {
      return response.writeHead(404).end("{}");
    }
    if (request.method === "PATCH") {
      state[name] = JSON.parse(body).properties.endpointStatus;
      log.push(`${name} ${state[name]}`);
    }
    response.end(JSON.stringify({ name, properties: { endpointStatus: state[name] } }));
  });
  const arm = new ArmClient({ credential, endpoint: `${server.url}/`, requestTimeoutMs: 500 });
  return { server, state, log, traffic: trafficOf(arm) };
}

describe("Traffic Manager over Resource Manager's REST", () => {
  it("routes: on before off; the same again writes nothing", async () => {
    const { server, log, traffic } = await manager();
    await using _ = server;
    expect(await traffic.state(soon())).toEqual({ primary: "enabled", standby: "disabled" });
    expect(await traffic.route("standby", soon())).toEqual({ primary: "disabled", standby: "enabled" });
    await traffic.route("standby", soon());
    expect(log).toEqual(["azure Enabled", "aws Disabled"]);
    expect(await traffic.drain("standby", soon())).toEqual({ primary: "disabled", standby: "disabled" });
  });

  it("tries again after 429 (as long as it says) and 5xx", async () => {
    const { server, traffic } = await manager((call) =>
      call === 1 ? [429, { "retry-after": "1" }] : call === 3 ? [503] : undefined,
    );
    await using _ = server;
    const began = Date.now();
    await traffic.drain("primary", soon());
    expect(Date.now() - began).toBeGreaterThan(900);
  });

  it("gives a long Retry-After back to the caller", async () => {
    const { server, traffic } = await manager(() => [429, { "retry-after": "60" }]);
    await using _ = server;
    await expect(traffic.state(soon())).rejects.toMatchObject({ code: "throttled", retryable: true });
  });

  it("tells missing, denied, silent and absent apart, without the token", async () => {
    for (const [status, code] of [
      [404, "not-found"],
      [403, "denied"],
      [400, "fatal"],
    ] as const) {
      const { server, traffic } = await manager(() => [status]);
      await using _ = server;
      const error = await traffic.state(soon()).catch((thrown) => thrown);
      expect(error).toMatchObject({ code, retryable: false });
      expect(JSON.stringify(error)).not.toContain("t0ken");
    }
    await using silent = await serve(() => {});
    const frozen = trafficOf(new ArmClient({ credential, endpoint: silent.url, requestTimeoutMs: 200 }));
    await expect(frozen.state(soon())).rejects.toMatchObject({ code: "timeout" });
    const absent = trafficOf(new ArmClient({ credential, endpoint: "http://127.0.0.1:1", attempts: 1 }));
    await expect(absent.state(soon())).rejects.toMatchObject({ code: "unreachable" });
  });
});
