import { z } from "zod";
import { DriverError, invalidInput, redact } from "../../domain/errors.ts";
import { withDeadline } from "../../lib/deadline.ts";
import { networkErrorCode } from "../network-errors.ts";
import { type EtcdTls, type JsonPost, jsonPost } from "./etcd-http.ts";

export interface EtcdClientOptions {
  /** The members, e.g. `https://etcd-1.example:2379`: one a site, three for a quorum that outlives one. */
  readonly endpoints: readonly string[];
  readonly tls?: EtcdTls;
  /** Where etcd asks for a login. Its HTTP gateway takes no user from a client certificate. */
  readonly login?: { readonly name: string; readonly password: string };
  /** Milliseconds before the next member is asked. Default 1,500: longer than an election in one region, shorter than any caller's patience. */
  readonly attemptMs?: number;
}

/** Of an answer: which cluster, and its state's number. 64-bit numbers are strings in etcd's JSON. */
export const headerSchema = z.object({ cluster_id: z.string(), revision: z.coerce.number().int().positive() });
const failureSchema = z.object({ code: z.number(), message: z.string() });

/** Of gRPC. */
const codes: Readonly<Record<number, "unreachable" | "timeout" | "throttled" | "denied" | "not-found">> = {
  4: "unreachable",
  5: "not-found",
  7: "denied",
  8: "throttled",
  14: "unreachable",
  16: "denied",
};

/**
 * etcd v3 by its JSON gateway, which every member serves on its client port: a gRPC library would be a further dependency for six calls.
 * A member that does not answer is passed over. Errors: `unreachable`, `timeout`, `throttled`, `denied`, `not-found`, `fatal`.
 */
export class EtcdClient {
  readonly #options: EtcdClientOptions;
  readonly #post: JsonPost;
  readonly #endpoints: readonly string[];
  /** The member that answered last. */
  #preferred = 0;
  #token: string | undefined;
  #cluster: string | undefined;

  constructor(options: EtcdClientOptions) {
    if (options.endpoints.length === 0) throw invalidInput("etcd.endpoints", [], "at least one URL");
    this.#options = options;
    this.#endpoints = options.endpoints.map((endpoint) => endpoint.replace(/\/+$/, ""));
    this.#post = jsonPost(options.tls);
  }

  get attemptMs(): number {
    return this.#options.attemptMs ?? 1500;
  }

  /** Asks each member in turn, `attemptMs` each, until one answers; after an error it is unknown whether a change was made. */
  async call<T>(
    path: string,
    body: unknown,
    shape: z.ZodType<T>,
    signal: AbortSignal,
    attemptMs = this.attemptMs,
  ): Promise<T> {
    const first = this.#preferred;
    let failure: DriverError | undefined;
    for (let offset = 0; offset < this.#endpoints.length; offset++) {
      const index = (first + offset) % this.#endpoints.length;
      try {
        const answer = await withDeadline({ what: this.#name(index), milliseconds: attemptMs, signal }, (inner) =>
          this.#ask(index, path, body, shape, inner),
        );
        this.#preferred = index;
        return answer;
      } catch (error) {
        if (signal.aborted || !(error instanceof DriverError) || !error.retryable) throw error;
        failure = error;
      }
    }
    throw failure ?? new DriverError("unreachable", "etcd: no member was asked");
  }

  async #ask<T>(index: number, path: string, body: unknown, shape: z.ZodType<T>, signal: AbortSignal): Promise<T> {
    const what = this.#name(index);
    let text: string;
    try {
      text = await this.#authorized(this.#endpoints[index] ?? "", path, body, what, signal);
    } catch (error) {
      if (error instanceof DriverError || signal.aborted) throw error;
      const code = networkErrorCode(error);
      const reason = code ?? (error instanceof Error ? redact(error.message) : "no connection");
      // A certificate that one side does not take will not be taken the next time.
      const refused = code === undefined && /certificate|\balert\b/i.test(reason);
      throw new DriverError(refused ? "denied" : "unreachable", `${what}: ${reason}`, { cause: error });
    }
    const value = parse(text);
    const parsed = shape.safeParse(value);
    if (!parsed.success) throw new DriverError("fatal", `${what} gave an answer to ${path} that cannot be understood`);
    this.#requireOneCluster(value, what);
    return parsed.data;
  }

  #name(index: number): string {
    return `etcd at ${new URL(this.#endpoints[index] ?? "").host}`;
  }

  async #authorized(endpoint: string, path: string, body: unknown, what: string, signal: AbortSignal): Promise<string> {
    const { login } = this.#options;
    for (let attempt = 0; ; attempt++) {
      if (login !== undefined) this.#token ??= await this.#logIn(endpoint, login, what, signal);
      const token = this.#token;
      const { status, text } = await this.#post(`${endpoint}${path}`, JSON.stringify(body), token, signal);
      if (status === 200) return text;
      // Tokens end: each member may have its own, and signed ones (JWT) are of the users as they were. The login does not.
      const staleToken = status === 401 || /invalid auth token|auth revision|auth store is old/i.test(text);
      if (login === undefined || !staleToken || attempt > 0) throw statusError(what, path, status, text);
      if (this.#token === token) this.#token = undefined;
    }
  }

  async #logIn(
    endpoint: string,
    login: { readonly name: string; readonly password: string },
    what: string,
    signal: AbortSignal,
  ): Promise<string> {
    const path = "/v3/auth/authenticate";
    const { status, text } = await this.#post(`${endpoint}${path}`, JSON.stringify(login), undefined, signal);
    const parsed = z.object({ token: z.string().min(1) }).safeParse(parse(text));
    if (status === 200 && parsed.success) return parsed.data.token;
    const error = statusError(what, path, status, text);
    if (error.retryable) throw error;
    throw new DriverError("denied", `the login of ${login.name}: ${error.message}`);
  }

  /** Two clusters behind one list would each be right about another world. */
  #requireOneCluster(value: unknown, what: string): void {
    const parsed = z.object({ header: z.object({ cluster_id: z.string() }) }).safeParse(value);
    if (!parsed.success) return;
    const { cluster_id } = parsed.data.header;
    this.#cluster ??= cluster_id;
    if (this.#cluster === cluster_id) return;
    throw new DriverError("fatal", `${what} belongs to cluster ${cluster_id}, the others to ${this.#cluster}`);
  }
}

/** Keys and values are base64 in etcd's JSON. */
export function toBase64(text: string): string {
  return Buffer.from(text, "utf8").toString("base64");
}
export function fromBase64(text: string): string {
  return Buffer.from(text, "base64").toString("utf8");
}

function statusError(what: string, path: string, status: number, text: string): DriverError {
  const parsed = failureSchema.safeParse(parse(text));
  if (!parsed.success) {
    // Its gateway's words, or those of something between us and it.
    const words = redact(text.split("\n")[0] ?? "").slice(0, 160);
    return new DriverError(status >= 500 ? "unreachable" : "fatal", `${what} answered ${status}: ${words}`);
  }
  const { code, message } = parsed.data;
  return new DriverError(codes[code] ?? "fatal", `${what} refused ${path}: ${redact(message)}`);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
