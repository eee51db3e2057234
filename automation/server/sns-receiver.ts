import type { FastifyReply } from "fastify";
import { DriverError } from "../domain/errors.ts";
import type { Clock } from "../ports/clock.ts";
import { type AlertStore, receiveAlert, refuseBody } from "./receive-alert.ts";
import { alertFromSns, isSignedBy, SNS_MAX_AGE_MS, type SnsMessage, snsMessageSchema } from "./sns-message.ts";

export interface SnsReceiverOptions extends AlertStore {
  readonly clock: Clock;
  /** ARNs of the topics whose messages are taken. */
  readonly topics: ReadonlySet<string>;
  /** Text behind an address of SNS. */
  readonly get: (url: string) => Promise<string>;
}

/**
 * Takes what SNS posts. SNS shows no token: what is trusted is a signature by a certificate of SNS's own host, on a message of an
 * allowed topic that is not older than an hour. A subscription is confirmed by itself, for such a topic alone.
 */
export class SnsReceiver {
  readonly #options: SnsReceiverOptions;
  /** By address; SNS uses one for months. */
  readonly #certificates = new Map<string, string>();

  constructor(options: SnsReceiverOptions) {
    this.#options = options;
  }

  async receive(body: unknown, reply: FastifyReply): Promise<unknown> {
    const { clock, topics, get } = this.#options;
    const parsed = snsMessageSchema.safeParse(parseJson(body));
    if (!parsed.success) return refuseBody(parsed.error, reply);
    const message = parsed.data;
    if (!topics.has(message.TopicArn)) {
      return reply.code(403).send({ error: `TopicArn: ${message.TopicArn} is none of PILOTLIGHT_SNS_TOPICS` });
    }
    const now = clock.now();
    if (Math.abs(now.getTime() - Date.parse(message.Timestamp)) > SNS_MAX_AGE_MS) {
      return reply.code(403).send({ error: "Timestamp: more than an hour from this driver's clock" });
    }
    try {
      if (!isSignedBy(message, await this.#certificate(message), now)) {
        return reply.code(403).send({ error: "Signature: is not of this message" });
      }
      if (message.Type === "SubscriptionConfirmation") await get(message.SubscribeURL);
    } catch (error) {
      if (!(error instanceof DriverError)) throw error;
      return reply.code(503).header("retry-after", "5").send({ error: error.message });
    }
    const alert = message.Type === "Notification" ? alertFromSns(message, now) : undefined;
    if (alert === undefined) return reply.code(200).send({ fresh: false });
    return receiveAlert(this.#options, alert, reply);
  }

  async #certificate({ SigningCertURL: url }: SnsMessage): Promise<string> {
    const known = this.#certificates.get(url);
    if (known !== undefined) return known;
    const text = await this.#options.get(url);
    this.#certificates.set(url, text);
    return text;
  }
}

const longest = 64 * 1024;

/** GET within five seconds, no redirect followed. Errors: DriverError `unreachable`, `refused`. */
export async function getFromSns(url: string): Promise<string> {
  const { host } = new URL(url);
  const answer = await fetch(url, { redirect: "error", signal: AbortSignal.timeout(5_000) }).catch((error: unknown) => {
    throw new DriverError("unreachable", `${host} does not answer`, { cause: error });
  });
  const text = (await answer.text()).slice(0, longest);
  if (!answer.ok) throw new DriverError("refused", `${host} answered ${answer.status}`);
  return text;
}

/** SNS sends JSON and calls it text/plain. */
function parseJson(body: unknown): unknown {
  if (typeof body !== "string") return body;
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
