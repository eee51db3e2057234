import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ArmClient } from "../../../../automation/adapters/azure/arm-client.ts";
import { FlexibleServer } from "../../../../automation/adapters/azure/flexible-server.ts";
import { PostgresDatabases } from "../../../../automation/adapters/postgres/databases.ts";
import { createPostgres } from "../../../../sandbox/postgres/postgres-service.ts";
import type { DatabaseEndpoint } from "../../../../stacks/outputs.ts";
import { LiveBench } from "../../../sandbox/azure/support/live-bench.ts";
import { query } from "../../../sandbox/postgres/support.ts";

const server = "Microsoft.DBforPostgreSQL/flexibleServers/pgstrict";
const adminPassword = `Aa1-${randomBytes(9).toString("base64url")}`;
const soon = (): AbortSignal => AbortSignal.timeout(60_000);

let bench: LiveBench;
let endpoint: DatabaseEndpoint;
let flexible: FlexibleServer;
let databases: PostgresDatabases;

const show = async (name: string) => {
  const [row] = await query(endpoint, { user: "pilot", password: adminPassword }, `show ${name}`);
  return row?.[name];
};
const at = (host: string) => {
  const { endpoint: resourceManager, subscriptionId } = bench.azure.arm.settings;
  const credential = {
    getToken: async () => ({ token: await bench.token(), expiresOnTimestamp: Date.now() + 60_000 }),
  };
  const arm = new ArmClient({ credential, endpoint: resourceManager });
  return new FlexibleServer(arm, { subscriptionId, resourceGroup: "live", host });
};
const set = (name: string, value: string) =>
  bench.put(`${server}/configurations/${name}`, { properties: { value, source: "user-override" } });

beforeAll(async () => {
  bench = await LiveBench.open([7, 8], createPostgres);
  await bench.put(server, {
    location: "westeurope",
    sku: { name: "Standard_B1ms", tier: "Burstable" },
    properties: { administratorLogin: "pilot", administratorLoginPassword: adminPassword, version: "17" },
  });
  await bench.put(`${server}/databases/app`, { properties: {} });
  const { fullyQualifiedDomainName: host } = await bench.properties<{ fullyQualifiedDomainName: string }>(server);
  endpoint = {
    ...{ engine: "postgres", host, port: 5432, name: "app", additional: [], sslMode: "disable" },
    ...{ adminUser: "pilot", adminPassword, appUser: "app", appPassword: randomBytes(9).toString("base64url") },
  };
  flexible = at(host);
  const declared = async () => endpoint;
  databases = new PostgresDatabases({
    endpoints: { primary: declared, standby: declared },
    servers: { standby: async () => flexible },
  });
});
afterAll(() => bench?.close());

it("restarts the standby for what pends, and prepares it", async () => {
  await set("wal_level", "logical");
  await set("max_worker_processes", "16");
  expect(await show("wal_level")).toBe("replica");
  expect([...(await flexible.pendingParameters(soon()))].sort()).toEqual(["max_worker_processes", "wal_level"]);
  const { restartedFor } = await databases.prepare("standby", false, soon());
  expect([...restartedFor].sort()).toEqual(["max_worker_processes", "wal_level"]);
  expect([await show("wal_level"), await show("max_worker_processes")]).toEqual(["logical", "16"]);
  expect(await databases.prepare("standby", false, soon())).toEqual({ restartedFor: [] });
});

it("does not restart a server that the application may log in at, and says what it needs", async () => {
  await databases.openWrites("standby", soon());
  await set("wal_level", "replica");
  // The server itself still serves as before; only its next start would differ.
  await databases.prepare("standby", true, soon());
  expect(await databases.prepare("standby", false, soon())).toEqual({ restartedFor: [] });
  expect(await flexible.pendingParameters(soon())).toEqual(["wal_level"]);
  await flexible.restart(soon());
  await databases.openWrites("standby", soon());
  await set("wal_level", "logical");
  await expect(databases.prepare("primary", true, soon())).rejects.toMatchObject({
    code: "refused",
    message: expect.stringMatching(/wal_level .* is "replica".*waits for a restart/),
    field: "wal_level",
  });
});

it("names the server that is not there", async () => {
  await expect(at("other.example").pendingParameters(soon())).rejects.toThrow(
    /resource group live has no PostgreSQL flexible server at other\.example/,
  );
});
