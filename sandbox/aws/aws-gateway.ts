import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { ApiFaults } from "../contracts/api-faults.ts";
import type { HostPort, Logger } from "../contracts/contracts.ts";
import { type ApiAnswer, errorAnswer, isSuccess } from "./api-answer.ts";
import { type ApiCall, forwardedHeaders, parseApiCall } from "./api-call.ts";
import { awsFault } from "./api-faults.ts";
import type { DataPlane } from "./data-plane.ts";
import { answerHeaders, type MotoClient } from "./moto-client.ts";
import { discardBody, openBody, type RequestBody, receiveBody } from "./request-body.ts";
import type { RequestLog } from "./request-log.ts";

export interface FrontOptions {
  readonly listen: HostPort;
  readonly moto: MotoClient;
  readonly log: RequestLog;
  readonly planes: readonly DataPlane[];
  readonly faults: ApiFaults;
  readonly logger: Logger;
}

const stopGraceMs = 15_000;

/**
 * Stands before moto: reads go through, changes go one at a time with repeatable ids and are written to the log before
 * they are answered, and the data planes hear of what concerns them.
 */
export class Front {
  readonly #options: FrontOptions;
  readonly #planes: ReadonlyMap<string, DataPlane>;
  readonly #server: Server;
  #turn: Promise<unknown> = Promise.resolve();
  #isOpen = false;

  constructor(options: FrontOptions) {
    this.#options = options;
    this.#planes = new Map(options.planes.map((plane) => [plane.service, plane]));
    this.#server = createServer((request, response) => {
      this.#handle(request, response).catch((error: unknown) => this.#fail(response, error));
    });
    // Uploads may take as long as they like.
    this.#server.requestTimeout = 0;
  }

  async listen(): Promise<void> {
    this.#server.listen(this.#options.listen.port, this.#options.listen.host);
    await once(this.#server, "listening");
  }

  /** Call when moto is gone, so that no call waits for it any more. */
  async close(): Promise<void> {
    this.#isOpen = false;
    await this.#turn;
    this.#server.closeAllConnections();
    this.#server.close();
    // What is still under way is taken up again at the next start.
    const idle = Promise.all(this.#options.planes.map((plane) => plane.stop()));
    await Promise.race([idle, sleep(stopGraceMs, undefined, { ref: false })]);
  }

  /** While moto is not there or not up to date, every call gets 503, which clients try again. */
  setOpen(isOpen: boolean): void {
    this.#isOpen = isOpen;
  }

  /** Makes an empty moto what it was. */
  replay(): Promise<void> {
    return this.#inTurn(() => this.#replay());
  }

  async #replay(): Promise<void> {
    const { log, logger, moto } = this.#options;
    for (const plane of this.#options.planes) plane.reset();
    await log.close();
    const entries = await log.load();
    const started = Date.now();
    for (const entry of entries) {
      const body = log.bodyOf(entry);
      const answer = await moto.send({
        method: entry.method,
        path: entry.path,
        headers: entry.headers,
        body: openBody(body),
        length: body.length,
        fixed: { seed: entry.sequence, at: entry.at },
      });
      const form = isForm(entry.headers) && body.kind === "memory" ? body.bytes.toString() : undefined;
      const call = parseApiCall(entry.method, entry.path, entry.headers, form);
      if (answer.status !== entry.status) {
        const name = call.action ?? `${entry.method} ${new URL(entry.path, "http://aws").pathname}`;
        logger.error(`replay: ${call.service} ${name} answered ${answer.status}, once ${entry.status}`);
      } else this.#planes.get(call.service)?.note(call, answer);
    }
    if (entries.length > 0) logger.info(`replayed ${entries.length} requests in ${Date.now() - started} ms`);
    for (const plane of this.#options.planes) await plane.settle();
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { log, moto, faults } = this.#options;
    const method = request.method ?? "GET";
    const path = request.url ?? "/";
    const headers = forwardedHeaders(request.headers);
    if (path.startsWith("/moto-api") && method !== "GET") {
      return reply(response, errorAnswer("moto", 403, "AccessDenied", "the sandbox alone sets up moto"), method);
    }
    const body = await receiveBody(request, log.spillPath());
    const form = isForm(headers) && body.kind === "memory" ? body.bytes.toString() : undefined;
    const call = parseApiCall(method, path, headers, form);
    const how = faults.hit("aws", call.service);
    const fault = how && awsFault(call.service, how);
    const plane = this.#planes.get(call.service);
    const refusal = !this.#isOpen
      ? errorAnswer(call.service, 503, "ServiceUnavailable", "the cloud is starting")
      : fault !== undefined
        ? errorAnswer(call.service, fault.status, fault.code, fault.message)
        : plane?.refuse?.(call, body.kind === "memory" ? body.bytes : undefined);
    if (refusal !== undefined) {
      await discardBody(body);
      return reply(response, refusal, method);
    }
    if (call.mutating) {
      const answer = await this.#inTurn(() => this.#change(call, body, plane));
      return reply(response, answer, method);
    }
    try {
      const sent = { method, path, headers, body: openBody(body), length: body.length };
      if (plane !== undefined) return reply(response, plane.rewrite(call, await moto.send(sent)), method);
      const incoming = await moto.open(sent);
      response.writeHead(incoming.statusCode ?? 500, answerHeaders(incoming));
      await pipeline(incoming, response);
    } finally {
      await discardBody(body);
    }
  }

  async #change(call: ApiCall, body: RequestBody, plane: DataPlane | undefined): Promise<ApiAnswer> {
    const { log, moto } = this.#options;
    if (!this.#isOpen) return errorAnswer(call.service, 503, "ServiceUnavailable", "the cloud is starting");
    const sequence = log.nextSequence();
    const at = Date.now();
    const answer = await moto.send({
      method: call.method,
      path: call.path,
      headers: call.headers,
      body: openBody(body),
      length: body.length,
      fixed: { seed: sequence, at },
    });
    if (!isSuccess(answer)) {
      await discardBody(body);
      return plane?.rewrite(call, answer) ?? answer;
    }
    const { method, path } = call;
    await log.append({ sequence, at, method, path, headers: call.headers, status: answer.status }, body);
    if (plane === undefined) return answer;
    plane.note(call, answer);
    await plane.settle();
    return plane.rewrite(call, answer);
  }

  #inTurn<T>(job: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(job);
    this.#turn = result.catch(() => {});
    return result;
  }

  #fail(response: ServerResponse, error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    if (response.headersSent || response.destroyed) {
      response.destroy();
      return;
    }
    this.#options.logger.error(`call failed: ${message}`);
    reply(response, errorAnswer("s3", 503, "ServiceUnavailable", `moto did not answer: ${message}`), "GET");
  }
}

function isForm(headers: Readonly<Record<string, string>>): boolean {
  return headers["content-type"]?.startsWith("application/x-www-form-urlencoded") ?? false;
}

function reply(response: ServerResponse, answer: ApiAnswer, method: string): void {
  response.writeHead(answer.status, answer.headers);
  response.end(method === "HEAD" ? undefined : answer.body);
}
