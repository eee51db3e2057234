import type { IncomingMessage } from "node:http";
import https from "node:https";
import { z } from "zod";
import { KubeError } from "./kube-error.ts";

/** How to reach one API server. `headers` is asked before every request, so that short-lived tokens stay fresh. */
export interface KubeConnection {
  /** e.g. https://127.10.1.1:6443 */
  readonly server: string;
  readonly tls: Pick<https.AgentOptions, "ca" | "cert" | "key" | "servername" | "rejectUnauthorized">;
  readonly headers: () => Promise<Readonly<Record<string, string>>> | Readonly<Record<string, string>>;
}

export interface KubeRequest {
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: unknown;
  /** Default application/json. */
  readonly contentType?: string;
  readonly signal?: AbortSignal;
  /** Default 15,000. */
  readonly timeoutMs?: number;
}

export interface WatchEvent {
  readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK";
  readonly object: unknown;
}

const statusSchema = z.object({
  message: z.string().optional(),
  reason: z.string().optional(),
  code: z.number().optional(),
});
const eventSchema = z.object({ type: z.string(), object: z.unknown() });
const eventTypes: readonly string[] = ["ADDED", "MODIFIED", "DELETED", "BOOKMARK"];

/** A small client of the Kubernetes API: JSON requests, each with a deadline, and watches. */
export class KubeClient {
  readonly #connection: KubeConnection;
  readonly #agent: https.Agent;

  constructor(connection: KubeConnection) {
    this.#connection = connection;
    this.#agent = new https.Agent({ keepAlive: true, ...connection.tls });
  }

  get server(): string {
    return this.#connection.server;
  }

  /** The parsed answer. Throws {@link KubeError} for other answers than 2xx, the socket's error or a TimeoutError when there is none. */
  async request(method: string, path: string, options: KubeRequest = {}): Promise<unknown> {
    const deadline = AbortSignal.timeout(options.timeoutMs ?? 15_000);
    const signal = options.signal === undefined ? deadline : AbortSignal.any([deadline, options.signal]);
    const response = await this.#send(method, path, { ...options, signal });
    const text = await readAll(response);
    if ((response.statusCode ?? 0) >= 300) throw errorOf(response, text, `${method} ${path}`);
    return text.startsWith("{") ? (JSON.parse(text) as unknown) : text;
  }

  get(path: string, options?: KubeRequest): Promise<unknown> {
    return this.request("GET", path, options);
  }

  /**
   * Events after `resourceVersion`, until the server ends the watch (at most `seconds`) or `signal` aborts.
   * Throws {@link KubeError} 410 when that version is too old: list again.
   */
  async *watch(
    path: string,
    options: {
      readonly resourceVersion: string;
      readonly query?: Readonly<Record<string, string | undefined>>;
      readonly seconds?: number;
      readonly signal: AbortSignal;
    },
  ): AsyncGenerator<WatchEvent> {
    const seconds = options.seconds ?? 300;
    const query = {
      ...options.query,
      watch: "1",
      allowWatchBookmarks: "true",
      resourceVersion: options.resourceVersion,
      timeoutSeconds: String(seconds),
    };
    // The server ends the watch first; this deadline is for one that has gone away without a word.
    const signal = AbortSignal.any([options.signal, AbortSignal.timeout((seconds + 60) * 1000)]);
    const response = await this.#send("GET", path, { query, signal });
    if ((response.statusCode ?? 0) >= 300) throw errorOf(response, await readAll(response), `watch ${path}`);
    let rest = "";
    response.setEncoding("utf8");
    for await (const chunk of response) {
      const lines = (rest + String(chunk)).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        const event = eventSchema.parse(JSON.parse(line));
        if (event.type === "ERROR") throw statusError(event.object, 500, `watch ${path}`);
        if (eventTypes.includes(event.type)) yield { type: event.type as WatchEvent["type"], object: event.object };
      }
    }
  }

  /** Ends idle connections. */
  close(): void {
    this.#agent.destroy();
  }

  async #send(
    method: string,
    path: string,
    options: KubeRequest & { readonly signal: AbortSignal },
  ): Promise<IncomingMessage> {
    options.signal.throwIfAborted();
    const url = new URL(this.#connection.server.replace(/\/$/, "") + path);
    for (const [key, value] of Object.entries(options.query ?? {}))
      if (value !== undefined) url.searchParams.set(key, value);
    const body = options.body === undefined ? undefined : JSON.stringify(options.body);
    const headers = {
      accept: "application/json",
      ...(body === undefined
        ? {}
        : { "content-type": options.contentType ?? "application/json", "content-length": Buffer.byteLength(body) }),
      ...(await this.#connection.headers()),
    };
    return new Promise((resolve, reject) => {
      const request = https.request(url, { method, agent: this.#agent, headers, signal: options.signal });
      request.once("response", resolve);
      request.once("error", (error) => {
        const reason: unknown = options.signal.aborted ? options.signal.reason : error;
        const text = reason instanceof Error ? reason.message : String(reason);
        reject(new Error(`${method} ${url.origin}${path}: ${text}`, { cause: reason }));
      });
      request.end(body);
    });
  }
}

async function readAll(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks).toString("utf8");
}

function errorOf(response: IncomingMessage, text: string, what: string): KubeError {
  const status = response.statusCode ?? 0;
  try {
    return statusError(JSON.parse(text), status, what);
  } catch {
    return new KubeError(status, "", `${what}: HTTP ${status} ${text.slice(0, 200)}`);
  }
}

function statusError(object: unknown, status: number, what: string): KubeError {
  const parsed = statusSchema.parse(object);
  return new KubeError(parsed.code ?? status, parsed.reason ?? "", `${what}: ${parsed.message ?? `HTTP ${status}`}`);
}
