import { Readable } from "node:stream";
import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { objectError, statusOf } from "./errors.ts";
import { copyOfName, type ObjectContent, type ObjectInfo, type ObjectStore, type PutRequest } from "./object-store.ts";

export interface S3StoreOptions {
  readonly bucket: string;
  readonly region: string;
  /** Default: the SDK's own (AWS_ENDPOINT_URL or the region's). */
  readonly endpoint?: string;
  readonly forcePathStyle?: boolean;
  /** Milliseconds to connect; default 3,000. */
  readonly connectTimeoutMs?: number;
  /** Milliseconds without an answer; default 15,000. */
  readonly requestTimeoutMs?: number;
}

/** Above this, in parts (a single put ends at 5 GiB). */
const partedFrom = 64 * 1024 * 1024;

/** An S3 bucket, with credentials from the SDK's default chain. */
export class S3Store implements ObjectStore {
  readonly name: string;
  readonly #bucket: string;
  readonly #client: S3Client;

  constructor(options: S3StoreOptions) {
    this.name = `s3://${options.bucket}`;
    this.#bucket = options.bucket;
    this.#client = new S3Client({
      region: options.region,
      maxAttempts: 2,
      // A checksum in a trailer would need a body that can be read twice.
      requestChecksumCalculation: "WHEN_REQUIRED",
      responseChecksumValidation: "WHEN_REQUIRED",
      requestHandler: {
        connectionTimeout: options.connectTimeoutMs ?? 3000,
        requestTimeout: options.requestTimeoutMs ?? 15_000,
        throwOnRequestTimeout: true,
      },
      ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint }),
      ...(options.forcePathStyle === undefined ? {} : { forcePathStyle: options.forcePathStyle }),
    });
  }

  async *list(signal: AbortSignal): AsyncIterable<ObjectInfo> {
    let token: string | undefined;
    do {
      const page = await this.#do("list", signal, () =>
        this.#client.send(
          // Some characters of a key cannot stand in the XML of a listing.
          new ListObjectsV2Command({ Bucket: this.#bucket, ContinuationToken: token, EncodingType: "url" }),
          { abortSignal: signal },
        ),
      );
      // A store that knows no encoding says so by not naming it.
      const keyOf = (key: string): string =>
        page.EncodingType === "url" ? decodeURIComponent(key.replaceAll("+", " ")) : key;
      for (const { Key, Size, ETag, LastModified } of page.Contents ?? []) {
        if (Key !== undefined) yield info(keyOf(Key), Size, ETag, LastModified, "unlisted");
      }
      token = page.NextContinuationToken;
    } while (token !== undefined);
  }

  async head(key: string, signal: AbortSignal): Promise<ObjectInfo | undefined> {
    return this.#do(`head ${key}`, signal, async () => {
      try {
        const found = await this.#client.send(new HeadObjectCommand({ Bucket: this.#bucket, Key: key }), {
          abortSignal: signal,
        });
        return info(key, found.ContentLength, found.ETag, found.LastModified, found.Metadata?.[copyOfName]);
      } catch (error) {
        if (statusOf(error) === 404) return undefined;
        throw error;
      }
    });
  }

  async get(object: ObjectInfo, signal: AbortSignal): Promise<ObjectContent> {
    return this.#do(`get ${object.key}`, signal, async () => {
      const etag = object.tag.slice("s3:".length);
      const command = new GetObjectCommand({ Bucket: this.#bucket, Key: object.key, IfMatch: etag });
      const found = await this.#client.send(command, { abortSignal: signal });
      if (!(found.Body instanceof Readable)) throw new Error("an answer without a body");
      const { [copyOfName]: _, ...metadata } = found.Metadata ?? {};
      return {
        body: found.Body,
        details: {
          contentType: found.ContentType,
          contentEncoding: found.ContentEncoding,
          cacheControl: found.CacheControl,
          metadata,
        },
      };
    });
  }

  async put(request: PutRequest, signal: AbortSignal): Promise<void> {
    const { key, body, size, md5, copyOf, details } = request;
    const input = {
      Bucket: this.#bucket,
      Key: key,
      // The SDK takes an empty stream for one of unknown length.
      Body: size === 0 ? new Uint8Array() : body,
      ContentType: details.contentType,
      ContentEncoding: details.contentEncoding,
      CacheControl: details.cacheControl,
      Metadata: { ...details.metadata, [copyOfName]: copyOf },
    };
    await this.#do(`put ${key}`, signal, async () => {
      if (size > partedFrom) {
        // 10,000 parts at most.
        const partSize = Math.max(16 * 1024 * 1024, Math.ceil(size / 9000));
        const upload = new Upload({ client: this.#client, params: input, partSize, queueSize: 4 });
        signal.addEventListener("abort", () => void upload.abort(), { once: true });
        await upload.done();
        return;
      }
      const contentMd5 = md5 === undefined ? {} : { ContentMD5: Buffer.from(md5, "hex").toString("base64") };
      await this.#client.send(new PutObjectCommand({ ...input, ...contentMd5, ContentLength: size }), {
        abortSignal: signal,
      });
    });
  }

  async #do<T>(what: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw objectError(error, `${what} in ${this.name}`, signal);
    }
  }
}

function info(
  key: string,
  size: number | undefined,
  etag: string | undefined,
  modifiedAt: Date | undefined,
  copyOf: ObjectInfo["copyOf"],
): ObjectInfo {
  // The ETag of a whole put without KMS is the MD5; of parts or under KMS it is something else. One that looks like an MD5 and is
  // none can only fail to be equal.
  const plain = /^"?([0-9a-f]{32})"?$/.exec(etag ?? "");
  return {
    key,
    size: size ?? 0,
    modifiedAt: modifiedAt ?? new Date(0),
    tag: `s3:${etag ?? ""}`,
    md5: plain?.[1],
    copyOf,
  };
}
