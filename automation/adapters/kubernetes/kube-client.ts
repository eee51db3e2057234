import http from "node:http";
import https from "node:https";
import { DriverError, redact } from "../../domain/errors.ts";
import { withDeadline } from "../../lib/deadline.ts";
import { interruption } from "../../lib/interruption.ts";
import { networkErrorCode } from "../network-errors.ts";
import { KubeLogin } from "./kube-login.ts";
import { readKubeconfig } from "./kubeconfig.ts";

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
  readonly #login: KubeLogin;
  readonly #server: URL;
  /** The server, and the way to it. */
  readonly #name: string;
  readonly #requestTimeoutMs: number;

  /** `requestTimeoutMs` bounds a request, and the login command before it. Errors: `invalid-input`, see `readKubeconfig`. */
  constructor(kubeconfig: string, requestTimeoutMs = 8000) {
    this.#requestTimeoutMs = requestTimeoutMs;
    const access = readKubeconfig(kubeconfig);
    this.#login = new KubeLogin(access, requestTimeoutMs);
    this.#server = access.server;
    const proxy = access.proxyUrl === undefined ? undefined : new URL(access.proxyUrl).host;
    this.#name = proxy === undefined ? access.server.host : `${access.server.host} through the proxy ${proxy}`;
  }

  /** The answer's JSON. Errors: `unreachable`, `timeout`, `throttled`, `not-found`, `denied`, `conflict`, `invalid-input`, `fatal`. */
  async json(method: string, path: string, request: KubeRequest, signal: AbortSignal): Promise<unknown> {
    const what = `${method} ${path} at ${this.#name}`;
    for (let isRepeat = false; ; isRepeat = true) {
      const options = await this.#login.options(signal);
      const { status, text } = await withDeadline(
        { what, milliseconds: this.#requestTimeoutMs, signal },
        async (inner) => {
          const response = await this.#send(what, method, path, request, options, inner);
          return { status: response.statusCode ?? 0, text: await readAll(response, what) };
        },
      );
      // A login command's token may be withdrawn before its time.
      if (status === 401 && !isRepeat && this.#login.forget()) continue;
      if (status >= 200 && status < 300) return jsonOf(text, what);
      throw statusError(what, status, text);
    }
  }

  /** Events of a watch until the server ends it (`timeoutSeconds`, default 20) or it stalls; the caller lists again and goes on. */
  async *watch(path: string, query: Readonly<Record<string, string>>, signal: AbortSignal): AsyncIterable<WatchEvent> {
    const seconds = 20;
    const what = `watch ${path} at ${this.#name}`;
    const ended = new AbortController();
    // A server that went away without a word must not hold the watch longer than it promised to last.
    const limit = AbortSignal.timeout((seconds + 5) * 1000);
    const inner = AbortSignal.any([signal, ended.signal, limit]);
    try {
      const all = { ...query, watch: "true", timeoutSeconds: String(seconds) };
      const options = await this.#login.options(inner);
      const response = await withDeadline({ what, milliseconds: this.#requestTimeoutMs, signal: inner }, () =>
        this.#send(what, "GET", path, { query: all }, options, inner),
      );
      const status = response.statusCode ?? 0;
      // The caller comes back, and then logs in again.
      if (status === 401) this.#login.forget();
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
    login: https.RequestOptions,
    signal: AbortSignal,
  ): Promise<http.IncomingMessage> {
    const url = new URL(this.#server);
    url.pathname = `${url.pathname.replace(/\/$/, "")}${path}`;
    for (const [name, value] of Object.entries(request.query ?? {})) url.searchParams.set(name, value);
    const body = request.body === undefined ? undefined : JSON.stringify(request.body);
    const options: https.RequestOptions = {
      ...login,
      method,
      headers: {
        accept: "application/json",
        ...(body === undefined ? {} : { "content-type": request.contentType ?? "application/json" }),
        ...login.headers,
      },
      signal,
    };
    return new Promise((resolve, reject) => {
      const sent = (url.protocol === "http:" ? http : https).request(url, options);
      sent.on("response", resolve);
      sent.on("error", (error) => reject(requestError(error, what)));
      sent.end(body);
    });
  }
}

function jsonOf(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new DriverError("fatal", `${what}: the answer is no JSON; is this address a Kubernetes API?`, {
      cause: error,
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
  const message = error instanceof Error ? error.message : String(error);
  // A SOCKS proxy's library has the system's code in its words alone.
  const code =
    networkErrorCode(error) ?? /\b(ECONNREFUSED|ECONNRESET|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT)\b/.exec(message)?.[1];
  if (code !== undefined || /socket hang up|aborted/.test(message)) {
    return new DriverError("unreachable", `${what}: ${code ?? message}`, { cause: error });
  }
  const refusal = /^Bad response: (\d{3})$/.exec(message)?.[1];
  if (refusal !== undefined) {
    const kind = refusal === "407" || refusal === "403" ? "denied" : "unreachable";
    return new DriverError(kind, `${what}: the proxy answered ${refusal}`, { cause: error });
  }
  const system = error instanceof Error && "code" in error ? String(error.code) : "";
  if (/CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS/.test(system)) {
    return new DriverError("denied", `${what}: its certificate is not trusted: ${system}`, { cause: error });
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
