import { describe, expect, it } from "vitest";
import { managedIdentityAuthorization } from "../../../automation/adapters/azure/table-authorization.ts";
import type { FailoverState } from "../../../automation/domain/failover-state.ts";
import { answerRequest, createDependencies } from "../../../automation/functions/answer-request.ts";
import { doFailover } from "../../../automation/functions/do-failover.ts";
import { driverWebhook } from "../../../automation/functions/driver-webhook.ts";
import { endpointProbe } from "../../../automation/functions/endpoint-probe.ts";
import type { FunctionDependencies } from "../../../automation/functions/failover-functions.ts";
import { healthCheck } from "../../../automation/functions/health-check.ts";
import { readFunctionSettings } from "../../../automation/functions/settings.ts";
import { alertmanagerSchema } from "../../../automation/server/alertmanager.ts";
import { FakeClock } from "../../support/fake-clock.ts";

const never = new AbortController().signal;
const endpoints = { primary_endpoint: "https://aws.example", secondary_endpoint: "https://azure.example" };

/** One entity with ETags, and what the endpoints say; `meddle` runs before every write. */
function bench(meddle: (state: FailoverState) => FailoverState | undefined = () => undefined) {
  const clock = new FakeClock();
  const answers: Record<string, ("healthy" | "degraded" | "failure" | "unknown")[]> = {};
  const probed: string[] = [];
  let stored: { state: FailoverState; version: number } | undefined;
  const write = (state: FailoverState): void => {
    stored = { state, version: (stored?.version ?? 0) + 1 };
  };
  const dependencies: FunctionDependencies = {
    clock,
    rules: { endpoints, cooldownSeconds: 600, probeAttempts: 3, probePauseSeconds: 2 },
    store: {
      read: async () => stored && { state: stored.state, etag: `"${stored.version}"` },
      create: async (state) => {
        if (stored !== undefined) return false;
        write(state);
        return true;
      },
      replace: async (state, etag) => {
        const other = stored && meddle(stored.state);
        if (other !== undefined) write(other);
        if (etag !== `"${stored?.version}"`) return false;
        write(state);
        return true;
      },
    },
    probe: async (endpoint) => {
      probed.push(endpoint);
      const queue = answers[endpoint] ?? [];
      const reading = (queue.length > 1 ? queue.shift() : queue[0]) ?? "healthy";
      return { kind: "service", name: endpoint, reading, reason: `${endpoint} ${reading}` };
    },
  };
  return { dependencies, clock, answers, probed, state: () => stored?.state, write };
}

describe("health_check", () => {
  it("makes the entity where there is none: eight fields, and nothing else", async () => {
    const { dependencies, state } = bench();
    expect(await healthCheck(dependencies, never)).toEqual({
      status: 200,
      body: { healthy: true, active_target: "primary", reason: "https://aws.example healthy" },
    });
    expect(state()).toEqual({
      active_target: "primary",
      ...endpoints,
      last_status: "OK",
      last_reason: "https://aws.example healthy",
      last_check_utc: "2026-01-01T00:00:00.000Z",
      failover_count: 0,
      lock_until_utc: "",
    });
  });

  it("is unhealthy after three bad readings in a row, not after two", async () => {
    const { dependencies, answers, probed, state } = bench();
    answers["https://aws.example"] = ["failure", "failure", "healthy"];
    expect((await healthCheck(dependencies, never)).body.healthy).toBe(true);
    answers["https://aws.example"] = ["failure"];
    probed.length = 0;
    expect((await healthCheck(dependencies, never)).body).toEqual({
      healthy: false,
      active_target: "primary",
      reason: "https://aws.example failure",
    });
    expect(probed).toHaveLength(3);
    expect(state()).toMatchObject({ last_status: "ERROR", active_target: "primary", failover_count: 0 });
  });

  it("does not take degraded, or trouble of its own, for unhealthy", async () => {
    const { dependencies, answers } = bench();
    for (const reading of ["degraded", "unknown"] as const) {
      answers["https://aws.example"] = [reading];
      expect((await healthCheck(dependencies, never)).body).toMatchObject({ healthy: true });
    }
  });

  it("keeps what others wrote meanwhile, and judges no target that is no longer the active one", async () => {
    let meddled = 0;
    const lock = "2026-01-01T01:00:00.000Z";
    const kept = bench((state) => (meddled++ === 0 ? { ...state, lock_until_utc: lock } : undefined));
    await healthCheck(kept.dependencies, never);
    expect(kept.state()).toMatchObject({ lock_until_utc: lock, last_status: "OK" });
    meddled = 0;
    const moved = bench((state) => (meddled++ === 0 ? { ...state, active_target: "secondary" } : undefined));
    await expect(healthCheck(moved.dependencies, never)).rejects.toMatchObject({ code: "conflict" });
    expect(moved.state()).toMatchObject({ active_target: "secondary", last_check_utc: "" });
  });
});

describe("do_failover", () => {
  it("toggles, counts and locks; skips while the lock stands; toggles back after it", async () => {
    const { dependencies, clock, state } = bench();
    expect(await doFailover(dependencies, never)).toEqual({
      status: 200,
      body: {
        changed: true,
        status: "FAILOVER_DONE",
        new_active_target: "secondary",
        failover_count: 1,
        lock_until_utc: "2026-01-01T00:10:00.000Z",
        reason: "failover from primary to secondary",
        driver: "not configured",
      },
    });
    const locked = state();
    expect((await doFailover(dependencies, never)).body).toMatchObject({
      changed: false,
      status: "FAILOVER_SKIPPED",
      active_target: "secondary",
    });
    expect(state()).toEqual(locked);
    await clock.sleep(600_000);
    expect((await doFailover(dependencies, never)).body).toMatchObject({ changed: true, new_active_target: "primary" });
    expect(state()).toMatchObject({ failover_count: 2, last_status: "FAILOVER_DONE" });
  });

  it("toggles once when two are asked for at the same time", async () => {
    const { dependencies, state } = bench();
    await healthCheck(dependencies, never);
    const both = await Promise.all([doFailover(dependencies, never), doFailover(dependencies, never)]);
    expect(both.map(({ body }) => body.changed).sort()).toEqual([false, true]);
    expect(state()).toMatchObject({ failover_count: 1, active_target: "secondary" });
  });

  it("gives up where somebody else always writes first", async () => {
    const { dependencies } = bench((state) => ({ ...state, last_reason: `${state.last_reason}.` }));
    await expect(doFailover(dependencies, never)).rejects.toMatchObject({ code: "conflict" });
  });

  it("tells the driver once it has toggled; a driver that does not hear undoes nothing", async () => {
    const { dependencies, state } = bench();
    const told: unknown[] = [];
    const notify = driverWebhook(
      async (_url, init) => {
        expect(state()?.failover_count).toBe(1);
        told.push(init);
        return new Response("", { status: 500 });
      },
      { url: "https://driver.example/v1/alerts/alertmanager", token: "s3cret-token", timeoutMs: 100 },
    );
    const answer = await doFailover({ ...dependencies, notify }, never);
    expect(answer.body).toMatchObject({ changed: true, driver: "not told: the driver at driver.example answered 500" });
    const [request] = told as { body: string; headers: Record<string, string> }[];
    expect(alertmanagerSchema.parse(JSON.parse(request?.body ?? "")).alerts).toHaveLength(1);
    expect(request?.headers.authorization).toBe("Bearer s3cret-token");
  });
});

describe("the probe of an endpoint", () => {
  const answering = (answer: () => Response | Promise<Response>) => endpointProbe(async () => answer(), 50);
  const refused = Object.assign(new TypeError("fetch failed"), {
    cause: Object.assign(new Error("connect"), { code: "ECONNREFUSED" }),
  });

  it.each([
    ["a report", () => Response.json({ status: "degraded" }), "degraded"],
    ["a report with an error's status", () => Response.json({ status: "unhealthy" }, { status: 503 }), "unhealthy"],
    ["any 2xx", () => new Response("fine"), "healthy"],
    ["another form of report", () => Response.json({ status: "DOWN" }), "unhealthy"],
    ["a page", () => new Response("<!doctype html>", { headers: { "content-type": "text/html" } }), "unknown"],
    ["a redirect", () => new Response("", { status: 302, headers: { location: "/login" } }), "unknown"],
    ["any other status", () => new Response("", { status: 502 }), "unhealthy"],
    ["a refused connection", () => Promise.reject(refused), "failure"],
  ] as const)("reads %s", async (_, answer, reading) => {
    const found = await answering(answer)("https://aws.example/shop/", never);
    expect(found).toMatchObject({ kind: "service", name: "aws.example", reading });
  });

  it("waits no longer than its deadline, and asks for /health below the endpoint", async () => {
    const asked: string[] = [];
    const silent = endpointProbe((url, init) => {
      asked.push(String(url));
      return new Promise((_, reject) => init?.signal?.addEventListener("abort", () => reject(init.signal?.reason)));
    }, 50);
    expect(await silent("https://aws.example/shop/", never)).toMatchObject({ reading: "failure" });
    expect(asked).toEqual(["https://aws.example/shop/health"]);
  });

  it("asks another path where the settings say so, and follows nobody elsewhere", async () => {
    const asked: unknown[] = [];
    const probe = endpointProbe(
      async (url, init) => {
        asked.push([String(url), init?.redirect]);
        return Response.json({ status: "UP" });
      },
      50,
      "/actuator/health",
    );
    expect(await probe("https://aws.example/", never)).toMatchObject({ reading: "healthy" });
    expect(asked).toEqual([["https://aws.example/actuator/health", "manual"]]);
  });

  it("counts a resolver that does not answer against nobody", async () => {
    const error = Object.assign(new TypeError("fetch failed"), {
      cause: Object.assign(new Error("dns"), { code: "EAI_AGAIN" }),
    });
    expect(await answering(() => Promise.reject(error))("https://aws.example", never)).toMatchObject({
      reading: "unknown",
    });
  });
});

describe("the functions' surroundings", () => {
  const environment = {
    STATE_TABLE_ENDPOINT: "https://acct.table.core.windows.net/",
    FAILOVER_PRIMARY_ENDPOINT: "https://aws.example",
    FAILOVER_SECONDARY_ENDPOINT: "https://azure.example",
    STATE_TABLE_ACCOUNT: "acct",
    STATE_TABLE_KEY: "c2VjcmV0LWtleQ==",
  };

  it("names every setting that is wrong, and no value", () => {
    const wrong = { ...environment, FAILOVER_PRIMARY_ENDPOINT: "hunter2", FAILOVER_COOLDOWN_SECONDS: "soon" };
    expect(() => readFunctionSettings(wrong)).toThrow(/FAILOVER_PRIMARY_ENDPOINT.*FAILOVER_COOLDOWN_SECONDS/);
    expect(() => readFunctionSettings(wrong)).not.toThrow(/hunter2/);
    expect(() => readFunctionSettings({ ...environment, STATE_TABLE_KEY: "" })).toThrow(/managed identity/);
    expect(() => readFunctionSettings({ ...environment, FAILOVER_DRIVER_WEBHOOK_URL: "https://d" })).toThrow(/TOKEN/);
    expect(readFunctionSettings(environment).rules).toMatchObject({ cooldownSeconds: 600, probeAttempts: 3 });
  });

  it("answers its own errors so that the Logic App decides nothing, and logs no secret", async () => {
    const log: string[] = [];
    const fetch = async () => new Response("AuthenticationFailed: c2VjcmV0LWtleQ==", { status: 403 });
    const made = () => createDependencies(environment, { fetch, clock: new FakeClock() });
    const health = await answerRequest("health_check", made, (line) => log.push(line));
    expect(health).toMatchObject({ status: 503, body: { healthy: null, active_target: null, error: "denied" } });
    const toggle = await answerRequest("do_failover", made, (line) => log.push(line));
    expect(toggle).toMatchObject({ status: 503, body: { changed: null, status: "ERROR" } });
    expect(log.join()).not.toContain("c2Vj");
    const unset = await answerRequest(
      "health_check",
      () => createDependencies({}, { fetch, clock: new FakeClock() }),
      () => {},
    );
    expect(unset).toMatchObject({ status: 503, body: { healthy: null, error: "invalid-input" } });
  });

  it("logs in with the managed identity, once for many requests", async () => {
    const clock = new FakeClock();
    const asked: { url: string; header: string | null }[] = [];
    const fetch = async (url: unknown, init?: RequestInit) => {
      asked.push({ url: String(url), header: new Headers(init?.headers).get("x-identity-header") });
      return Response.json({
        access_token: `t${asked.length}`,
        expires_on: String(clock.now().getTime() / 1000 + 3600),
      });
    };
    const identity = { endpoint: "http://127.0.0.1:4141/msi/token", header: "h", clientId: "abc" };
    const authorize = managedIdentityAuthorization(fetch as typeof globalThis.fetch, identity, clock);
    const url = new URL("https://acct.table.core.windows.net/failoverstate");
    expect((await authorize(url, never)).authorization).toBe("Bearer t1");
    expect((await authorize(url, never)).authorization).toBe("Bearer t1");
    await clock.sleep(3_400_000);
    expect((await authorize(url, never)).authorization).toBe("Bearer t2");
    expect(asked[0]?.header).toBe("h");
    expect(asked[0]?.url).toContain("resource=https%3A%2F%2Fstorage.azure.com%2F&client_id=abc");
  });
});
