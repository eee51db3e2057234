import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { z } from "zod";
import { accountKeyAuthorization } from "../../automation/adapters/azure/table-authorization.ts";
import { TableClient } from "../../automation/adapters/azure/table-client.ts";
import { systemClock } from "../../automation/adapters/system-clock.ts";
import {
  AzureTableWitness,
  type AzureTableWitnessOptions,
} from "../../automation/adapters/witness/azure-table-witness.ts";
import type { FunctionDependencies } from "../../automation/functions/failover-functions.ts";
import { TableStore } from "../../automation/functions/table-store.ts";
import { TestServer } from "./witness-server.ts";
import { soon, type WitnessBench } from "./witness-suite.ts";

export const host = "127.45.0.11";
export const port = 10002;
export const account = "devstoreaccount1";
const key = Buffer.from("any key will do here").toString("base64");
export const endpoint = `http://${host}:${port}/${account}`;
export const authorize = accountKeyAuthorization(account, key, systemClock);
export const endpoints = { primary: "http://shop.aws.example", secondary: "http://shop.azure.example" };
let tables = 0;

export async function request(method: string, path: string, body?: unknown, more: Record<string, string> = {}) {
  const url = new URL(`${endpoint}/${path}`);
  const accept = "application/json;odata=nometadata";
  const headers = { ...(await authorize(url, soon())), accept, "content-type": "application/json", ...more };
  return fetch(url, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
}

export async function makeTable(): Promise<string> {
  const table = `failoverstate${tables++}`;
  const { status } = await request("POST", "Tables", { TableName: table });
  if (status !== 201) throw new Error(`no table: ${status}`);
  return table;
}

export const row = (table: string, name: string): string => `${table}(PartitionKey='failover',RowKey='${name}')`;

export function openWitness(table: string, more: Partial<AzureTableWitnessOptions> = {}): AzureTableWitness {
  const client = new TableClient({ endpoint, table, authorize });
  return new AzureTableWitness({ table: client, endpoints, onToggle: () => {}, ...more });
}

export async function tableBench(): Promise<WitnessBench> {
  const directory = await mkdtemp(join(tmpdir(), "pilotlight-witness-table-"));
  const main = resolve(import.meta.dirname, "../../node_modules/azurite/dist/src/table/main.js");
  const where = ["--tableHost", host, "--tablePort", String(port), "--location", directory];
  const server = new TestServer({
    command: process.execPath,
    args: [main, ...where, "--silent", "--skipApiVersionCheck", "--disableTelemetry"],
    env: { AZURITE_ACCOUNTS: `${account}:${key}` },
    host,
    port,
  });
  await server.start();
  const table = await makeTable();
  return {
    open: () => openWitness(table, { row: "application" }),
    damage: async (application) => {
      const name = `${application}.pilotlight`;
      await request("PUT", row(table, name), { PartitionKey: "failover", RowKey: name, record: '{"epoch":9}' });
    },
    restart: async () => {
      // Any other signal loses what it was told in the last five seconds.
      await server.stop("SIGINT");
      await server.start();
    },
    hang: async () => {
      server.freeze();
      return async () => server.thaw();
    },
    close: async () => {
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** The functions over the same table; `healthy` answers their probe. */
export function functions(table: string, healthy = true): FunctionDependencies {
  return {
    store: new TableStore({ fetch, endpoint, table, authorize, timeoutMs: 5000 }),
    clock: systemClock,
    probe: async () => ({
      kind: "service",
      name: "shop",
      reading: healthy ? "healthy" : "unhealthy",
      reason: healthy ? "200" : "503",
    }),
    rules: {
      endpoints: { primary_endpoint: endpoints.primary, secondary_endpoint: endpoints.secondary },
      cooldownSeconds: 600,
      probeAttempts: 1,
      probePauseSeconds: 1,
    },
  };
}

export const entity = async (table: string): Promise<Record<string, unknown>> =>
  z.record(z.string(), z.unknown()).parse(await (await request("GET", row(table, "state"))).json());
