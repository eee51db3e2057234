import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FileInbox } from "../../../automation/adapters/inbox/file-inbox.ts";
import { Instant } from "../../../automation/domain/instant.ts";
import { wallTime } from "../../../automation/domain/wall-time.ts";
import type { Inbox } from "../../../automation/ports/inbox.ts";
import { createServer } from "../../../automation/server/create-server.ts";

const body = {
  version: "4",
  groupKey: '{}:{alertname="PrimaryDown"}',
  truncatedAlerts: 0,
  status: "firing",
  receiver: "pilotlight",
  alerts: [
    { status: "firing", labels: { alertname: "PrimaryDown" }, startsAt: "2026-11-21T03:00:00Z", fingerprint: "f00d" },
  ],
};

describe("the Alertmanager receiver", () => {
  let directory: string;
  let nudges: number;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "inbox-"));
    nudges = 0;
  });
  afterEach(() => rm(directory, { recursive: true }));

  const server = (inbox: Inbox = new FileInbox(directory)) =>
    createServer({
      inbox,
      clock: { now: () => wallTime("2026-11-21T03:00:05Z"), monotonic: () => Instant.at(0), sleep: async () => {} },
      snsTopics: new Set(),
      getFromSns: async () => "",
      token: "right",
      nudge: () => {
        nudges += 1;
      },
      status: async () => ({ activeSite: "primary" }),
      metrics: async () => ({
        health: undefined,
        activeSite: undefined,
        replication: undefined,
        operations: undefined,
      }),
    });

  const post = (payload: unknown, token = "right", app = server()) =>
    app.inject({
      method: "POST",
      url: "/v1/alerts/alertmanager",
      headers: { authorization: `Bearer ${token}` },
      payload: payload as object,
    });

  it("stores an alert before it answers 202, and asks for a decision", async () => {
    const answer = await post(body);
    expect(answer.statusCode).toBe(202);
    expect(answer.json()).toMatchObject({ fresh: true });
    expect(await new FileInbox(directory).pending()).toMatchObject([{ status: "firing", summary: "PrimaryDown" }]);
    expect(nudges).toBe(1);
  });

  it("takes the same news twice as one", async () => {
    await post(body);
    const again = await post(body);
    expect(again.statusCode).toBe(202);
    expect(again.json()).toMatchObject({ fresh: false });
    expect(await readdir(directory)).toHaveLength(1);
    expect(nudges).toBe(1);
  });

  it("does not decide again on what was decided", async () => {
    await post(body);
    const inbox = new FileInbox(directory);
    const [alert] = await inbox.pending();
    await inbox.done(alert?.key ?? "", "watched: score 0");
    expect(await inbox.pending()).toEqual([]);
    expect((await post(body)).json()).toMatchObject({ fresh: false });
  });

  it("answers 401 without the token and stores nothing", async () => {
    expect((await post(body, "wrong")).statusCode).toBe(401);
    expect(await new FileInbox(directory).pending()).toEqual([]);
  });

  it("answers 400 naming the field when the body is of another form", async () => {
    const answer = await post({ ...body, version: "1" });
    expect(answer.statusCode).toBe(400);
    expect(answer.json().error).toContain("version");
  });

  describe("in an alert storm", () => {
    const storm = (count: number) => ({
      ...body,
      alerts: Array.from({ length: count }, (_, index) => ({
        ...{ status: "firing", startsAt: "2026-11-21T03:00:00Z", fingerprint: index.toString(16).padStart(16, "0") },
        labels: { alertname: `Alert${index}`, pod: `orders-${index}` },
        annotations: { description: "x".repeat(1500) },
      })),
    });

    it("takes what Alertmanager sends when everything fails at once", async () => {
      const notification = storm(15_000);
      expect(JSON.stringify(notification).length).toBeGreaterThan(20 * 1_048_576);
      const answer = await post(notification);
      expect(answer.statusCode).toBe(202);
      expect(nudges).toBe(1);
      const [stored] = await new FileInbox(directory).pending();
      expect(stored?.summary).toContain("Alert0, Alert1");
      expect(stored?.summary).toContain("and 14980 further alerts");
    });

    it("says what is too large and how to send less, and looks all the same", async () => {
      const answer = await post(storm(25_000));
      expect(answer.statusCode).toBe(413);
      expect(answer.json().error).toMatch(/larger than 32 MiB.*max_alerts/);
      expect(nudges).toBe(1);
    });

    it("reads nothing of it, and does not look, without the token", async () => {
      expect((await post(storm(25_000), "wrong")).statusCode).toBe(401);
      expect(nudges).toBe(0);
    });
  });

  it("answers 503, which senders retry, when it cannot store", async () => {
    const full = {
      put: async () => {
        throw new Error("no space left on device");
      },
      pending: async () => [],
      done: async () => {},
    };
    const answer = await post(body, "right", server(full));
    expect(answer.statusCode).toBe(503);
    expect(nudges).toBe(0);
  });

  it("keeps status behind the token and health open", async () => {
    expect((await server().inject("/health")).statusCode).toBe(200);
    expect((await server().inject("/v1/status")).statusCode).toBe(401);
  });
});
