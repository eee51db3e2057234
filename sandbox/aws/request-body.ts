import { createReadStream, createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

/** A request's body: small ones in memory, larger ones in a file, so that an upload of any size fits. */
export type RequestBody =
  | { readonly kind: "memory"; readonly bytes: Buffer; readonly length: number }
  | { readonly kind: "file"; readonly path: string; readonly length: number };

/** Bodies up to this many bytes stay in memory and in the record itself. */
export const inMemoryLimit = 64 * 1024;

/** Reads the whole body. `spillTo` is written (and flushed to disk) only when it is larger than {@link inMemoryLimit}. */
export async function receiveBody(source: Readable, spillTo: string): Promise<RequestBody> {
  const chunks: Buffer[] = [];
  let length = 0;
  const iterator = source[Symbol.asyncIterator]();
  while (length <= inMemoryLimit) {
    const next: IteratorResult<Buffer> = await iterator.next();
    if (next.done === true) return { kind: "memory", bytes: Buffer.concat(chunks), length };
    chunks.push(next.value);
    length += next.value.length;
  }
  try {
    await pipeline(
      async function* () {
        yield* chunks;
        for (;;) {
          const next: IteratorResult<Buffer> = await iterator.next();
          if (next.done === true) return;
          length += next.value.length;
          yield next.value;
        }
      },
      createWriteStream(spillTo, { flush: true }),
    );
  } catch (error) {
    await rm(spillTo, { force: true });
    throw error;
  }
  return { kind: "file", path: spillTo, length };
}

export function openBody(body: RequestBody): Buffer | Readable {
  return body.kind === "memory" ? body.bytes : createReadStream(body.path);
}

export async function discardBody(body: RequestBody): Promise<void> {
  if (body.kind === "file") await rm(body.path, { force: true });
}
