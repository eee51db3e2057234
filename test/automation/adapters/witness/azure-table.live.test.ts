import { expect, it } from "vitest";
import { storageCredential } from "../../../../automation/adapters/azure/storage-credential.ts";
import { accountKeyAuthorization } from "../../../../automation/adapters/azure/table-authorization.ts";
import { TableClient } from "../../../../automation/adapters/azure/table-client.ts";
import { systemClock } from "../../../../automation/adapters/system-clock.ts";
import { AzureTableWitness } from "../../../../automation/adapters/witness/azure-table-witness.ts";
import type { Toggle } from "../../../../automation/adapters/witness/failover-entity.ts";
import { failoverStateSchema } from "../../../../automation/domain/failover-state.ts";
import type { WitnessRecord } from "../../../../automation/domain/witness-record.ts";
import { doFailover } from "../../../../automation/functions/do-failover.ts";
import { healthCheck } from "../../../../automation/functions/health-check.ts";
import { serve } from "../../../support/local-server.ts";
import { lossyProxy } from "../../../support/witness-proxy.ts";
import { record, soon, witnessSuite } from "../../../support/witness-suite.ts";
import {
  account,
  authorize,
  endpoint,
  endpoints,
  entity,
  functions,
  host,
  makeTable,
  openWitness,
  port,
  request,
  row,
  tableBench,
} from "../../../support/witness-table.ts";

const running = { id: "failover-1", plan: "failover", mode: "forced", state: "running" } as const;
const promoted = (epoch: number): WitnessRecord =>
  record("shop", epoch, {
    activeSite: "standby",
    protection: "failed-over",
    promotion: { operationId: "failover-1", at: "2026-11-21T10:05:00.000Z" },
    lastOperation: { ...running, state: "succeeded" },
    cooldownUntil: new Date(Date.now() + 3_600_000).toISOString(),
  });

witnessSuite("azure table witness", tableBench, () => {
  it("keeps the reference's eight fields for its functions, and its lock holds them back", async () => {
    const table = await makeTable();
    const witness = openWitness(table);
    await witness.compareAndSet("shop", 0, record("shop", 1), soon());
    expect(failoverStateSchema.parse(await entity(table))).toEqual({
      active_target: "primary",
      primary_endpoint: endpoints.primary,
      secondary_endpoint: endpoints.secondary,
      last_status: "OK",
      last_reason: "",
      last_check_utc: "",
      failover_count: 0,
      lock_until_utc: "",
    });
    expect((await healthCheck(functions(table), soon())).body).toMatchObject({ healthy: true, reason: "200" });
    const moved = promoted(2);
    expect(await witness.compareAndSet("shop", 1, moved, soon())).toEqual({ ok: true, record: moved });
    const state = failoverStateSchema.parse(await entity(table));
    expect(state).toMatchObject({
      active_target: "secondary",
      last_status: "FAILOVER_DONE",
      last_reason: "failover failover-1 moved shop from primary to secondary",
      failover_count: 1,
    });
    expect(Date.parse(state.lock_until_utc)).toBe(Date.parse(moved.cooldownUntil ?? ""));
    expect(state.last_check_utc).not.toBe("");
    expect((await doFailover(functions(table), soon())).body).toMatchObject({ status: "FAILOVER_SKIPPED" });
    // The functions replace their row; ours is another one.
    expect((await healthCheck(functions(table), soon())).body).toMatchObject({ active_target: "secondary" });
    expect(await witness.read("shop", soon())).toEqual(moved);
    const stuck = {
      ...moved,
      epoch: 3,
      lastOperation: { ...running, plan: "failback", state: "needs-operator" },
    } as const;
    await witness.compareAndSet("shop", 2, stuck, soon());
    expect(await entity(table)).toMatchObject({
      last_status: "ERROR",
      last_reason: "failback failover-1 needs an operator",
      failover_count: 1,
    });
  });

  it("tells a toggle of the functions once, keeps it while an operation follows it, and then takes over its lock", async () => {
    const table = await makeTable();
    const told: Toggle[] = [];
    const witness = openWitness(table, { onToggle: (toggle) => told.push(toggle) });
    await witness.compareAndSet("shop", 0, record("shop", 1), soon());
    expect((await doFailover(functions(table), soon())).body).toMatchObject({ changed: true });
    // By a field alone nothing moves; and its lock must not keep us from following.
    expect(await witness.read("shop", soon())).toEqual(record("shop", 1));
    expect(await witness.read("shop", soon())).toEqual(record("shop", 1));
    const toggle = { application: "shop", wanted: "secondary", active: "primary", count: 1 };
    expect(told).toEqual([expect.objectContaining(toggle)]);
    expect(await witness.toggle("shop", soon())).toMatchObject(toggle);
    const begun = record("shop", 2, { protection: "failing-over", lastOperation: running });
    expect(await witness.compareAndSet("shop", 1, begun, soon())).toEqual({ ok: true, record: begun });
    expect(await entity(table)).toMatchObject({ active_target: "secondary", failover_count: 1 });
    const { cooldownUntil: _, ...moved } = promoted(3);
    await witness.compareAndSet("shop", 2, moved, soon());
    expect(await entity(table)).toMatchObject({ active_target: "secondary", failover_count: 1 });
    expect(await witness.toggle("shop", soon())).toBeUndefined();
    const { lock_until_utc } = failoverStateSchema.parse(await entity(table));
    expect((await witness.read("shop", soon()))?.cooldownUntil).toBe(lock_until_utc);
    expect(told).toHaveLength(1);
  });

  it("takes a toggle back only with the operation that was undone, and says so", async () => {
    const table = await makeTable();
    const witness = openWitness(table);
    await witness.compareAndSet("shop", 0, record("shop", 1), soon());
    await doFailover(functions(table), soon());
    await witness.compareAndSet("shop", 1, record("shop", 2), soon());
    expect(await entity(table)).toMatchObject({ active_target: "secondary" });
    const failed = record("shop", 3, { lastOperation: { ...running, state: "failed" } });
    await witness.compareAndSet("shop", 2, failed, soon());
    expect(await entity(table)).toMatchObject({
      active_target: "primary",
      last_status: "ERROR",
      last_reason: "failover failover-1 failed and was undone: primary stays active, not secondary",
      failover_count: 2,
    });
  });

  it("takes over an entity of the functions, but guesses no active site", async () => {
    const table = await makeTable();
    await healthCheck(functions(table), soon());
    const witness = openWitness(table);
    expect(await witness.read("shop", soon())).toBeUndefined();
    await doFailover(functions(table), soon());
    await expect(witness.read("shop", soon())).rejects.toMatchObject({ code: "refused", retryable: false });
    await expect(witness.compareAndSet("shop", 0, record("shop", 1), soon())).rejects.toMatchObject({
      code: "refused",
    });
    const { cooldownUntil: _, ...moved } = promoted(1);
    expect(await witness.compareAndSet("shop", 0, moved, soon())).toMatchObject({ ok: true });
    expect(await entity(table)).toMatchObject({ active_target: "secondary", failover_count: 1 });
  });

  it("knows its own write again when the answer to it was lost", async () => {
    const table = await makeTable();
    await using proxy = await lossyProxy(`http://${host}:${port}`, "$batch");
    const client = new TableClient({ endpoint: `${proxy.url}/${account}`, table, authorize });
    const witness = new AzureTableWitness({ table: client, endpoints, onToggle: () => {} });
    const next = record("shop", 1);
    expect(await witness.compareAndSet("shop", 0, next, soon())).toEqual({ ok: true, record: next });
    expect(await openWitness(table).read("shop", soon())).toEqual(next);
  });

  it("wins against the health check, which writes all the time", async () => {
    const table = await makeTable();
    const witness = openWitness(table);
    await witness.compareAndSet("shop", 0, record("shop", 1), soon());
    let checks = 0;
    let done = false;
    const checking = (async () => {
      while (!done) {
        await healthCheck(functions(table), soon()).then(
          () => checks++,
          () => undefined,
        );
      }
    })();
    for (let epoch = 1; epoch < 15; epoch++) {
      expect(await witness.compareAndSet("shop", epoch, record("shop", epoch + 1), soon())).toMatchObject({ ok: true });
    }
    done = true;
    await checking;
    expect(checks).toBeGreaterThan(0);
  });

  it("tells damage, a lost record, a second application, a wrong key, a missing table and nobody there", async () => {
    const table = await makeTable();
    const witness = openWitness(table);
    await witness.compareAndSet("shop", 0, record("shop", 1), soon());
    await expect(witness.read("bank", soon())).rejects.toMatchObject({
      code: "fatal",
      message: expect.stringContaining("speaks of application shop"),
    });
    await request("DELETE", row(table, "state.pilotlight"), undefined, { "if-match": "*" });
    await expect(witness.read("shop", soon())).rejects.toMatchObject({
      code: "fatal",
      message: expect.stringContaining("is gone; it was at epoch 1"),
    });
    await request("PUT", row(table, "state"), { PartitionKey: "failover", RowKey: "state", active_target: "tertiary" });
    await expect(witness.read("shop", soon())).rejects.toMatchObject({ code: "fatal" });
    await expect(openWitness("missing").read("shop", soon())).rejects.toMatchObject({
      code: "not-found",
      message: expect.stringContaining("missing"),
    });
    const stolen = Buffer.from("stolen").toString("base64");
    const wrong = accountKeyAuthorization(account, stolen, systemClock);
    const denied = new AzureTableWitness({
      table: new TableClient({ endpoint, table, authorize: wrong }),
      endpoints,
      onToggle: () => {},
    });
    const error: unknown = await denied.read("shop", soon()).catch((thrown) => thrown);
    expect(error).toMatchObject({ code: "denied", retryable: false });
    expect(JSON.stringify(error)).not.toContain(stolen);
    const gone = new TableClient({ endpoint: "http://127.0.0.1:1/x", table, authorize });
    const nobody = new AzureTableWitness({ table: gone, endpoints, onToggle: () => {}, limitMs: 500 });
    await expect(nobody.read("shop", soon())).rejects.toMatchObject({ code: "unreachable", retryable: true });
  });

  it("shows an identity's token, and asks again where it is throttled", async () => {
    const seen: (string | undefined)[] = [];
    await using server = await serve((message, response) => {
      seen.push(message.headers.authorization);
      if (seen.length === 1) response.writeHead(503).end('{"odata.error":{"code":"ServerBusy"}}');
      else response.end('{"value":[]}');
    });
    const scopes: unknown[] = [];
    const credential = {
      getToken: async (scope: string | string[]) => {
        scopes.push(scope);
        return { token: "of-the-identity", expiresOnTimestamp: Date.now() + 60_000 };
      },
    };
    const client = new TableClient({
      endpoint: server.url,
      table: "failoverstate",
      authorize: storageCredential(systemClock, credential),
    });
    const witness = new AzureTableWitness({ table: client, endpoints, placement: "third-site", onToggle: () => {} });
    expect(witness.placement).toBe("third-site");
    expect(await witness.read("shop", soon())).toBeUndefined();
    expect(seen).toEqual(["Bearer of-the-identity", "Bearer of-the-identity"]);
    expect(scopes[0]).toBe("https://storage.azure.com/.default");
  });
});
