import { createHash, timingSafeEqual } from "node:crypto";
import fastify, { type FastifyInstance, type FastifyRequest } from "fastify";
import type { Clock } from "../ports/clock.ts";
import type { Inbox } from "../ports/inbox.ts";
import { alertFromAlertmanager, alertmanagerSchema } from "./alertmanager.ts";

export interface ServerDependencies {
  readonly inbox: Inbox;
  readonly clock: Clock;
  /** Bearer token that senders and readers must show. */
  readonly token: string;
  /** Called after an alert is safely stored: look now, not at the next tick. */
  readonly nudge: () => void;
  /** What `GET /v1/status` answers; no secrets. */
  readonly status: () => Promise<unknown>;
}

/** Senders retry on 503 and drop on 4xx, so 4xx is only for what will never be right (field notes, alert receivers). */
export function createServer(dependencies: ServerDependencies): FastifyInstance {
  const server = fastify({ bodyLimit: 1_048_576, requestTimeout: 10_000, logger: false });

  server.get("/health", async () => ({ status: "healthy" }));

  server.addHook("onRequest", async (request, reply) => {
    if (request.url === "/health") return;
    if (!authorised(request, dependencies.token)) {
      await reply
        .code(401)
        .header("www-authenticate", "Bearer")
        .send({ error: "the Authorization header must carry the bearer token of the webhook" });
    }
  });

  server.get("/v1/status", async () => dependencies.status());

  server.post("/v1/alerts/alertmanager", async (request, reply) => {
    const parsed = alertmanagerSchema.safeParse(request.body);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      return reply.code(400).send({ error: `${issue?.path.join(".") || "body"}: ${issue?.message ?? "is not valid"}` });
    }
    const alert = alertFromAlertmanager(parsed.data, dependencies.clock.now());
    let fresh: boolean;
    try {
      fresh = await dependencies.inbox.put(alert);
    } catch {
      return reply.code(503).header("retry-after", "5").send({ error: "the alert could not be stored; send it again" });
    }
    if (fresh && alert.status === "firing") dependencies.nudge();
    return reply.code(202).send({ key: alert.key, fresh });
  });

  return server;
}

function authorised(request: FastifyRequest, token: string): boolean {
  const given = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1] ?? "";
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(token));
}
