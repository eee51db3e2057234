import type { TokenCredential } from "@azure/identity";
import { DriverError, redact } from "../../domain/errors.ts";
import { pause, withDeadline } from "../../lib/interruption.ts";
import { networkErrorCode } from "../network-errors.ts";

export interface ArmClientOptions {
  /** Default: `DefaultAzureCredential` (environment, workload or managed identity, CLI). */
  readonly credential?: TokenCredential;
  /** Default https://management.azure.com */
  readonly endpoint?: string;
  /** Milliseconds for one request. Default 8,000. */
  readonly requestTimeoutMs?: number;
  /** Tries of a request that was throttled or met a server error. Default 3. */
  readonly attempts?: number;
}

/** Scope of tokens in the public cloud; sovereign clouds have their own, by endpoint. */
const publicEndpoint = "https://management.azure.com";
const scopes: Readonly<Record<string, string>> = {
  "https://management.usgovcloudapi.net": "https://management.usgovcloudapi.net/.default",
  "https://management.chinacloudapi.cn": "https://management.chinacloudapi.cn/.default",
};
/** A longer `Retry-After` is the caller's business: a failover must not wait for it in here. */
const longestWaitMs = 5000;

/** What came back, with where to ask for the end of an operation that goes on. */
export interface ArmAnswer {
  readonly status: number;
  readonly body: unknown;
  /** `Azure-AsyncOperation`: tells a status. Absolute. */
  readonly operationUrl: string | undefined;
  /** `Location`: answers 202 until the operation has ended. Absolute. */
  readonly locationUrl: string | undefined;
  readonly retryAfterMs: number | undefined;
}

/** Azure Resource Manager over REST. */
export class ArmClient {
  readonly #options: ArmClientOptions;
  readonly #endpoint: string;
  #credential: TokenCredential | undefined;

  constructor(options: ArmClientOptions = {}) {
    this.#options = options;
    this.#credential = options.credential;
    this.#endpoint = (options.endpoint ?? publicEndpoint).replace(/\/+$/, "");
  }

  /** JSON in, JSON out. Errors: `throttled` (429), `unreachable` (5xx, network), `timeout`, `denied`, `not-found`, `conflict`, `fatal`. */
  async request(method: "GET" | "PATCH", path: string, body: unknown, signal: AbortSignal): Promise<unknown> {
    return (await this.send(method, path, body, signal)).body;
  }

  /** As `request`, with the status and what the headers say of an operation that goes on. */
  async send(method: "GET" | "PATCH" | "POST", path: string, body: unknown, signal: AbortSignal): Promise<ArmAnswer> {
    const what = `${method} ${path.split("?")[0]}`;
    const attempts = this.#options.attempts ?? 3;
    for (let attempt = 1; ; attempt++) {
      const outcome = await this.#once(what, method, path, body, signal);
      if ("value" in outcome) return outcome.value;
      const wait = outcome.retryAfterMs ?? 250 * 2 ** attempt * (0.5 + Math.random());
      if (!outcome.error.retryable || attempt >= attempts || wait > longestWaitMs) throw outcome.error;
      await pause(what, wait, signal);
    }
  }

  /**
   * The path of an absolute URL that Resource Manager gave, to be asked for as any other.
   * Errors: `fatal` for one at another host, which must not be shown the token.
   */
  pathOf(url: string): string {
    const { origin, pathname, search } = new URL(url, this.#endpoint);
    if (origin === new URL(this.#endpoint).origin) return `${pathname}${search}`;
    throw new DriverError("fatal", `Resource Manager at ${this.#endpoint} refers to an operation at ${origin}`);
  }

  async #once(
    what: string,
    method: string,
    path: string,
    body: unknown,
    signal: AbortSignal,
  ): Promise<
    { readonly value: ArmAnswer } | { readonly error: DriverError; readonly retryAfterMs: number | undefined }
  > {
    return withDeadline(what, this.#options.requestTimeoutMs ?? 8000, signal, async (inner) => {
      const token = await this.#token(inner);
      try {
        const response = await fetch(`${this.#endpoint}${path}`, {
          method,
          headers: { authorization: `Bearer ${token}`, accept: "application/json", "content-type": "application/json" },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
          signal: inner,
        });
        const text = await response.text();
        const { status, headers } = response;
        const retryAfterMs = retryAfter(headers.get("retry-after"));
        if (!response.ok) return { error: statusError(what, status, text), retryAfterMs };
        return {
          value: {
            status,
            body: text === "" ? undefined : JSON.parse(text),
            operationUrl: headers.get("azure-asyncoperation") ?? undefined,
            locationUrl: headers.get("location") ?? undefined,
            retryAfterMs,
          },
        };
      } catch (error) {
        if (inner.aborted) throw error;
        const code = networkErrorCode(error);
        const message = `${what} at ${this.#endpoint}: ${code ?? (error instanceof Error ? redact(error.message) : "failed")}`;
        return { error: new DriverError("unreachable", message, { cause: error }), retryAfterMs: undefined };
      }
    });
  }

  async #token(signal: AbortSignal): Promise<string> {
    try {
      const scope = scopes[this.#endpoint] ?? `${publicEndpoint}/.default`;
      this.#credential ??= new (await import("@azure/identity")).DefaultAzureCredential();
      const token = await this.#credential.getToken(scope, { abortSignal: signal });
      if (token === null) throw new DriverError("denied", "no Azure credential gave a token");
      return token.token;
    } catch (error) {
      if (error instanceof DriverError || signal.aborted) throw error;
      const reason = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
      throw new DriverError("denied", `no token for Azure: ${redact(reason)}`, {
        cause: error,
        retryable: networkErrorCode(error) !== undefined,
      });
    }
  }
}

function statusError(what: string, status: number, text: string): DriverError {
  const message = `${what}: ${status} ${redact(messageOf(text))}`;
  if (status === 401 || status === 403) return new DriverError("denied", message);
  if (status === 404) return new DriverError("not-found", message);
  if (status === 408) return new DriverError("timeout", message);
  if (status === 409 || status === 412) return new DriverError("conflict", message, { retryable: true });
  if (status === 429) return new DriverError("throttled", message);
  if (status >= 500) return new DriverError("unreachable", message);
  return new DriverError("fatal", message);
}

/** Azure's `{error: {code, message}}`, or the beginning of whatever it was. */
function messageOf(text: string): string {
  try {
    const { error } = JSON.parse(text) as { error?: { code?: unknown; message?: unknown } };
    if (error?.code !== undefined) return `${error.code}: ${error.message}`;
  } catch {
    // A gateway's page.
  }
  return text.slice(0, 200);
}

/** Milliseconds from seconds or a date. */
function retryAfter(header: string | null): number | undefined {
  if (header === null) return undefined;
  const seconds = Number(header);
  const value = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - Date.now();
  return Number.isNaN(value) ? undefined : Math.max(0, value);
}
