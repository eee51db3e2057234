import { describe, expect, it } from "vitest";
import { score } from "../../../automation/domain/health-score.ts";
import { Instant } from "../../../automation/domain/instant.ts";
import { wallTime } from "../../../automation/domain/wall-time.ts";
import { MetricsCollector } from "../../../automation/server/collect-metrics.ts";
import { createServer } from "../../../automation/server/create-server.ts";
import { exposition } from "../../../automation/server/exposition.ts";
import { driverMetrics, type MetricsSnapshot } from "../../../automation/server/metrics.ts";
import type { DriverWatchEvent } from "../../../automation/workflow/watch/watch-event.ts";
import { alertRules } from "../../../components/kubernetes/observability/alert-rules.ts";
import { dashboards } from "../../../components/kubernetes/observability/dashboards.ts";
import { METRICS } from "../../../components/kubernetes/observability/metrics.ts";
import { fakeDriver, protectedWorld } from "../../support/fake-driver.ts";

const health = score([
  { kind: "service", name: "a", reading: "unhealthy" },
  { kind: "external-uptime", name: "public name", reading: "unknown", reason: "token=hush-hush" },
]);
const known: MetricsSnapshot = {
  health,
  activeSite: "primary",
  replication: { name: "standby", seconds: 1.5 },
  operations: [
    { plan: "failover", state: "waiting" },
    { plan: "reprotect", state: "succeeded" },
    { plan: "failover", state: "aborted" },
    { plan: "failover", state: "needs-operator" },
    { plan: "reprotect", state: "succeeded" },
  ],
};
const nothing: MetricsSnapshot = {
  health: undefined,
  activeSite: undefined,
  replication: undefined,
  operations: undefined,
};
const lines = (snapshot: MetricsSnapshot): string[] =>
  exposition(driverMetrics(snapshot))
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));

describe("the driver's metrics", () => {
  it("are what rules and dashboards read, under the same names and labels", () => {
    const metrics = driverMetrics(known);
    const names = metrics.map(({ name }) => name).toSorted();
    expect(names).toEqual(Object.values(METRICS.driver).toSorted());
    const read = JSON.stringify([alertRules({ namespace: "shop", driverScraped: true }), dashboards("shop")]);
    const used = [...read.matchAll(/\bpilotlight_\w+/g)].map(([name]) => name);
    expect(used.length).toBeGreaterThan(10);
    for (const name of used) expect(names).toContain(name);
    // `by (…)` of a label that no series carries makes one nameless line of all of them.
    for (const [, by = "", name] of read.matchAll(/by \(([\w, ]+)\) \((pilotlight_\w+)/g)) {
      const labels = metrics
        .find((metric) => metric.name === name)
        ?.samples.flatMap(({ labels = {} }) => Object.keys(labels));
      for (const label of by.split(", ")) expect(labels, `${name} by ${by}`).toContain(label);
    }
  });

  it("show the score, its signals, the lag, the site and the operations", () => {
    expect(lines(known)).toEqual(
      expect.arrayContaining([
        "pilotlight_health_score 5",
        'pilotlight_signal_points{kind="service",name="a"} 5',
        'pilotlight_signal_unknown{kind="service",name="a"} 0',
        'pilotlight_signal_unknown{kind="external-uptime",name="public name"} 1',
        'pilotlight_replication_lag_seconds{name="standby"} 1.5',
        'pilotlight_active_site{site="primary"} 1',
        'pilotlight_active_site{site="standby"} 0',
        'pilotlight_operation_running{plan="failover"} 1',
        'pilotlight_operation_running{plan="reprotect"} 0',
        'pilotlight_operations_total{plan="reprotect",outcome="succeeded"} 2',
        'pilotlight_operations_total{plan="failover",outcome="aborted"} 1',
        'pilotlight_operations_total{plan="drill",outcome="failed"} 0',
      ]),
    );
    expect(lines(known).join()).not.toContain("hush");
  });

  it("leave out what is not known, and never repeat a series", () => {
    expect(exposition(driverMetrics(nothing))).toBe("");
    const never = { ...nothing, replication: { name: "standby", seconds: undefined } } as const;
    expect(lines(never)).toEqual([]);
    const series = lines(known).map((line) => line.slice(0, line.lastIndexOf(" ")));
    expect(new Set(series).size).toBe(series.length);
  });

  it("escape labels and help, and write every number as Prometheus reads it", () => {
    const text = exposition([
      {
        name: "m",
        kind: "gauge",
        help: "a\\b\nc",
        samples: [
          { labels: { l: 'say "hi"\\\n' }, value: Number.POSITIVE_INFINITY },
          { value: Number.NEGATIVE_INFINITY },
          { value: Number.NaN },
          { value: 1e21 },
        ],
      },
    ]);
    expect(text).toBe('# HELP m a\\\\b\\nc\n# TYPE m gauge\nm{l="say \\"hi\\"\\\\\\n"} +Inf\nm -Inf\nm NaN\nm 1e+21\n');
  });
});

describe("GET /metrics", () => {
  const server = (metrics: () => Promise<MetricsSnapshot>) =>
    createServer({
      inbox: { put: async () => true, pending: async () => [], done: async () => {} },
      clock: { now: () => wallTime(Date.now()), monotonic: () => Instant.at(0), sleep: async () => {} },
      token: "right",
      nudge: () => {},
      status: async () => ({}),
      snsTopics: new Set(),
      getFromSns: async () => "",
      metrics,
    });

  it("answers in the text format, to those who show the token", async () => {
    const app = server(async () => known);
    const answer = await app.inject({ url: "/metrics", headers: { authorization: "Bearer right" } });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers["content-type"]).toBe("text/plain; version=0.0.4; charset=utf-8");
    expect(answer.body).toContain("# TYPE pilotlight_operations_total counter\n");
    expect(answer.body.endsWith("\n")).toBe(true);
    expect((await app.inject("/metrics")).statusCode).toBe(401);
    expect((await app.inject({ url: "/metrics", headers: { authorization: "Bearer no" } })).statusCode).toBe(401);
  });
});

describe("collecting metrics", () => {
  const soon = AbortSignal.timeout(20_000);
  const at = "2026-11-21T10:00:00.000Z";
  const evaluation: DriverWatchEvent = {
    type: "evaluation",
    evaluation: {
      at,
      activeSite: "primary",
      protection: "protected",
      health,
      decision: { action: "none" },
      early: false,
    },
  };

  it("takes the site, the lag and the operations from the driver, and the score from the watch while it is fresh", async () => {
    const { driver } = fakeDriver(await protectedWorld());
    let now = 0;
    const collector = new MetricsCollector({
      driver,
      clock: { monotonic: () => Instant.at(now) },
      intervalSeconds: 30,
    });
    const before = await collector.snapshot(soon);
    expect(before).toMatchObject({ health: undefined, activeSite: "primary", replication: { name: "standby" } });
    expect(before.operations).toMatchObject([{ plan: "reprotect", state: "succeeded" }]);
    collector.note(evaluation);
    now += 89_000;
    expect((await collector.snapshot(soon)).health).toEqual(health);
    now += 2000;
    expect((await collector.snapshot(soon)).health).toBeUndefined();
  });

  it("shows no score of before an operation while that works", async () => {
    const { driver } = fakeDriver(await protectedWorld());
    const collector = new MetricsCollector({ driver, clock: { monotonic: () => Instant.at(0) }, intervalSeconds: 30 });
    collector.note(evaluation);
    collector.note({ type: "resting", at, protection: "failing-over", operationId: "failover-1" });
    expect((await collector.snapshot(soon)).health).toBeUndefined();
  });

  it("answers with what it has where the witness or the journal do not", async () => {
    const fails = async (): Promise<never> => {
      throw new Error("nobody there");
    };
    const collector = new MetricsCollector({
      driver: { status: fails, operations: fails },
      clock: { monotonic: () => Instant.at(0) },
      intervalSeconds: 30,
    });
    collector.note(evaluation);
    expect(await collector.snapshot(soon)).toEqual({ ...nothing, health });
  });
});
