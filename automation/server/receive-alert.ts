import type { FastifyReply } from "fastify";
import type { z } from "zod";
import type { Alert, Inbox } from "../ports/inbox.ts";

export interface AlertStore {
  readonly inbox: Inbox;
  /** Called after an alert is safely stored: look now, not at the next tick. */
  readonly nudge: () => void;
}

/** Answers 202 once the alert is stored, 503 where it could not be: senders then send it again. */
export async function receiveAlert({ inbox, nudge }: AlertStore, alert: Alert, reply: FastifyReply): Promise<unknown> {
  let fresh: boolean;
  try {
    fresh = await inbox.put(alert);
  } catch {
    return reply.code(503).header("retry-after", "5").send({ error: "the alert could not be stored; send it again" });
  }
  if (fresh && alert.status === "firing") nudge();
  return reply.code(202).send({ key: alert.key, fresh });
}

/** Answers 400 with the first field that is wrong. */
export function refuseBody(error: z.ZodError, reply: FastifyReply): FastifyReply {
  const [issue] = error.issues;
  return reply.code(400).send({ error: `${issue?.path.join(".") || "body"}: ${issue?.message ?? "is not valid"}` });
}
