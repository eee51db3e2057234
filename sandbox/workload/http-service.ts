import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { HealthMonitor } from "./health.ts";

/** What a route answers; a body that is no string goes out as JSON. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export type Route = (request: { readonly path: string; readonly body: () => Promise<string> }) => Promise<Answer>;

export interface HttpServiceOptions {
  readonly bind: { readonly host: string; readonly port: number };
  readonly site: string;
  readonly health: HealthMonitor;
  /** By method, e.g. `POST /writes`; a trailing `*` takes any last segment. */
  readonly routes?: Readonly<Record<string, Route>>;
  /** Counters beside those of requests, in Prometheus' form without labels. */
  readonly metrics?: () => Readonly<Record<string, number>>;
}

/** A problem of the caller, answered with `status`. */
export class RequestError extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const largestBodyBytes = 64 * 1024;
/** On SIGTERM, requests in progress have this long. */
const drainMs = 1500;

/**
 * An HTTP service with `/health`, `/ready`, `/live` and `/metrics`. `/health` and `/ready` answer 503 when unhealthy
 * (ready also while draining); `/live` only says that the process runs.
 */
export class HttpService {
  readonly #options: HttpServiceOptions;
  readonly #server = createServer((request, response) => {
    this.#serve(request, response).catch(() => response.destroy());
  });
  readonly #requests = new Map<string, number>();
  #draining = false;

  constructor(options: HttpServiceOptions) {
    this.#options = options;
    this.#server.requestTimeout = 10_000;
    this.#server.headersTimeout = 5000;
    this.#server.keepAliveTimeout = 5000;
  }

  listen(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(this.#options.bind, resolve);
    });
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === "object" && address !== null ? address.port : this.#options.bind.port;
  }

  /** Takes no new connection, lets running requests end for at most 1.5 s, then cuts them. */
  async close(): Promise<void> {
    this.#draining = true;
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeIdleConnections();
    const cut = setTimeout(() => this.#server.closeAllConnections(), drainMs);
    await closed;
    clearTimeout(cut);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? "/").split("?")[0] ?? "/";
    let answer: Answer;
    try {
      answer = await this.#answer(request, path);
    } catch (error) {
      const status = error instanceof RequestError ? error.status : 503;
      answer = {
        status,
        body: { error: error instanceof Error ? error.message : String(error), site: this.#options.site },
      };
    }
    const key = `${request.method} ${answer.status}`;
    this.#requests.set(key, (this.#requests.get(key) ?? 0) + 1);
    const text = typeof answer.body === "string" ? answer.body : `${JSON.stringify(answer.body)}\n`;
    response.writeHead(answer.status, {
      "content-type": typeof answer.body === "string" ? "text/plain; version=0.0.4" : "application/json",
      ...(this.#draining || !request.complete ? { connection: "close" } : {}),
    });
    response.end(text);
  }

  async #answer(request: IncomingMessage, path: string): Promise<Answer> {
    if (request.method === "GET" || request.method === "HEAD") {
      if (path === "/live") return { status: 200, body: { status: "alive", site: this.#options.site } };
      if (path === "/metrics") return { status: 200, body: await this.#metrics() };
      if (path === "/health" || path === "/ready") {
        const health = await this.#options.health.now();
        const bad = health.status === "unhealthy" || (path === "/ready" && this.#draining);
        return { status: bad ? 503 : 200, body: health };
      }
    }
    const routes = this.#options.routes ?? {};
    const general = path.replace(/[^/]+$/, "*");
    const route = routes[`${request.method} ${path}`] ?? routes[`${request.method} ${general}`];
    if (route === undefined) throw new RequestError(404, `there is no ${request.method} ${path}`);
    return route({ path, body: () => readBody(request) });
  }

  async #metrics(): Promise<string> {
    const { site, health, metrics } = this.#options;
    const now = await health.now();
    const lines = [...this.#requests].map(([key, count]) => {
      const [method, status] = key.split(" ");
      return `http_requests_total{method="${method}",status="${status}",site="${site}"} ${count}`;
    });
    const level = { healthy: 0, degraded: 1, unhealthy: 2 }[now.status];
    const own = Object.entries(metrics?.() ?? {}).map(([name, value]) => `${name}{site="${site}"} ${value}`);
    return `${[`# 0 healthy, 1 degraded, 2 unhealthy`, `service_health{site="${site}"} ${level}`, ...lines, ...own].join("\n")}\n`;
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = chunk as Buffer;
    size += bytes.length;
    if (size > largestBodyBytes) throw new RequestError(413, `the body is over ${largestBodyBytes} bytes`);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString("utf8");
}
