import { createHash, timingSafeEqual } from "node:crypto";
import fastify, { type FastifyError, type FastifyInstance, type FastifyRequest } from "fastify";
import { z } from "zod";
import type { Clock } from "../ports/clock.ts";
import { alertFromAlertmanager, alertmanagerSchema } from "./alertmanager.ts";
import { alertFromAzureMonitor, azureMonitorSchema } from "./azure-monitor.ts";
import { exposition, expositionType } from "./exposition.ts";
import { driverMetrics, type MetricsSnapshot } from "./metrics.ts";
import { type AlertStore, receiveAlert, refuseBody } from "./receive-alert.ts";
import { SnsReceiver } from "./sns-receiver.ts";

const SNS_PATH = "/v1/alerts/sns";
const AZURE_MONITOR_PATH = "/v1/alerts/azure-monitor";
const ALERTMANAGER_PATH = "/v1/alerts/alertmanager";

const MEBIBYTE = 1_048_576;
/** In an alert storm, Alertmanager sends a whole group in one body: 1 to 2 KiB for each alert, so this is some 20,000 of them. */
const STORM_LIMIT = 32 * MEBIBYTE;

export interface ServerDependencies extends AlertStore {
  readonly clock: Clock;
  /** Bearer token that senders and readers must show. */
  readonly token: string;
  /** What `GET /v1/status` answers; no secrets. */
  readonly status: () => Promise<unknown>;
  /** ARNs of the SNS topics whose alarms are taken. */
  readonly snsTopics: ReadonlySet<string>;
  /** Text behind an address of SNS. */
  readonly getFromSns: (url: string) => Promise<string>;
  /** What `GET /metrics` shows. */
  readonly metrics: () => Promise<MetricsSnapshot>;
}

/** Senders retry on 503 and drop on 4xx, so 4xx is only for what will never be right (field notes, alert receivers). */
export function createServer(dependencies: ServerDependencies): FastifyInstance {
  const server = fastify({ bodyLimit: MEBIBYTE, requestTimeout: 30_000, logger: false });

  server.get("/health", async () => ({ status: "healthy" }));

  server.addHook("onRequest", async (request, reply) => {
    // Messages of SNS carry a signature instead.
    if (request.url === "/health" || request.url === SNS_PATH) return;
    if (!authorised(request, dependencies.token)) {
      await reply
        .code(401)
        .header("www-authenticate", "Bearer")
        .send({ error: "the Authorization header must carry the bearer token of the webhook" });
    }
  });

  server.setErrorHandler<FastifyError>((error, request, reply) => {
    if (error.code !== "FST_ERR_CTP_BODY_TOO_LARGE") return reply.send(error);
    // The sender showed the token and will not send this again. A look is all that an alert asks for.
    if (request.url !== SNS_PATH) dependencies.nudge();
    const limit = request.routeOptions.bodyLimit / MEBIBYTE;
    const remedy =
      request.url === ALERTMANAGER_PATH
        ? "set max_alerts in Alertmanager's webhook_config, or group by more labels"
        : "send less";
    return reply.code(413).send({ error: `the body is larger than ${limit} MiB, the most that is read; ${remedy}` });
  });

  server.get("/v1/status", async () => dependencies.status());

  server.get("/metrics", async (_request, reply) =>
    reply.type(expositionType).send(exposition(driverMetrics(await dependencies.metrics()))),
  );

  server.post(ALERTMANAGER_PATH, { bodyLimit: STORM_LIMIT }, async (request, reply) => {
    const parsed = alertmanagerSchema.safeParse(request.body);
    if (!parsed.success) return refuseBody(parsed.error, reply);
    return receiveAlert(dependencies, alertFromAlertmanager(parsed.data, dependencies.clock.now()), reply);
  });

  server.post(AZURE_MONITOR_PATH, async (request, reply) => {
    const parsed = azureMonitorSchema.safeParse(request.body);
    if (!parsed.success) return refuseBody(parsed.error, reply);
    return receiveAlert(dependencies, alertFromAzureMonitor(parsed.data, dependencies.clock.now()), reply);
  });

  const sns = new SnsReceiver({ ...dependencies, topics: dependencies.snsTopics, get: dependencies.getFromSns });
  server.addContentTypeParser("text/plain", { parseAs: "string" }, (_request, body, done) => done(null, body));
  server.post(SNS_PATH, (request, reply) => sns.receive(request.body, reply));

  return server;
}

/** An action group of Azure Monitor can set no header, so there the token stands in the address. */
const tokenQuery = z.object({ token: z.string() });

function authorised(request: FastifyRequest, token: string): boolean {
  const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1];
  const inAddress = request.url.startsWith(`${AZURE_MONITOR_PATH}?`)
    ? tokenQuery.safeParse(request.query).data
    : undefined;
  const given = bearer ?? inAddress?.token ?? "";
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(token));
}
