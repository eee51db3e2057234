import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { auditMove } from "../../../sandbox/client/audit.ts";
import type { HostPort, PostgresService } from "../../../sandbox/contracts/contracts.ts";
import { createPostgres } from "../../../sandbox/postgres/postgres-service.ts";
import { Supervisor } from "../../../sandbox/supervise/supervisor.ts";

// Both services as processes against a real PostgreSQL; the object store is a fake that can fail.
const apiA = "http://127.117.201.1:8080";
const apiB = "http://127.117.201.2:8080";
const password = "app-secret";

let directory: string;
let supervisor: Supervisor;
let postgres: PostgresService;
let address: HostPort;
let admin: pg.Client;
let storage: Server;
let objects: string[];
let storageStatus = 200;
const services: ChildProcess[] = [];

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "pilotlight-workload-"));
  mkdirSync(join(directory, "logs"));
  supervisor = new Supervisor({ directory, projectRoot: directory, instance: 7 });
  postgres = createPostgres(supervisor.context);
  await postgres.start();
  address = await postgres.ensure({
    cloud: "aws",
    id: "shop",
    adminUser: "dba",
    adminPassword: "admin-secret",
    databases: ["shop", "other"],
    parameters: {},
  });
  admin = new pg.Client({ ...address, user: "dba", password: "admin-secret", database: "shop" });
  await admin.connect();
  await admin.query(`create role app login password '${password}'`);
  await admin.query("grant create on schema public to app");
  objects = [];
  storage = createServer((request, response) => {
    request.resume().on("end", () => {
      if (request.method === "PUT" && storageStatus === 200) objects.push(request.url?.split("?")[0] ?? "");
      response
        .writeHead(
          storageStatus === 200 && request.headers["x-ms-version"] !== undefined && request.method === "PUT"
            ? 201
            : storageStatus,
        )
        .end();
    });
  }).listen(9010, "127.117.201.3");
  await once(storage, "listening");
  writeFileSync(join(directory, "database-password"), `${password}\n`);
  writeFileSync(join(directory, "blob-account-key"), Buffer.from("key").toString("base64"));
  launch("service-a", "127.117.201.1", { OBJECTS_KIND: "s3", OBJECTS_BUCKET: "shop-objects" });
  launch("service-b", "127.117.201.2", {
    OBJECTS_KIND: "blob",
    OBJECTS_ENDPOINT: "http://127.117.201.3:9010/acct",
    OBJECTS_ACCOUNT: "acct",
    OBJECTS_CONTAINER: "shop-objects",
  });
  await vi.waitFor(async () => expect((await health(apiA)).status).toBe("healthy"), 15_000);
  await vi.waitFor(async () => expect((await health(apiB)).status).toBe("healthy"), 15_000);
});

afterAll(async () => {
  for (const service of services) service.kill("SIGKILL");
  await admin?.end();
  await postgres?.stop();
  await supervisor?.stop();
  await new Promise((resolve) => storage?.close(resolve));
  await rm(directory, { recursive: true, force: true });
});

function launch(name: string, bind: string, objectSettings: Record<string, string>): void {
  const service = spawn(process.execPath, [join(import.meta.dirname, "../../../sandbox/workload", `${name}.ts`)], {
    stdio: ["ignore", "ignore", "inherit"],
    env: {
      PATH: process.env.PATH,
      BIND_ADDRESS: bind,
      SITE: "primary",
      DATABASE_HOST: address.host,
      DATABASE_PORT: String(address.port),
      DATABASE_NAME: "shop",
      DATABASE_USER: "app",
      DATABASE_SSLMODE: "disable",
      SECRETS_DIR: directory,
      AWS_ACCESS_KEY_ID: "a",
      AWS_SECRET_ACCESS_KEY: "b",
      AWS_REGION: "us-east-1",
      AWS_ENDPOINT_URL: "http://127.117.201.3:9010",
      ...objectSettings,
    },
  });
  services.push(service);
}

interface HealthBody {
  readonly status: string;
  readonly site: string;
  readonly checks: Readonly<Record<string, { readonly status: string; readonly error?: string }>>;
}

async function health(api: string): Promise<HealthBody & { readonly code: number }> {
  const response = await fetch(`${api}/health`, { signal: AbortSignal.timeout(8000) });
  return { ...((await response.json()) as HealthBody), code: response.status };
}

async function write(
  body: unknown,
): Promise<{ readonly code: number; readonly body: { readonly id?: string; readonly error?: string } }> {
  const response = await fetch(`${apiA}/writes`, {
    method: "POST",
    body: typeof body === "string" ? body : JSON.stringify(body),
    signal: AbortSignal.timeout(8000),
  });
  return { code: response.status, body: (await response.json()) as { id?: string } };
}

test("acknowledges a write once its row and its object are there; the same id again is the same write", async () => {
  const id = randomUUID();
  const made = await write({ id, payload: "one" });
  expect(made).toMatchObject({ code: 201, body: { id, site: "primary", sequence: expect.any(Number) } });
  expect(objects).toContain(`/shop-objects/writes/${id}.json`);
  const { rows } = await admin.query("select payload, site from writes where id = $1", [id]);
  expect(rows).toEqual([{ payload: "one", site: "primary" }]);
  expect(await write({ id, payload: "one" })).toEqual({ code: 200, body: made.body });
  expect((await write({ id, payload: "two" })).code).toBe(409);
  // By notification, long before the fallback of 5 s.
  await vi.waitFor(async () => {
    const read = (await (await fetch(`${apiA}/writes/${id}`)).json()) as { processedAt: string | null };
    expect(read).toMatchObject({ id, payload: "one", processedAt: expect.any(String) });
  }, 2000);
  expect(await (await fetch(`${apiB}/metrics`)).text()).toMatch(/writes_processed_total\{site="primary"\} [1-9]/);
});

test("refuses what it does not understand", async () => {
  expect((await write("no json")).code).toBe(400);
  expect(await write({ id: "x", payload: 1 })).toMatchObject({ code: 400, body: { error: /id: .*payload: / } });
  expect((await write({ id: randomUUID(), payload: "x".repeat(100_000) })).code).toBe(413);
  expect((await fetch(`${apiA}/writes/${randomUUID()}`)).status).toBe(404);
  expect((await fetch(`${apiA}/elsewhere`)).status).toBe(404);
  expect((await fetch(`${apiA}/live`)).status).toBe(200);
});

test("failing storage degrades it and acknowledges nothing; the id may be sent again", async () => {
  const id = randomUUID();
  storageStatus = 500;
  expect((await write({ id, payload: "later" })).code).toBe(503);
  await vi.waitFor(async () => expect(await health(apiA)).toMatchObject({ code: 200, status: "degraded" }), 3000);
  storageStatus = 200;
  expect((await write({ id, payload: "later" })).code).toBe(200);
  await vi.waitFor(async () => expect((await health(apiA)).status).toBe("healthy"), 3000);
});

test("a fenced database makes it unhealthy, and it comes back by itself", async () => {
  const cut = "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'app'";
  await admin.query("alter role app set default_transaction_read_only = on");
  await admin.query(cut);
  await vi.waitFor(
    async () => expect(await health(apiA)).toMatchObject({ code: 503, status: "unhealthy", site: "primary" }),
    3000,
  );
  expect((await write({ id: randomUUID(), payload: "x" })).code).toBe(503);
  await admin.query("alter role app nologin");
  await admin.query(cut);
  await vi.waitFor(
    async () => expect((await health(apiB)).checks.database?.error).toMatch(/not permitted to log in/),
    3000,
  );
  await admin.query("alter role app login");
  await admin.query("alter role app reset default_transaction_read_only");
  await admin.query(cut);
  await vi.waitFor(async () => expect((await health(apiA)).status).toBe("healthy"), 5000);
  expect((await write({ id: randomUUID(), payload: "x" })).code).toBe(201);
});

test("a silent database is answered for within the deadlines", async () => {
  const name = supervisor.context.processes.list().find((process_) => process_.name.includes("shop"))?.name ?? "";
  // Past the time for which a result is used again.
  await new Promise((resolve) => setTimeout(resolve, 600));
  supervisor.context.processes.freeze(name);
  const began = performance.now();
  const [{ code }, state] = await Promise.all([write({ id: randomUUID(), payload: "x" }), health(apiA)]);
  const took = performance.now() - began;
  supervisor.context.processes.thaw(name);
  expect([code, state.status]).toEqual([503, "unhealthy"]);
  expect(took).toBeLessThan(4500);
  await vi.waitFor(async () => expect((await health(apiA)).status).toBe("healthy"), 5000);
});

test("the audit finds lost, stranded and split-brain writes from outside", async () => {
  await admin.query("create table if not exists kept as select * from writes limit 0");
  const { rows } = await admin.query<{ id: string }>("select id from writes order by sequence limit 2");
  const [shared = "", alsoShared = ""] = rows.map((row) => row.id);
  const other = new pg.Client({ ...address, user: "dba", password: "admin-secret", database: "other" });
  await other.connect();
  const splitBrain = randomUUID();
  await other.query("create table writes (id uuid primary key, sequence bigserial)");
  await other.query("insert into writes (id) values ($1), ($2)", [shared, splitBrain]);
  await other.end();
  const database = (name: string) => ({
    ...address,
    name,
    user: "dba",
    password: "admin-secret",
    sslMode: "disable" as const,
  });
  const at = (second: number): string => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
  const ack = (id: string, site: string, second: number) => ({
    id,
    site,
    sentAt: at(second),
    ackAt: at(second),
    address: "127.0.0.1",
  });
  const audit = await auditMove({
    acknowledged: [ack(shared, "primary", 1), ack(alsoShared, "standby", 10), ack(splitBrain, "primary", 11)],
    from: { site: "primary", database: database("other") },
    to: { site: "standby", database: database("shop") },
    hasObject: async (id) => id !== alsoShared,
  });
  expect(audit).toEqual({
    acknowledgedWrites: 3,
    lostWrites: [splitBrain],
    splitBrainWrites: [splitBrain],
    strandedRows: [splitBrain],
    lostObjects: [alsoShared],
  });
  const sinceLater = await auditMove({
    acknowledged: [ack(shared, "primary", 1), ack(alsoShared, "standby", 10)],
    since: new Date(at(5)),
    from: { site: "primary" },
    to: { site: "standby", database: database("shop") },
  });
  expect(sinceLater).toEqual({ acknowledgedWrites: 1, lostWrites: [], splitBrainWrites: [] });
});

test("both end quickly when told, without an error", async () => {
  const began = performance.now();
  const exits = services.map((service) => once(service, "exit"));
  for (const service of services) service.kill("SIGTERM");
  expect(await Promise.all(exits)).toEqual([
    [0, null],
    [0, null],
  ]);
  expect(performance.now() - began).toBeLessThan(2500);
});
