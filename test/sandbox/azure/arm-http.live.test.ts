import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { armHttp } from "../../../sandbox/azure/arm/arm-http.ts";
import { ManagedIdentity } from "../../../sandbox/azure/identity.ts";
import { ApiFaults } from "../../../sandbox/contracts/api-faults.ts";
import { ArmClient } from "../../../sandbox/providers/azure-native/arm-client.ts";
import { connect } from "../../../sandbox/providers/azure-native/connect.ts";
import { ensureIdentityHeader } from "../../../sandbox/supervise/environment-file.ts";
import { fakeAzure, groups } from "./support/fake-azure.ts";

const version = "2024-03-01";
let close: () => void;
let endpoint: string;
let client: ArmClient;
let faults: ApiFaults;

beforeEach(async () => {
  const azure = await fakeAzure();
  faults = new ApiFaults();
  const server = armHttp(azure.service, await ManagedIdentity.open(azure.context.store), faults);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  client = new ArmClient({
    endpoint,
    subscriptionId: groups.split("/")[2] ?? "",
    identityEndpoint: `${endpoint}/msi/token`,
    identityHeader: await ensureIdentityHeader(azure.context.store),
    location: undefined,
  });
  close = () => {
    server.close();
    server.closeAllConnections();
  };
});
afterEach(() => close());

const signal = () => AbortSignal.timeout(5000);
const status = async (path: string, headers: Record<string, string> = {}) => {
  const response = await fetch(`${endpoint}${path}`, { headers });
  return [response.status, ((await response.json()) as { error?: { code?: string } }).error?.code];
};

describe("over HTTP", () => {
  it("gives no token without the header, and no answer without a token", async () => {
    const path = "/msi/token?resource=https://management.azure.com/&api-version=2019-08-01";
    expect(await status(path)).toEqual([401, "Unauthorized"]);
    expect(await status(path, { "X-IDENTITY-HEADER": "wrong" })).toEqual([401, "Unauthorized"]);
    expect(await status(`${groups}?api-version=${version}`)).toEqual([401, "AuthenticationFailed"]);
    const headers = { authorization: "Bearer a.b.c" };
    expect(await status(`${groups}?api-version=${version}`, headers)).toEqual([401, "InvalidAuthenticationToken"]);
  });

  it("follows a long operation to its end", async () => {
    await client.put(`${groups}/rg`, version, { location: "westeurope" }, signal());
    const id = `${groups}/rg/providers/Microsoft.DBforPostgreSQL/flexibleServers/pgdb`;
    const body = {
      location: "westeurope",
      sku: { name: "Standard_B1ms", tier: "Burstable" },
      properties: { administratorLogin: "pilot", administratorLoginPassword: "Correct-Horse-9" },
    };
    expect(await client.put(id, version, body, signal())).toMatchObject({ properties: { state: "Ready" } });
    await client.delete(`${groups}/rg`, version, signal());
    expect(await client.get(id, version, signal())).toBeUndefined();
  });

  it("throttles or fails the services that a fault names, the others go on", async () => {
    const id = `${groups}/rg/providers/Microsoft.Network/virtualNetworks/net`;
    const answer = async () => {
      const token = await fetch(`${endpoint}/msi/token?resource=https://management.azure.com/&api-version=2019-08-01`, {
        headers: { "X-IDENTITY-HEADER": client.settings.identityHeader },
      });
      const { access_token } = (await token.json()) as { access_token: string };
      const authorization = `Bearer ${access_token}`;
      const response = await fetch(`${endpoint}${id}?api-version=${version}`, { headers: { authorization } });
      return [response.status, response.headers.get("retry-after")];
    };
    const fault = { cloud: "azure", service: "Microsoft.Network", share: 1 } as const;
    faults.set({ ...fault, how: "throttle" });
    expect(await answer()).toEqual([429, "2"]);
    faults.set({ ...fault, how: "fail" });
    expect(await answer()).toEqual([503, null]);
    await client.put(`${groups}/rg`, version, { location: "westeurope" }, signal());
    faults.heal("azure", "all");
    expect((await answer())[0]).toBe(404);
  });

  it("passes errors on with their code", async () => {
    const wrong = client.put(`${groups}/rg`, "latest", { location: "westeurope" }, signal());
    await expect(wrong).rejects.toThrow(/InvalidApiVersionParameter/);
    const unknown = client.get(`${groups}/rg/providers/Microsoft.Nothing/x/y`, version, signal());
    await expect(unknown).rejects.toThrow(/InvalidResourceNamespace/);
  });

  it("says which variable is missing", () => {
    expect(() => connect({}, {})).toThrow(/PILOTLIGHT_AZURE_RESOURCE_MANAGER_ENDPOINT is not set/);
  });
});
