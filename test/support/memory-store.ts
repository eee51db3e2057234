import { createHash, randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import type {
  ObjectContent,
  ObjectInfo,
  ObjectStore,
  PutRequest,
} from "../../automation/adapters/objects/object-store.ts";
import { DriverError } from "../../automation/domain/errors.ts";

interface Stored {
  readonly info: ObjectInfo;
  readonly content: Buffer;
  readonly request: PutRequest | undefined;
}

/** A store that can be told to misbehave. */
export class MemoryStore implements ObjectStore {
  readonly name: string;
  readonly objects = new Map<string, Stored>();
  readonly counts = { get: 0, put: 0, head: 0 };
  /** Called before each get and put; may throw, or change the store. */
  trouble: (verb: "get" | "put", key: string) => void = () => {};
  /** As S3's listing: it does not tell what is a copy. */
  readonly #silentListing: boolean;
  /** As S3 under KMS. */
  readonly #withoutMd5: boolean;

  constructor(name: string, options: { readonly silentListing?: boolean; readonly withoutMd5?: boolean } = {}) {
    this.name = name;
    this.#silentListing = options.silentListing ?? false;
    this.#withoutMd5 = options.withoutMd5 ?? false;
  }

  /** What an application writes. */
  write(key: string, text: string, modifiedAt = new Date()): void {
    this.#store(key, Buffer.from(text), modifiedAt, undefined);
  }

  text(key: string): string | undefined {
    return this.objects.get(key)?.content.toString();
  }

  async *list(): AsyncIterable<ObjectInfo> {
    for (const { info } of [...this.objects.values()])
      yield this.#silentListing ? { ...info, copyOf: "unlisted" } : info;
  }

  async head(key: string): Promise<ObjectInfo | undefined> {
    this.counts.head++;
    return this.objects.get(key)?.info;
  }

  async get(object: ObjectInfo): Promise<ObjectContent> {
    this.counts.get++;
    this.trouble("get", object.key);
    const stored = this.objects.get(object.key);
    if (stored === undefined) throw new DriverError("not-found", "gone");
    if (stored.info.tag !== object.tag) throw new DriverError("conflict", "changed", { retryable: true });
    const details = stored.request?.details ?? {
      contentType: "text/plain",
      contentEncoding: undefined,
      cacheControl: undefined,
      metadata: {},
    };
    return { body: Readable.from([stored.content], { objectMode: false }), details };
  }

  async put(request: PutRequest): Promise<void> {
    this.counts.put++;
    this.trouble("put", request.key);
    const chunks: Buffer[] = [];
    for await (const chunk of request.body) chunks.push(Buffer.from(chunk));
    this.#store(request.key, Buffer.concat(chunks), new Date(), request);
  }

  #store(key: string, content: Buffer, modifiedAt: Date, request: PutRequest | undefined): void {
    const md5 = this.#withoutMd5 ? undefined : createHash("md5").update(content).digest("hex");
    const info = {
      key,
      size: content.length,
      modifiedAt,
      tag: `${this.name}:${randomUUID()}`,
      md5,
      copyOf: request?.copyOf,
    };
    this.objects.set(key, { info, content, request });
  }
}
