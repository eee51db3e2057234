import { z } from "zod";
import { DriverError } from "../../domain/errors.ts";
import { withDeadline } from "../../lib/interruption.ts";
import { networkErrorCode } from "../network-errors.ts";
import type { TableAuthorization } from "./table-authorization.ts";
import { batchBody, batchStatuses, odataCode, type TableChange } from "./table-batch.ts";

export interface TableClientOptions {
  /** Table service URL, e.g. https://acct.table.core.windows.net/ */
  readonly endpoint: string;
  readonly table: string;
  /** By account key or by identity (`storageCredential`). */
  readonly authorize: TableAuthorization;
  /** Milliseconds for one request. Default 3,000. */
  readonly requestTimeoutMs?: number;
}

export interface TableRow {
  /** Names this version of the row. */
  readonly etag: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

const pageSchema = z.object({
  value: z.array(z.looseObject({ RowKey: z.string(), "odata.etag": z.string() })),
});
/** A change that lost to somebody else's. */
const lostCodes: ReadonlySet<string> = new Set([
  "EntityAlreadyExists",
  "UpdateConditionNotSatisfied",
  "ConditionNotMet",
  "ResourceNotFound",
]);

/** One table of a storage account over REST. Errors: `unreachable`, `timeout`, `throttled`, `denied`, `not-found` (the table), `fatal`. */
export class TableClient {
  readonly #options: TableClientOptions;
  readonly #endpoint: string;

  constructor(options: TableClientOptions) {
    this.#options = options;
    this.#endpoint = options.endpoint.replace(/\/+$/, "");
  }

  /** For messages: the table and its host. */
  get name(): string {
    return `the table ${this.#options.table} at ${new URL(this.#endpoint).host}`;
  }

  /** Those of the rows that exist, by row key, as of one moment. */
  async rows(partition: string, keys: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, TableRow>> {
    const wanted = keys.map((key) => `RowKey eq ${literal(key)}`).join(" or ");
    const filter = encodeURIComponent(`PartitionKey eq ${literal(partition)} and (${wanted})`);
    const path = `${this.#options.table}()?$filter=${filter}`;
    const found = new Map<string, TableRow>();
    for (let next = ""; ; ) {
      const answer = await this.#send("GET", this.#url(`${path}${next}`), undefined, signal);
      if (answer.status !== 200) throw this.#error(answer.status, odataCode(answer.text));
      const page = pageSchema.safeParse(json(answer.text));
      if (!page.success) throw new DriverError("fatal", `${this.name} gave rows that cannot be understood`);
      for (const { "odata.etag": etag, ...properties } of page.data.value) {
        found.set(properties.RowKey, { etag, properties });
      }
      // A page may end before the partition does, even an empty one.
      const nextPartition = answer.headers.get("x-ms-continuation-nextpartitionkey");
      if (nextPartition === null) return found;
      const nextRow = answer.headers.get("x-ms-continuation-nextrowkey") ?? "";
      next = `&NextPartitionKey=${encodeURIComponent(nextPartition)}&NextRowKey=${encodeURIComponent(nextRow)}`;
    }
  }

  /** All changes or none, atomically. False: one of the rows is no longer of that version; nothing was changed. After an error: unknown. */
  async transact(partition: string, changes: readonly TableChange[], signal: AbortSignal): Promise<boolean> {
    const addressed = changes.map((change) => ({ change, url: this.#changeUrl(partition, change).href }));
    const { contentType, text } = batchBody(partition, addressed);
    const answer = await this.#send("POST", this.#url("$batch"), { contentType, text }, signal);
    if (answer.status !== 202) throw this.#error(answer.status, odataCode(answer.text));
    const statuses = batchStatuses(answer.text);
    const failed = statuses.find((status) => status >= 300);
    if (failed === undefined && statuses.length === changes.length) return true;
    const code = odataCode(answer.text);
    if (failed === 412 || (code !== undefined && lostCodes.has(code))) return false;
    throw this.#error(failed ?? 500, code);
  }

  #changeUrl(partition: string, change: TableChange): URL {
    const { table } = this.#options;
    if (change.etag === undefined) return this.#url(table);
    return this.#url(
      `${table}(PartitionKey=${encodeURIComponent(literal(partition))},RowKey=${encodeURIComponent(literal(change.rowKey))})`,
    );
  }

  #url(path: string): URL {
    return new URL(`${this.#endpoint}/${path}`);
  }

  async #send(
    method: "GET" | "POST",
    url: URL,
    body: { readonly contentType: string; readonly text: string } | undefined,
    outer: AbortSignal,
  ): Promise<Answer> {
    const { authorize, requestTimeoutMs } = this.#options;
    return withDeadline(this.name, requestTimeoutMs ?? 3000, outer, async (signal) => {
      const authorization = await authorize(url, signal);
      try {
        const response = await fetch(url, {
          method,
          headers: {
            ...authorization,
            // Only this form carries each row's ETag.
            accept: "application/json;odata=fullmetadata",
            "x-ms-version": "2020-12-06",
            "x-ms-client-request-id": crypto.randomUUID(),
            dataserviceversion: "3.0",
            ...(body === undefined ? {} : { "content-type": body.contentType }),
          },
          ...(body === undefined ? {} : { body: body.text }),
          signal,
        });
        return { status: response.status, headers: response.headers, text: await response.text() };
      } catch (error) {
        if (signal.aborted) throw error;
        const reason = networkErrorCode(error) ?? "no connection";
        throw new DriverError("unreachable", `${this.name}: ${reason}`, { cause: error });
      }
    });
  }

  /** Status and code only: Azure's words about a refused key quote what was signed. */
  #error(status: number, code: string | undefined): DriverError {
    const message = `${this.name} answered ${status}${code === undefined ? "" : ` ${code}`}`;
    if (status === 401 || status === 403) return new DriverError("denied", message);
    if (status === 404) return new DriverError("not-found", message);
    if (status === 429 || code === "ServerBusy") return new DriverError("throttled", message);
    return new DriverError(status >= 500 || status === 408 ? "unreachable" : "fatal", message);
  }
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
