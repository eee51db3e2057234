import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FileInbox } from "../../../automation/adapters/inbox/file-inbox.ts";
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
      clock: { now: () => new Date("2026-11-21T03:00:05Z"), sleep: async () => {} },
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
