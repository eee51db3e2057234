import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ArmClient } from "../../../../automation/adapters/azure/arm-client.ts";
import { FlexibleServer } from "../../../../automation/adapters/azure/flexible-server.ts";
import { aksVersions } from "../../../../automation/adapters/azure/kubernetes-versions.ts";
import { PostgresDatabases } from "../../../../automation/adapters/postgres/databases.ts";
import { serverFacts } from "../../../../automation/adapters/postgres/server-facts.ts";
import { newestVersion } from "../../../../components/kubernetes-versions.ts";
import { createPostgres } from "../../../../sandbox/postgres/postgres-service.ts";
import type { DatabaseEndpoint } from "../../../../stacks/outputs.ts";
import { LiveBench } from "../../../sandbox/azure/support/live-bench.ts";
import { query } from "../../../sandbox/postgres/support.ts";

const server = "Microsoft.DBforPostgreSQL/flexibleServers/pgstrict";
/** Stands for a primary: what it has is to be carried to the other. */
const source = "Microsoft.DBforPostgreSQL/flexibleServers/pgsource";
const adminPassword = `Aa1-${randomBytes(9).toString("base64url")}`;
const appPassword = randomBytes(9).toString("base64url");
const soon = (): AbortSignal => AbortSignal.timeout(60_000);

let bench: LiveBench;
let endpoint: DatabaseEndpoint;
let primary: DatabaseEndpoint;
let flexible: FlexibleServer;
let databases: PostgresDatabases;

const sql = (at: DatabaseEndpoint, text: string) =>
  query(at, { user: at.adminUser, password: at.adminPassword, database: at.name }, text);
const show = async (name: string) => (await sql(endpoint, `show ${name}`))[0]?.[name];
const client = () => {
  const credential = {
    getToken: async () => ({ token: await bench.token(), expiresOnTimestamp: Date.now() + 60_000 }),
  };
  return new ArmClient({ credential, endpoint: bench.azure.arm.settings.endpoint });
};
const at = (host: string) => {
  const { subscriptionId } = bench.azure.arm.settings;
  return new FlexibleServer(client(), { subscriptionId, resourceGroup: "live", host });
};
const set = (name: string, value: string, on = server) =>
  bench.put(`${on}/configurations/${name}`, { properties: { value, source: "user-override" } });

async function create(path: string): Promise<DatabaseEndpoint> {
  await bench.put(path, {
    location: "westeurope",
    sku: { name: "Standard_B1ms", tier: "Burstable" },
    properties: { administratorLogin: "pilot", administratorLoginPassword: adminPassword, version: "17" },
  });
  await bench.put(`${path}/databases/app`, { properties: {} });
  const { fullyQualifiedDomainName: host } = await bench.properties<{ fullyQualifiedDomainName: string }>(path);
  return {
    ...{ engine: "postgres", host, port: 5432, name: "app", additional: [], sslMode: "disable" },
    ...{ adminUser: "pilot", adminPassword, appUser: "app", appPassword },
  };
}

beforeAll(async () => {
  bench = await LiveBench.open([7, 8], createPostgres);
  [endpoint, primary] = [await create(server), await create(source)];
  flexible = at(endpoint.host);
  databases = new PostgresDatabases({
    endpoints: { primary: async () => primary, standby: async () => endpoint },
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
  await set("wal_level", "logical");
  await expect(databases.prepare("standby", true, soon())).rejects.toMatchObject({
    code: "refused",
    message: expect.stringMatching(/wal_level .* is "replica".*waits for a restart/),
    field: "wal_level",
  });
});

it("creates no extension at the standby that it does not list, and says beforehand what has to be listed", async () => {
  await flexible.restart(soon());
  await set("wal_level", "logical", source);
  await set("azure.extensions", "HSTORE, citext", source);
  await at(primary.host).restart(soon());
  await sql(primary, "create extension hstore");
  await expect(sql(endpoint, "create extension hstore")).rejects.toMatchObject({
    code: "0A000",
    message: 'extension "hstore" is not allow-listed for "azure_pg_admin" users in Azure Database for PostgreSQL',
    hint: 'to see the full allow list of extensions, please run: "show azure.extensions;"',
  });
  await databases.prepare("standby", false, soon());
  await databases.prepare("primary", true, soon());
  const found = async () =>
    (await databases.compareSchemas("primary", "standby", soon())).find(({ object }) => object === "hstore");
  expect(await found()).toMatchObject({
    ...{ kind: "extension", class: "blocks" },
    remedy: expect.stringMatching(/hstore.*database\.extensions.*azure\.extensions/),
  });
  await expect(databases.replicate("primary", "standby", { copy: true }, soon())).rejects.toMatchObject({
    code: "refused",
    message: expect.stringMatching(/extension hstore.*database\.extensions/),
  });
  const signal = soon();
  expect(await serverFacts(endpoint, signal)).toMatchObject({ extensions: [], allowedExtensions: [] });
  expect(await serverFacts(primary, signal)).toMatchObject({
    ...{ extensions: ["hstore"], allowedExtensions: ["hstore", "citext"] },
  });
  await set("azure.extensions", "hstore");
  expect(await found()).toMatchObject({ class: "carried" });
  await databases.replicate("primary", "standby", { copy: true }, soon());
  expect(await sql(endpoint, "select extname from pg_extension where extname = 'hstore'")).toHaveLength(1);
});

it("reads the versions of Kubernetes that the region makes clusters of", async () => {
  const { subscriptionId } = bench.azure.arm.settings;
  const offered = await aksVersions(client(), { subscriptionId, region: "westeurope" }, soon());
  expect(offered).toContain(newestVersion("aks"));
  // Its support has ended.
  expect(offered).not.toContain("1.33");
});

it("names the server that is not there", async () => {
  await expect(at("other.example").pendingParameters(soon())).rejects.toThrow(
    /resource group live has no PostgreSQL flexible server at other\.example/,
  );
});
