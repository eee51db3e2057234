import type { LoggedRequest } from "./logged-request.ts";

/**
 * Leaves out uploads and deletes of S3 objects that a later one of the same key made void. Only in buckets whose objects
 * had nothing but plain, unconditional uploads and deletes: with versioning, copies, multipart uploads or tags the past
 * shows. Ids do not depend on what is left out, because each request has its own seed.
 */
export function compactObjects(entries: readonly LoggedRequest[]): readonly LoggedRequest[] {
  const keepHistory = new Set(entries.flatMap(bucketsWithHistory));
  const last = new Map<string, number>();
  for (const entry of entries) {
    const object = objectOf(entry);
    if (object !== undefined) last.set(`${object.bucket}/${object.key}`, entry.sequence);
  }
  return entries.filter((entry) => {
    const object = objectOf(entry);
    return (
      object === undefined ||
      keepHistory.has(object.bucket) ||
      last.get(`${object.bucket}/${object.key}`) === entry.sequence
    );
  });
}

function bucketsWithHistory(entry: LoggedRequest): string[] {
  const target = targetOf(entry);
  if (target === undefined) return [];
  const copySource = entry.headers["x-amz-copy-source"];
  const source =
    copySource === undefined ? [] : [decodeURIComponent(copySource).replace(/^\//, "").split("/")[0] ?? ""];
  const isConditional = "if-match" in entry.headers || "if-none-match" in entry.headers;
  const isSpecial = target.key === "" ? /[?&](versioning|replication|object-lock)\b/.test(entry.path) : !isPlain(entry);
  return isConditional || isSpecial || source.length > 0 ? [target.bucket, ...source] : [];
}

function objectOf(entry: LoggedRequest): Target | undefined {
  const target = targetOf(entry);
  return target !== undefined && target.key !== "" && isPlain(entry) ? target : undefined;
}

/** The SDK adds `x-id` to the query; anything else asks for more than the object. */
function isPlain(entry: LoggedRequest): boolean {
  const query = [...new URL(entry.path, "http://s3").searchParams.keys()];
  return (entry.method === "PUT" || entry.method === "DELETE") && query.every((key) => key === "x-id");
}

interface Target {
  readonly bucket: string;
  readonly key: string;
}

function targetOf(entry: LoggedRequest): Target | undefined {
  if (!/\/s3\/aws4_request/.test(entry.headers["authorization"] ?? "")) return undefined;
  const [bucket = "", ...key] = new URL(entry.path, "http://s3").pathname.slice(1).split("/");
  return { bucket, key: key.join("/") };
}
