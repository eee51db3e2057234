import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { HostPort, PostgresServerSpec } from "../../../sandbox/contracts/contracts.ts";
import { createPostgres } from "../../../sandbox/postgres/postgres-service.ts";
import { query, testContext } from "./support.ts";

const spec: PostgresServerSpec = {
  cloud: "aws",
  id: "orders",
  adminUser: "dbadmin",
  adminPassword: "first'secret\\1",
  databases: ["orders"],
  parameters: { wal_level: "logical", "auto_explain.log_format": "json" },
};
const admin = { user: spec.adminUser, password: spec.adminPassword };

describe("PostgreSQL service", () => {
  let directory: string;
  let test: ReturnType<typeof testContext>;
  let service: ReturnType<typeof createPostgres>;
  let inside: HostPort;

  beforeAll(async () => {
    // Closed to others, as a sandbox below /root would be.
    directory = await mkdtemp(join(tmpdir(), "pilotlight-postgres-"));
    test = testContext(directory);
    service = createPostgres(test.context);
    const address = await service.ensure(spec);
    expect(address).toEqual({ host: "127.13.77.1", port: 5432 });
    inside = { host: test.context.network.inside(address.host), port: 5432 };
  });

  afterAll(async () => {
    await service.remove("aws", "orders");
    await test.context.processes.stopAll();
    await rm(directory, { recursive: true, force: true });
  });

  const pid = (): number | undefined =>
    test.context.processes.list().find((process) => process.name === "postgres-aws-orders")?.pid;

  it("serves the database as asked, behind its gateway", async () => {
    const gateway = test.published.get("postgres-aws-orders");
    expect(gateway?.listen).toEqual({ host: "127.13.77.1", port: 5432 });
    expect(gateway?.target()).toEqual(inside);
    const login = { ...admin, database: "orders" };
    expect(await query(inside, login, "show wal_level")).toEqual([{ wal_level: "logical" }]);
    expect(await query(inside, login, "show fsync")).toEqual([{ fsync: "on" }]);
    const owner = "select pg_get_userbyid(datdba) as owner from pg_database where datname = 'orders'";
    expect(await query(inside, login, owner)).toEqual([{ owner: "dbadmin" }]);
  });

  it("lets the administrator do what replication needs", async () => {
    const login = { ...admin, database: "orders" };
    await query(inside, login, "create table t (id int primary key)");
    await query(inside, login, "create publication p for all tables");
    await query(inside, login, "select pg_create_logical_replication_slot('s', 'pgoutput')");
    await query(inside, login, "insert into t values (1)");
    const peek =
      "select count(*)::int as n from pg_logical_slot_peek_binary_changes('s', null, null, 'proto_version', '1', 'publication_names', 'p')";
    expect((await query(inside, login, peek))[0]?.n).toBeGreaterThan(0);
    await query(inside, login, "select pg_drop_replication_slot('s')");
  });

  it("refuses a wrong password and the bootstrap user", async () => {
    await expect(query(inside, { ...admin, password: "wrong" }, "select 1")).rejects.toThrow(/password authentication/);
    await expect(query(inside, { user: "rdsadmin", password: "x" }, "select 1")).rejects.toThrow(/pg_hba/);
  });

  it("does nothing for the same spec again", async () => {
    const before = pid();
    await service.ensure(spec);
    expect(pid()).toBe(before);
  });

  it("keeps acknowledged writes when it is killed, and comes back by itself", async () => {
    const login = { ...admin, database: "orders" };
    await query(inside, login, "insert into t values (2)");
    const before = pid();
    await test.context.processes.kill("postgres-aws-orders");
    await expect
      .poll(() => query(inside, login, "select id from t order by id").catch(() => []), { timeout: 10_000 })
      .toEqual([{ id: 1 }, { id: 2 }]);
    expect(pid()).not.toBe(before);
  });

  it("changes password, databases and reloadable parameters without a restart", async () => {
    const before = pid();
    const adminPassword = "second secret";
    await service.ensure({
      ...spec,
      adminPassword,
      databases: ["orders", "billing"],
      parameters: { ...spec.parameters, work_mem: "5MB" },
    });
    const login = { user: "dbadmin", password: adminPassword, database: "billing" };
    expect(await query(inside, login, "show work_mem")).toEqual([{ work_mem: "5MB" }]);
    await expect(query(inside, admin, "select 1")).rejects.toThrow(/password authentication/);
    expect(pid()).toBe(before);
  });

  it("lets parameters that want a restart pend until they get one", async () => {
    const before = pid();
    const shown = () => query(inside, admin, "show max_replication_slots");
    await service.ensure({ ...spec, parameters: { ...spec.parameters, max_replication_slots: "23" } });
    expect(await shown()).toEqual([{ max_replication_slots: "10" }]);
    expect(service.pendingRestart("aws", "orders")).toEqual(["max_replication_slots"]);
    expect(pid()).toBe(before);
    await service.restart("aws", "orders");
    expect(await shown()).toEqual([{ max_replication_slots: "23" }]);
    expect(service.pendingRestart("aws", "orders")).toEqual([]);
    expect(pid()).not.toBe(before);
  });

  it("takes what pends over at a restart that nobody asked for", async () => {
    await service.ensure({ ...spec, parameters: { ...spec.parameters, max_replication_slots: "24" } });
    await test.context.processes.kill("postgres-aws-orders");
    await expect
      .poll(() => query(inside, admin, "show max_replication_slots").catch(() => []), { timeout: 10_000 })
      .toEqual([{ max_replication_slots: "24" }]);
    expect(service.pendingRestart("aws", "orders")).toEqual([]);
  });

  it.each([
    [{ no_such_thing: "1" }, /no_such_thing/],
    [{ wal_level: "loud" }, /wal_level/],
    [{ listen_addresses: "*" }, /set by the sandbox itself/],
  ])("refuses %o and stays as it was", async (parameters, message) => {
    await expect(service.ensure({ ...spec, parameters })).rejects.toThrow(message);
    expect(await query(inside, admin, "show wal_level")).toEqual([{ wal_level: "logical" }]);
  });

  it("refuses another administrator", async () => {
    await expect(service.ensure({ ...spec, adminUser: "other" })).rejects.toThrow(
      /"dbadmin" and cannot become "other"/,
    );
  });

  it("keeps no password in files and logs", async () => {
    const log = await readFile(join(directory, "logs", "postgres-aws-orders.log"), "utf8");
    const state = await readFile(join(directory, "state", "postgres.json"), "utf8");
    for (const text of [log, state]) expect(text).not.toMatch(/secret/);
  });

  it("is the same after the sandbox was stopped and started", async () => {
    await service.stop();
    expect(pid()).toBeUndefined();
    expect(test.published.size).toBe(0);
    const again = createPostgres(test.context);
    await again.start();
    expect(test.published.has("postgres-aws-orders")).toBe(true);
    const rows = await query(inside, { ...admin, database: "orders" }, "select count(*)::int as n from t");
    expect(rows).toEqual([{ n: 2 }]);
  });

  it("is gone when removed", async () => {
    await service.remove("aws", "orders");
    await sleep(50);
    await expect(stat(join(directory, "aws", "postgres", "orders"))).rejects.toThrow(/ENOENT/);
    await service.remove("aws", "orders");
  });
});
