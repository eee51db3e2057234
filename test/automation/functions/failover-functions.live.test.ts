import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { accountKeyAuthorization } from "../../../automation/adapters/azure/table-authorization.ts";
import { systemClock } from "../../../automation/adapters/system-clock.ts";
import { answerRequest, createDependencies } from "../../../automation/functions/answer-request.ts";
import { TableStore } from "../../../automation/functions/table-store.ts";
import { serve } from "../../support/local-server.ts";

const projectRoot = resolve(import.meta.dirname, "../../..");
const host = "127.28.252.2";
const account = "shopstate";
const key = Buffer.from("any key will do here").toString("base64");
const endpoint = `http://${host}:10002/${account}`;
const table = "failoverstate";
const soon = (): AbortSignal => AbortSignal.timeout(20_000);

describe("the failover functions on Azurite's table service", () => {
  let child: ChildProcess;
  let directory: string;
  const authorize = accountKeyAuthorization(account, key, systemClock);
  const raw = async (method: string, path: string, body?: unknown, more: Record<string, string> = {}) => {
    const url = new URL(`${endpoint}${path}`);
    const headers = {
      ...(await authorize(url, soon())),
      accept: "application/json;odata=fullmetadata",
      "content-type": "application/json",
      "x-ms-version": "2020-12-06",
      ...more,
    };
    return fetch(url, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  };
  const store = (name = table) => new TableStore({ fetch, endpoint, table: name, authorize, timeoutMs: 5000 });

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "pilotlight-table-"));
    const main = join(projectRoot, "node_modules/azurite/dist/src/table/main.js");
    const args = [main, "--tableHost", host, "--tablePort", "10002", "--location", directory, "--silent"];
    const env = { ...process.env, AZURITE_ACCOUNTS: `${account}:${key}` };
    child = spawn(process.execPath, [...args, "--skipApiVersionCheck", "--disableTelemetry"], { stdio: "ignore", env });
    for (;;) {
      if (child.exitCode !== null) throw new Error(`azurite ended with ${child.exitCode}`);
      if (
        await fetch(endpoint).then(
          () => true,
          () => false,
        )
      )
        return;
      await sleep(100);
    }
  });
  afterAll(async () => {
    child.kill();
    await once(child, "exit");
    await rm(directory, { recursive: true });
  });
  beforeEach(async () => {
    await raw("DELETE", `/Tables('${table}')`);
    expect((await raw("POST", "/Tables", { TableName: table })).status).toBe(201);
  });

  it("checks and toggles against live endpoints, with the reference's entity", async () => {
    let status = 200;
    await using primary = await serve((_, response) => response.writeHead(status).end("ok"));
    await using secondary = await serve((_, response) => response.end('{"status":"healthy","site":"standby"}'));
    const environment = {
      STATE_TABLE_ENDPOINT: endpoint,
      STATE_TABLE_ACCOUNT: account,
      STATE_TABLE_KEY: key,
      FAILOVER_PRIMARY_ENDPOINT: primary.url,
      FAILOVER_SECONDARY_ENDPOINT: secondary.url,
      FAILOVER_PROBE_PAUSE_SECONDS: "0.05",
    };
    const call = (name: "health_check" | "do_failover") =>
      answerRequest(
        name,
        () => createDependencies(environment, { fetch, clock: systemClock }),
        () => {},
      );
    expect((await call("health_check")).body).toMatchObject({ healthy: true, active_target: "primary" });
    status = 503;
    expect((await call("health_check")).body).toMatchObject({ healthy: false, active_target: "primary" });
    expect((await call("do_failover")).body).toMatchObject({ changed: true, new_active_target: "secondary" });
    expect((await call("do_failover")).body).toMatchObject({ changed: false, status: "FAILOVER_SKIPPED" });
    expect((await call("health_check")).body).toMatchObject({ healthy: true, active_target: "secondary" });

    const answer = await raw("GET", `/${table}(PartitionKey='failover',RowKey='state')`);
    const entity = z.record(z.string(), z.unknown()).parse(await answer.json());
    const own = Object.keys(entity).filter((name) => !/odata|^(PartitionKey|RowKey|Timestamp)$/.test(name));
    expect(own.sort()).toEqual([
      "active_target",
      "failover_count",
      "last_check_utc",
      "last_reason",
      "last_status",
      "lock_until_utc",
      "primary_endpoint",
      "secondary_endpoint",
    ]);
    expect(entity).toMatchObject({ active_target: "secondary", failover_count: 1, last_status: "OK" });
    // A string, as the reference says, and an integer of 32 bits, which needs no type of its own.
    expect(entity["lock_until_utc@odata.type"]).toBeUndefined();
    expect(entity["failover_count@odata.type"]).toBeUndefined();
  });

  it("compares and swaps: one of two writers wins, and one of two makers", async () => {
    const fresh = {
      active_target: "primary",
      primary_endpoint: "https://a.example",
      secondary_endpoint: "https://b.example",
      last_status: "OK",
      last_reason: 'it\'s "quoted" and ünïcode',
      last_check_utc: "",
      failover_count: 0,
      lock_until_utc: "",
    } as const;
    expect(await store().read(soon())).toBeUndefined();
    const made = await Promise.all([store().create(fresh, soon()), store().create(fresh, soon())]);
    expect(made.sort()).toEqual([false, true]);
    const first = await store().read(soon());
    expect(first?.state).toEqual(fresh);
    const etag = first?.etag ?? "";
    const wins = await Promise.all(
      [1, 2].map((failover_count) => store().replace({ ...fresh, failover_count }, etag, soon())),
    );
    expect(wins.sort()).toEqual([false, true]);
    const now = await store().read(soon());
    expect(await store().replace({ ...fresh, failover_count: 9 }, now?.etag ?? "", soon())).toBe(true);
    expect((await store().read(soon()))?.state.failover_count).toBe(9);
  });

  it("tells a missing table, a wrong key, an entity of another form and a service that is gone", async () => {
    await expect(store("elsewhere").read(soon())).rejects.toMatchObject({ code: "not-found" });
    const stranger = accountKeyAuthorization(account, Buffer.from("another").toString("base64"), systemClock);
    const locked = new TableStore({ fetch, endpoint, table, authorize: stranger, timeoutMs: 5000 });
    await expect(locked.read(soon())).rejects.toMatchObject({ code: "denied" });
    const odd = { PartitionKey: "failover", RowKey: "state", active_target: "tertiary" };
    expect((await raw("POST", `/${table}`, odd)).status).toBe(201);
    await expect(store().read(soon())).rejects.toMatchObject({
      code: "fatal",
      message: expect.stringContaining("active_target"),
    });
    const gone = new TableStore({ fetch, endpoint: "http://127.0.0.1:1/x", table, authorize, timeoutMs: 500 });
    await expect(gone.read(soon())).rejects.toMatchObject({ code: "unreachable" });
  });
});
