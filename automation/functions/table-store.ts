import type { TableAuthorization } from "../adapters/azure/table-authorization.ts";
import { networkErrorCode } from "../adapters/network-errors.ts";
import { DriverError } from "../domain/errors.ts";
import { type FailoverState, failoverStateSchema, stateKey } from "../domain/failover-state.ts";
import type { StateStore, StoredState } from "./state-store.ts";

export interface TableStoreOptions {
  readonly fetch: typeof globalThis.fetch;
  /** Table service URL, e.g. https://acct.table.core.windows.net/ */
  readonly endpoint: string;
  readonly table: string;
  readonly authorize: TableAuthorization;
  /** Milliseconds for one request. */
  readonly timeoutMs: number;
}

interface Request {
  readonly method: "GET" | "POST" | "PUT";
  readonly path: string;
  readonly state?: FailoverState;
  readonly etag?: string;
}

const entity = `(PartitionKey='${stateKey.partition}',RowKey='${stateKey.row}')`;

/** The entity in an Azure table, over REST. */
export class TableStore implements StateStore {
  readonly #options: TableStoreOptions;

  constructor(options: TableStoreOptions) {
    this.#options = options;
  }

  async read(signal: AbortSignal): Promise<StoredState | undefined> {
    const response = await this.#send({ method: "GET", path: entity }, signal);
    if (response.status === 404) {
      // Without its table there is no state to be missing: that is a mistake in the deployment.
      if ((await response.text()).includes("TableNotFound"))
        throw new DriverError("not-found", `there is no table ${this.#options.table}`);
      return undefined;
    }
    await this.#require(response, 200);
    const etag = response.headers.get("etag");
    const parsed = failoverStateSchema.safeParse(await response.json());
    if (parsed.success && etag !== null) return { state: parsed.data, etag };
    const wrong = parsed.error?.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ");
    throw new DriverError("fatal", `the entity failover/state cannot be understood: ${wrong ?? "it has no ETag"}`);
  }

  async create(state: FailoverState, signal: AbortSignal): Promise<boolean> {
    const response = await this.#send({ method: "POST", path: "", state }, signal);
    if (response.status === 409) return false;
    await this.#require(response, 204);
    return true;
  }

  async replace(state: FailoverState, etag: string, signal: AbortSignal): Promise<boolean> {
    const response = await this.#send({ method: "PUT", path: entity, state, etag }, signal);
    if (response.status === 412) return false;
    await this.#require(response, 204);
    return true;
  }

  async #send({ method, path, state, etag }: Request, signal: AbortSignal): Promise<Response> {
    const { fetch, endpoint, table, authorize, timeoutMs } = this.#options;
    const url = new URL(`${endpoint.replace(/\/+$/, "")}/${table}${path}`);
    const late = AbortSignal.timeout(timeoutMs);
    const inner = AbortSignal.any([signal, late]);
    try {
      return await fetch(url, {
        method,
        headers: {
          ...(await authorize(url, inner)),
          accept: "application/json;odata=nometadata",
          "content-type": "application/json",
          "x-ms-version": "2020-12-06",
          prefer: "return-no-content",
          ...(etag === undefined ? {} : { "if-match": etag }),
        },
        ...(state === undefined
          ? {}
          : { body: JSON.stringify({ PartitionKey: stateKey.partition, RowKey: stateKey.row, ...state }) }),
        signal: inner,
      });
    } catch (error) {
      if (signal.aborted || error instanceof DriverError) throw error;
      const what = `the table service at ${url.host}`;
      if (late.aborted) throw new DriverError("timeout", `${what}: no answer within ${timeoutMs} ms`);
      throw new DriverError("unreachable", `${what}: ${networkErrorCode(error) ?? "no connection"}`, { cause: error });
    }
  }

  async #require(response: Response, wanted: number): Promise<void> {
    if (response.status === wanted) return;
    const { host } = new URL(this.#options.endpoint);
    const message = `the table service at ${host} answered ${response.status}`;
    await response.body?.cancel();
    if (response.status === 401 || response.status === 403) throw new DriverError("denied", message);
    if (response.status === 404) throw new DriverError("not-found", message);
    if (response.status === 429) throw new DriverError("throttled", message);
    throw new DriverError(response.status >= 500 ? "unreachable" : "fatal", message);
  }
}
