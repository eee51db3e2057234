import http from "node:http";
import https from "node:https";
import { KubeConfig } from "@kubernetes/client-node";
import { DriverError, redact } from "../../domain/errors.ts";
import { interruption, withDeadline } from "../../lib/interruption.ts";
import { networkErrorCode } from "../network-errors.ts";

export interface KubeRequest {
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Default `application/json`. */
  readonly contentType?: string;
}

export interface WatchEvent {
  readonly type: string;
  readonly object: unknown;
}

/** The Kubernetes API with a deadline for every request; logs in as the kubeconfig says (token, certificate, exec plugin). */
export class KubeClient {
  readonly #config = new KubeConfig();
  readonly #server: URL;
  readonly #requestTimeoutMs: number;

  /** Errors: `invalid-input` for a kubeconfig without a current cluster. */
  constructor(kubeconfig: string, requestTimeoutMs = 8000) {
    this.#requestTimeoutMs = requestTimeoutMs;
    try {
      this.#config.loadFromString(kubeconfig);
    } catch (error) {
      throw new DriverError("invalid-input", "the kubeconfig in the stack's outputs cannot be parsed", {
        cause: error,
      });
    }
    const server = this.#config.getCurrentCluster()?.server;
    if (server === undefined)
      throw new DriverError("invalid-input", "the kubeconfig in the stack's outputs names no current cluster");
    this.#server = new URL(server);
  }

  /** The answer's JSON. Errors: `unreachable`, `timeout`, `throttled`, `not-found`, `denied`, `conflict`, `fatal`. */
  async json(method: string, path: string, request: KubeRequest, signal: AbortSignal): Promise<unknown> {
    const what = `${method} ${path} at ${this.#server.host}`;
    return withDeadline(what, this.#requestTimeoutMs, signal, async (inner) => {
      const response = await this.#send(what, method, path, request, inner);
      const text = await readAll(response, what);
      const status = response.statusCode ?? 0;
      if (status >= 200 && status < 300) return JSON.parse(text);
      throw statusError(what, status, text);
    });
  }

  /** Events of a watch until the server ends it (`timeoutSeconds`, default 20) or it stalls; the caller lists again and goes on. */
  async *watch(path: string, query: Readonly<Record<string, string>>, signal: AbortSignal): AsyncIterable<WatchEvent> {
    const seconds = 20;
    const what = `watch ${path} at ${this.#server.host}`;
    const ended = new AbortController();
    // A server that went away without a word must not hold the watch longer than it promised to last.
    const limit = AbortSignal.timeout((seconds + 5) * 1000);
    const inner = AbortSignal.any([signal, ended.signal, limit]);
    try {
      const all = { ...query, watch: "true", timeoutSeconds: String(seconds) };
      const response = await withDeadline(what, this.#requestTimeoutMs, inner, () =>
        this.#send(what, "GET", path, { query: all }, inner),
      );
      const status = response.statusCode ?? 0;
      if (status !== 200) throw statusError(what, status, await readAll(response, what));
      yield* eventsOf(response);
      if (signal.aborted) throw interruption(what, signal);
    } catch (error) {
      if (signal.aborted) throw interruption(what, signal);
      if (limit.aborted) return;
      throw requestError(error, what);
    } finally {
      ended.abort();
    }
  }

  async #send(
    what: string,
    method: string,
    path: string,
    request: KubeRequest,
    signal: AbortSignal,
  ): Promise<http.IncomingMessage> {
    const url = new URL(this.#server);
    url.pathname = `${url.pathname.replace(/\/$/, "")}${path}`;
    for (const [name, value] of Object.entries(request.query ?? {})) url.searchParams.set(name, value);
    const options: https.RequestOptions = { method, headers: { accept: "application/json" }, signal };
    try {
      await this.#config.applyToHTTPSOptions(options);
    } catch (error) {
      throw new DriverError("denied", `${what}: the kubeconfig's credentials cannot be had: ${redact(String(error))}`, {
        cause: error,
      });
    }
    const body = request.body === undefined ? undefined : JSON.stringify(request.body);
    if (body !== undefined) {
      options.headers = { ...options.headers, "content-type": request.contentType ?? "application/json" };
    }
    return new Promise((resolve, reject) => {
      const sent = (url.protocol === "http:" ? http : https).request(url, options);
      sent.on("response", resolve);
      sent.on("error", (error) => reject(requestError(error, what)));
      sent.end(body);
    });
  }
}

async function* eventsOf(response: http.IncomingMessage): AsyncIterable<WatchEvent> {
  let rest = "";
  response.setEncoding("utf8");
  for await (const chunk of response) {
    const lines = `${rest}${chunk}`.split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line.trim() !== "") yield JSON.parse(line);
  }
}

async function readAll(response: http.IncomingMessage, what: string): Promise<string> {
  try {
    let text = "";
    response.setEncoding("utf8");
    for await (const chunk of response) text += chunk;
    return text;
  } catch (error) {
    throw requestError(error, what);
  }
}

function requestError(error: unknown, what: string): DriverError {
  if (error instanceof DriverError) return error;
  const code = networkErrorCode(error);
  const message = error instanceof Error ? error.message : String(error);
  if (code !== undefined || /socket hang up|aborted/.test(message)) {
    return new DriverError("unreachable", `${what}: ${code ?? message}`, { cause: error });
  }
  return new DriverError("fatal", `${what}: ${redact(message)}`, { cause: error });
}

function statusError(what: string, status: number, text: string): DriverError {
  const message = `${what}: ${status} ${redact(messageOf(text))}`;
  if (status === 401 || status === 403) return new DriverError("denied", message);
  if (status === 404) return new DriverError("not-found", message);
  if (status === 409) return new DriverError("conflict", message, { retryable: true });
  if (status === 410) return new DriverError("conflict", message, { retryable: true });
  if (status === 429) return new DriverError("throttled", message);
  if (status >= 500) return new DriverError("unreachable", message);
  return new DriverError("fatal", message);
}

function messageOf(text: string): string {
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === "object" && body !== null && "message" in body) return String(body.message);
  } catch {
    // Not the API server's own answer, e.g. a proxy's page.
  }
  return text.slice(0, 200);
}
