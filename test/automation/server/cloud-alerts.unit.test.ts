import { createSign, generateKeyPairSync } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FileInbox } from "../../../automation/adapters/inbox/file-inbox.ts";
import { DriverError } from "../../../automation/domain/errors.ts";
import { createServer } from "../../../automation/server/create-server.ts";
import { selfSigned } from "./support/self-signed.ts";

const now = new Date("2026-11-21T03:00:05Z");
const topic = "arn:aws:sns:us-east-1:123456789012:shop-production-alarms";
const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const certificate = selfSigned(privateKey, publicKey);

describe("receivers of the clouds' own alerts", () => {
  let directory: string;
  let nudges: number;
  let asked: string[];
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "inbox-"));
    nudges = 0;
    asked = [];
  });
  afterEach(() => rm(directory, { recursive: true }));

  const server = (get?: (url: string) => Promise<string>) =>
    createServer({
      inbox: new FileInbox(directory),
      clock: { now: () => now, sleep: async () => {} },
      token: "right",
      nudge: () => {
        nudges += 1;
      },
      status: async () => ({}),
      metrics: async () => ({
        health: undefined,
        activeSite: undefined,
        replication: undefined,
        operations: undefined,
      }),
      snsTopics: new Set([topic]),
      getFromSns:
        get ??
        (async (url) => {
          asked.push(url);
          return certificate;
        }),
    });
  const pending = () => new FileInbox(directory).pending();

  describe("of Azure Monitor", () => {
    const essentials = {
      alertId: "/subscriptions/s/providers/Microsoft.AlertsManagement/alerts/1",
      alertRule: "shop-database-alive",
      monitorCondition: "Fired",
      severity: "Sev1",
      firedDateTime: "2026-11-21T03:00:00Z",
    };
    const post = (url: string, changes: object = {}) =>
      server().inject({
        method: "POST",
        url,
        payload: { schemaId: "azureMonitorCommonAlertSchema", data: { essentials: { ...essentials, ...changes } } },
      });

    it("takes the token from the address, and the same news once", async () => {
      const url = "/v1/alerts/azure-monitor?token=right";
      expect((await post(url)).statusCode).toBe(202);
      expect((await post(url)).json()).toMatchObject({ fresh: false });
      expect((await post(url, { monitorCondition: "Resolved" })).json()).toMatchObject({ fresh: true });
      const found = (await pending()).map(({ source, status, summary }) => [source, status, summary]);
      expect(found.toSorted()).toEqual([
        ["azure-monitor", "firing", "shop-database-alive (Sev1)"],
        ["azure-monitor", "resolved", "shop-database-alive (Sev1)"],
      ]);
      expect(nudges).toBe(1);
    });

    it("turns away who shows none, a wrong one, or shows it elsewhere", async () => {
      expect((await post("/v1/alerts/azure-monitor")).statusCode).toBe(401);
      expect((await post("/v1/alerts/azure-monitor?token=wrong")).statusCode).toBe(401);
      expect((await post("/v1/alerts/alertmanager?token=right")).statusCode).toBe(401);
      expect(await server().inject("/v1/status?token=right")).toMatchObject({ statusCode: 401 });
    });

    it("names the field that is wrong", async () => {
      const answer = await post("/v1/alerts/azure-monitor?token=right", { monitorCondition: "Maybe" });
      expect(answer.statusCode).toBe(400);
      expect(answer.json().error).toContain("data.essentials.monitorCondition");
    });
  });

  describe("of SNS", () => {
    const notification = {
      Type: "Notification",
      MessageId: "m-1",
      TopicArn: topic,
      Message: JSON.stringify({ AlarmName: "shop-database-cpu", NewStateValue: "ALARM" }),
      Timestamp: "2026-11-21T03:00:00.000Z",
      SignatureVersion: "2",
      SigningCertURL: "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-1.pem",
    };
    const signed = (message: Record<string, string>) => {
      const keys =
        message["Type"] === "Notification"
          ? ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"]
          : ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"];
      const text = keys.flatMap((key) => (message[key] === undefined ? [] : [`${key}\n${message[key]}\n`])).join("");
      const sign = createSign(message["SignatureVersion"] === "1" ? "RSA-SHA1" : "RSA-SHA256");
      return { ...message, Signature: sign.update(text).sign(privateKey, "base64") };
    };
    const post = (message: object, app = server()) =>
      app.inject({
        method: "POST",
        url: "/v1/alerts/sns",
        headers: { "content-type": "text/plain; charset=UTF-8" },
        payload: JSON.stringify(message),
      });

    it.each(["1", "2"])("stores an alarm that is signed (version %s)", async (SignatureVersion) => {
      const message = signed({ ...notification, SignatureVersion, Subject: "ALARM" });
      expect((await post(message)).json()).toMatchObject({ fresh: true });
      expect((await post(message)).json()).toMatchObject({ fresh: false });
      expect(await pending()).toMatchObject([{ source: "sns", status: "firing", summary: "shop-database-cpu" }]);
      expect(nudges).toBe(1);
    });

    it("asks for a certificate once", async () => {
      const app = server();
      await post(signed(notification), app);
      await post(signed({ ...notification, MessageId: "m-2" }), app);
      expect(asked).toEqual([notification.SigningCertURL]);
    });

    it.each([
      ["a changed message", { Message: JSON.stringify({ AlarmName: "x", NewStateValue: "ALARM" }) }, "Signature:"],
      ["another topic", { TopicArn: `${topic}-2` }, "TopicArn:"],
    ])("refuses %s", async (_what, change, start) => {
      const answer = await post({ ...signed(notification), ...change });
      expect(answer.statusCode).toBe(403);
      expect(answer.json().error.startsWith(start)).toBe(true);
      expect(await pending()).toEqual([]);
    });

    it("refuses a replay of an old message", async () => {
      const answer = await post(signed({ ...notification, Timestamp: "2026-11-21T01:59:00.000Z" }));
      expect(answer.statusCode).toBe(403);
      expect(answer.json().error).toContain("Timestamp");
    });

    it.each([
      "https://sns.us-east-1.amazonaws.com.evil.example/cert.pem",
      "http://sns.us-east-1.amazonaws.com/cert.pem",
      "https://sns.us-east-1.amazonaws.com:8443/cert.pem",
      "https://evil@sns.us-east-1.amazonaws.com/cert.pem",
    ])("asks no certificate of %s", async (SigningCertURL) => {
      expect((await post(signed({ ...notification, SigningCertURL }))).statusCode).toBe(400);
      expect(asked).toEqual([]);
    });

    it("confirms the subscription of an allowed topic by itself", async () => {
      const confirmation = {
        ...notification,
        Type: "SubscriptionConfirmation",
        Token: "t",
        SubscribeURL: "https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription&Token=t",
      };
      expect((await post(signed(confirmation))).statusCode).toBe(200);
      expect(asked).toEqual([confirmation.SigningCertURL, confirmation.SubscribeURL]);
      expect(await pending()).toEqual([]);
    });

    it("answers 503, which SNS retries, while its certificate cannot be had", async () => {
      const app = server(async () => {
        throw new DriverError("unreachable", "sns.us-east-1.amazonaws.com does not answer");
      });
      expect((await post(signed(notification), app)).statusCode).toBe(503);
    });
  });
});
