import { createHash } from "node:crypto";
import { Readable, Transform } from "node:stream";
import { DriverError } from "../../domain/errors.ts";
import { withDeadline } from "../../lib/deadline.ts";
import { interruption } from "../../lib/interruption.ts";
import { doublingRests, retry } from "../../lib/retry.ts";
import type { ObjectSyncResult } from "../../ports/objects.ts";
import { FailedObjects } from "./failed-objects.ts";
import { type ObjectInfo, type ObjectStore, ownPrefix } from "./object-store.ts";

const concurrency = 16;
/** Up to this size an object is held in memory: checked before it is written, and written again without reading again. */
const heldUpTo = 8 * 1024 * 1024;
const rests = doublingRests({ firstMs: 400, retries: 2 });

/**
 * Copies what is missing or older at `to`; never deletes. An object that cannot be copied does not hold up the others; the next sync
 * tries it again. Those that no further try can copy (archived, or with a key that the destination cannot hold) are in `notCopied`.
 * Errors: for any others, that of the first, naming them, once everything else is copied; at once where nothing is copied any more.
 */
export async function syncObjects(from: ObjectStore, to: ObjectStore, signal: AbortSignal): Promise<ObjectSyncResult> {
  const stop = new AbortController();
  const inner = AbortSignal.any([signal, stop.signal]);
  const there = new Map<string, ObjectInfo>();
  for await (const object of to.list(inner)) if (!object.key.startsWith(ownPrefix)) there.set(object.key, object);
  const result = { examined: 0, copied: 0, bytes: 0 };
  const running = new Set<Promise<void>>();
  const failed = new FailedObjects();
  let failure: unknown;
  const examine = async (source: ObjectInfo, destination: ObjectInfo | undefined): Promise<void> => {
    if (!(await mustCopy(from, to, source, destination, inner))) return;
    const problem = to.keyProblem?.(source.key);
    if (problem !== undefined) throw new DriverError("refused", problem);
    const bytes = await copyWithRetries(from, to, source, inner);
    failed.interrupt();
    if (bytes === undefined) return;
    result.copied++;
    result.bytes += bytes;
  };
  try {
    for await (const source of from.list(inner)) {
      if (source.key.startsWith(ownPrefix)) continue;
      result.examined++;
      const destination = there.get(source.key);
      there.delete(source.key);
      const task = examine(source, destination)
        .catch((error: unknown) => {
          if (error instanceof DriverError && !inner.aborted && failed.add(source.key, error)) return;
          failure ??= error;
          stop.abort(error);
        })
        .finally(() => running.delete(task));
      running.add(task);
      if (running.size >= concurrency) await Promise.race(running);
      if (failure !== undefined) break;
    }
  } catch (error) {
    failure ??= error;
    stop.abort(error);
  }
  await Promise.all(running);
  if (signal.aborted) throw interruption(`sync ${from.name} to ${to.name}`, signal);
  if (failure !== undefined) throw failure;
  failed.throwIfAny(`sync ${from.name} to ${to.name}`);
  return { ...result, onlyAtDestination: there.size, ...failed.lasting() };
}

/**
 * Same content is never copied. A copy of ours gives way to whatever its source is now; what somebody else wrote at the destination
 * does not give way to something older.
 */
async function mustCopy(
  from: ObjectStore,
  to: ObjectStore,
  source: ObjectInfo,
  listed: ObjectInfo | undefined,
  signal: AbortSignal,
): Promise<boolean> {
  if (listed === undefined) return true;
  if (isSame(source, listed)) return false;
  const destination = listed.copyOf === "unlisted" ? await to.head(listed.key, signal) : listed;
  if (destination === undefined) return true;
  const original = source.copyOf === "unlisted" ? ((await from.head(source.key, signal)) ?? source) : source;
  if (isSame(original, destination)) return false;
  if (destination.copyOf !== undefined) return true;
  if (original.copyOf !== undefined && original.copyOf !== "unlisted") return false;
  // Stores tell whole seconds; in the same one, the side that is being copied from is right.
  return original.modifiedAt >= destination.modifiedAt;
}

function isSame(a: ObjectInfo, b: ObjectInfo): boolean {
  if (a.size !== b.size) return false;
  return (a.md5 !== undefined && a.md5 === b.md5) || a.copyOf === b.tag || b.copyOf === a.tag;
}

/** Bytes copied; undefined when the object is gone at the source by now. */
async function copyWithRetries(
  from: ObjectStore,
  to: ObjectStore,
  listed: ObjectInfo,
  signal: AbortSignal,
): Promise<number | undefined> {
  const what = `copy ${listed.key} to ${to.name}`;
  try {
    return await retry({ what, signal, rests }, async (_signal, { number }) => {
      // It may have changed while we were reading it.
      const source = number === 1 ? listed : await from.head(listed.key, signal);
      if (source === undefined) return undefined;
      // A slow line gets its time, a stalled one does not hold the sync.
      const milliseconds = 60_000 + source.size / 500;
      await withDeadline({ what, milliseconds, signal }, (inner) => copy(from, to, source, inner));
      return source.size;
    });
  } catch (error) {
    if (!(error instanceof DriverError) || error.code !== "not-found" || signal.aborted) throw error;
    if ((await from.head(listed.key, signal)) === undefined) return undefined;
    throw error;
  }
}

async function copy(from: ObjectStore, to: ObjectStore, source: ObjectInfo, signal: AbortSignal): Promise<void> {
  const { body, details } = await from.get(source, signal);
  const common = { key: source.key, size: source.size, copyOf: source.tag, details };
  const hash = createHash("md5");
  if (source.size <= heldUpTo) {
    const chunks: Buffer[] = [];
    for await (const chunk of body) chunks.push(Buffer.from(chunk));
    const content = Buffer.concat(chunks);
    const md5 = hash.update(content).digest("hex");
    requireWhole(source, content.length, md5);
    await to.put({ ...common, md5, body: Readable.from([content], { objectMode: false }) }, signal);
    return;
  }
  let length = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      length += chunk.length;
      hash.update(chunk);
      done(null, chunk);
    },
    flush(done) {
      // Before the last byte is let through, so that a torn read never becomes an object.
      try {
        requireWhole(source, length, hash.digest("hex"));
        done();
      } catch (error) {
        done(error instanceof Error ? error : new Error(String(error)));
      }
    },
  });
  body.on("error", (error) => counted.destroy(error));
  await to.put({ ...common, md5: source.md5, body: body.pipe(counted) }, signal);
}

function requireWhole(source: ObjectInfo, length: number, md5: string): void {
  if (length === source.size && (source.md5 === undefined || source.md5 === md5 || source.tag.startsWith("s3:")))
    return;
  throw new DriverError(
    "unverified",
    `${source.key}: read ${length} bytes (md5 ${md5}), listed were ${source.size} (md5 ${source.md5})`,
  );
}
