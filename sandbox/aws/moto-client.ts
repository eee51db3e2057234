import { Agent, type IncomingMessage, request } from "node:http";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import type { HostPort } from "../contracts/contracts.ts";
import type { ApiAnswer } from "./api-answer.ts";

export interface MotoRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | Readable;
  /** Of the body, in bytes. */
  readonly length: number;
  /** Makes ids and times repeatable (see moto/sitecustomize.py). Absent on reads. */
  readonly fixed?: { readonly seed: number; readonly at: number };
}

/** Speaks to the moto process. There is no deadline on calls: a frozen moto answers when it is thawed. */
export class MotoClient {
  readonly #address: HostPort;
  readonly #agent = new Agent({ keepAlive: false });

  constructor(address: HostPort) {
    this.#address = address;
  }

  /** The answer with its body still to come. */
  async open(sent: MotoRequest): Promise<IncomingMessage> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const outgoing = request(
      {
        host: this.#address.host,
        port: this.#address.port,
        agent: this.#agent,
        method: sent.method,
        path: sent.path,
        headers: {
          ...sent.headers,
          "content-length": sent.length,
          ...(sent.fixed && { "x-pilotlight-seed": sent.fixed.seed, "x-pilotlight-at": sent.fixed.at }),
        },
      },
      resolve,
    );
    outgoing.on("error", reject);
    if (sent.body instanceof Readable) pipeline(sent.body, outgoing).catch(reject);
    else outgoing.end(sent.body);
    return promise;
  }

  async send(sent: MotoRequest): Promise<ApiAnswer> {
    const incoming = await this.open(sent);
    return { status: incoming.statusCode ?? 500, headers: answerHeaders(incoming), body: await buffer(incoming) };
  }

  /** A read of the sandbox's own, e.g. of a parameter group. */
  read(service: string, region: string, path: string, form?: URLSearchParams): Promise<ApiAnswer> {
    const body = Buffer.from(form?.toString() ?? "");
    return this.send({
      method: form === undefined ? "GET" : "POST",
      path,
      headers: {
        host: `${this.#address.host}:${this.#address.port}`,
        authorization: unsigned("sandbox", region, service),
        ...(form && { "content-type": "application/x-www-form-urlencoded" }),
      },
      body,
      length: body.length,
    });
  }

  async isServing(): Promise<boolean> {
    const ping = { method: "GET", path: "/moto-api/", headers: {}, body: Buffer.alloc(0), length: 0 };
    const answer = await this.send(ping).catch(() => undefined);
    return answer !== undefined && answer.status < 500;
  }
}

/** The form of a signature that says who and what for, without one: moto reads the service and region from it. */
export function unsigned(accessKey: string, region: string, service: string): string {
  return `AWS4-HMAC-SHA256 Credential=${accessKey}/20260101/${region}/${service}/aws4_request, SignedHeaders=host, Signature=0`;
}

export function answerHeaders(incoming: IncomingMessage): Record<string, string> {
  const kept = Object.entries(incoming.headers).filter(
    ([name]) => !["connection", "keep-alive", "transfer-encoding"].includes(name),
  );
  return Object.fromEntries(
    kept.map(([name, value]) => [name, Array.isArray(value) ? value.join(", ") : (value ?? "")]),
  );
}
