/** One row of a transaction. */
export interface TableChange {
  readonly rowKey: string;
  /** These properties only: what else the row holds stays. */
  readonly properties: Readonly<Record<string, string | number | boolean>>;
  /** The version that it changes; undefined: it must not exist yet. */
  readonly etag: string | undefined;
}

export interface AddressedChange {
  readonly change: TableChange;
  readonly url: string;
}

/** An entity group transaction as `multipart/mixed`. */
export function batchBody(
  partition: string,
  changes: readonly AddressedChange[],
): { readonly contentType: string; readonly text: string } {
  const batch = `batch_${crypto.randomUUID()}`;
  const set = `changeset_${crypto.randomUUID()}`;
  const lines = [`--${batch}`, `Content-Type: multipart/mixed; boundary=${set}`, ""];
  for (const { change, url } of changes) {
    lines.push(
      `--${set}`,
      "Content-Type: application/http",
      "Content-Transfer-Encoding: binary",
      "",
      `${change.etag === undefined ? "POST" : "MERGE"} ${url} HTTP/1.1`,
      "Content-Type: application/json",
      "Accept: application/json;odata=nometadata",
      "Prefer: return-no-content",
      "DataServiceVersion: 3.0;",
      ...(change.etag === undefined ? [] : [`If-Match: ${change.etag}`]),
      "",
      JSON.stringify({ PartitionKey: partition, RowKey: change.rowKey, ...change.properties }),
    );
  }
  lines.push(`--${set}--`, `--${batch}--`, "");
  return { contentType: `multipart/mixed; boundary=${batch}`, text: lines.join("\r\n") };
}

/** The status of each change; of a refused transaction only that of the change at fault. */
export function batchStatuses(text: string): readonly number[] {
  return [...text.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map((match) => Number(match[1]));
}

/** The service's own name of an error, e.g. `TableNotFound`. */
export function odataCode(text: string): string | undefined {
  return /"code"\s*:\s*"([A-Za-z]+)"/.exec(text)?.[1] ?? /<code>([A-Za-z]+)<\/code>/.exec(text)?.[1];
}
