import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { blobKind } from "../../../sandbox/providers/azure-native/blob-kind.ts";
import { LiveBench } from "./support/live-bench.ts";

type Json = Record<string, unknown>;

let bench: LiveBench;
beforeAll(async () => {
  bench = await LiveBench.open([6, 0]);
});
afterAll(() => bench.close());

describe("storage", () => {
  const account = "Microsoft.Storage/storageAccounts/livedata";
  let key: string;
  let endpoints: { readonly blob: string; readonly table: string };

  beforeAll(async () => {
    const made = await bench.put(account, { location: "westeurope", kind: "StorageV2", sku: { name: "Standard_LRS" } });
    endpoints = (made.properties as { primaryEndpoints: typeof endpoints }).primaryEndpoints;
    key = ((await bench.post(account, "listKeys")) as { keys: { value: string }[] }).keys[0]?.value ?? "";
  });

  const table = (method: string, path: string, body?: Json) => {
    const date = new Date().toUTCString();
    const [resource] = path.split("?");
    const signature = createHmac("sha256", Buffer.from(key, "base64"))
      .update(`${date}\n/livedata/livedata/${resource}`, "utf8")
      .digest("base64");
    return fetch(`${endpoints.table}${path}`, {
      method,
      headers: {
        "x-ms-date": date,
        "x-ms-version": "2021-12-02",
        accept: "application/json;odata=nometadata",
        authorization: `SharedKeyLite livedata:${signature}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  };

  it("keeps rows in a table that Resource Manager made, for who has the key", async () => {
    await bench.put(`${account}/tableServices/default/tables/failoverstate`, { properties: {} });
    const row = { PartitionKey: "failover", RowKey: "state", active: "primary" };
    expect((await table("POST", "failoverstate", row)).status).toBe(201);
    const path = "failoverstate(PartitionKey='failover',RowKey='state')";
    expect(await (await table("GET", path)).json()).toMatchObject({ active: "primary" });
    const open = await fetch(`${endpoints.table}failoverstate()`, { headers: { "x-ms-version": "2021-12-02" } });
    expect(open.status).toBe(403);
    await bench.delete(`${account}/tableServices/default/tables/failoverstate`);
    expect((await table("GET", path)).status).toBe(404);
  });

  it("takes blobs from assets and archives", async () => {
    await bench.put(`${account}/blobServices/default/containers/code`, { properties: {} });
    const call = { urn: "urn", name: "app.zip", signal: AbortSignal.timeout(20_000), log: () => {} };
    const marks = { "4dabf18193072939515e22adb298388d": "0def7320c3a5731c473e5ecbe6d01bc7" };
    const asset = {
      "4dabf18193072939515e22adb298388d": "c44067f5952c0a294b673a41bacd8c17",
      text: "module.exports = 1",
    };
    const given = {
      resourceGroupName: "live",
      accountName: "livedata",
      containerName: "code",
      source: { ...marks, hash: "h", assets: { "index.js": asset } },
    };
    const inputs = blobKind.defaults?.(given, { name: "app.zip", old: undefined }) ?? given;
    const { id, outputs } = await blobKind.create(bench.azure.arm, inputs, call);
    expect(id).toBe(bench.id(`${account}/blobServices/default/containers/code/blobs/app.zip`));
    expect(outputs).toMatchObject({ name: "app.zip", type: "Block", url: `${endpoints.blob}code/app.zip` });
    expect((await blobKind.read(bench.azure.arm, id, outputs, call))?.inputs).toEqual(inputs);
    const updated = await blobKind.update(
      bench.azure.arm,
      id,
      { ...inputs, contentType: "application/zip" },
      { inputs, outputs },
      call,
    );
    expect(updated).toMatchObject({ contentType: "application/zip" });
    await blobKind.delete(bench.azure.arm, id, updated, call);
    expect(await blobKind.read(bench.azure.arm, id, updated, call)).toBeUndefined();
  });
});

describe("Front Door", () => {
  const origins: Server[] = [];
  const door = "Microsoft.Cdn/profiles/door";
  const origin = (name: string) => `${door}/originGroups/sites/origins/${name}`;
  let host: string;

  beforeAll(async () => {
    await bench.put(door, { location: "global", sku: { name: "Standard_AzureFrontDoor" } });
    const endpoint = await bench.put(`${door}/afdEndpoints/shop`, { location: "global", properties: {} });
    host = (endpoint.properties as { hostName: string }).hostName;
    await bench.put(`${door}/originGroups/sites`, {
      properties: {
        loadBalancingSettings: { sampleSize: 1, successfulSamplesRequired: 1 },
        healthProbeSettings: { probePath: "/health", probeProtocol: "Http", probeIntervalInSeconds: 1 },
      },
    });
    for (const [i, name] of ["primary", "standby"].entries()) {
      const server = createServer((request, response) => response.end(`${name} for ${request.headers.host}`));
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
      origins.push(server);
      const { port } = server.address() as AddressInfo;
      const enabledState = name === "primary" ? "Enabled" : "Disabled";
      await bench.put(origin(name), {
        properties: { hostName: "127.0.0.1", httpPort: port, priority: i + 1, enabledState },
      });
    }
    await bench.put(`${door}/afdEndpoints/shop/routes/all`, {
      properties: {
        originGroup: { id: bench.id(`${door}/originGroups/sites`) },
        linkToDefaultDomain: "Enabled",
        forwardingProtocol: "HttpOnly",
      },
    });
  });
  afterAll(() => {
    for (const server of origins) server.close().closeAllConnections();
  });

  const enable = (name: string, enabledState: string) => bench.patch(origin(name), { enabledState });

  it("answers by the endpoint's name with the first origin, the Host header untouched", async () => {
    expect(host).toMatch(/^shop-[0-9a-f]{16}\.z01\.azurefd\.net$/);
    expect(await bench.ask(host, 80)).toBe(`primary for ${host}`);
  });

  it("moves at once with the origins' states, and keeps one", async () => {
    await expect(enable("primary", "Disabled")).rejects.toThrow(/at least one enabled/);
    await enable("standby", "Enabled");
    await enable("primary", "Disabled");
    expect(await bench.ask(host, 80)).toBe(`standby for ${host}`);
    await enable("primary", "Enabled");
    expect(await bench.ask(host, 80)).toBe(`primary for ${host}`);
  });

  it("leaves an origin that is not well", async () => {
    origins[0]?.close().closeAllConnections();
    expect(await bench.askUntil(host, 80, "standby")).toBe(`standby for ${host}`);
  });

  it("does not stand in the region", async () => {
    const answer = await bench.withoutRegion(() => bench.ask(host, 80));
    expect(answer).toBe(`standby for ${host}`);
  });

  it("comes back after down and up, and goes with its group", async () => {
    await bench.restart();
    expect(await bench.askUntil(host, 80, "standby")).toBe(`standby for ${host}`);
    await bench.delete("");
    expect(await bench.ask(host, 80)).toBe("no such name");
    expect(bench.azure.context.processes.list()).toEqual([]);
  });
});
