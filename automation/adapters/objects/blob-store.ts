import { Readable } from "node:stream";
import {
  BlobServiceClient,
  type BlockBlobClient,
  type ContainerClient,
  RestError,
  StorageSharedKeyCredential,
} from "@azure/storage-blob";
import { DriverError } from "../../domain/errors.ts";
import { blobKeyProblem } from "./blob-key.ts";
import { objectError } from "./errors.ts";
import {
  copyOfName,
  metadataNames,
  type ObjectContent,
  type ObjectInfo,
  type ObjectStore,
  type PutRequest,
} from "./object-store.ts";

export interface BlobStoreOptions {
  /** Blob service URL, e.g. https://acct.blob.core.windows.net/ */
  readonly endpoint: string;
  readonly account: string;
  readonly accountKey: string;
  readonly container: string;
  /** Milliseconds for one try of a request; default 15,000. */
  readonly requestTimeoutMs?: number;
}

const blockSize = 8 * 1024 * 1024;

/** A container of a storage account, by its account key. */
export class BlobStore implements ObjectStore {
  readonly name: string;
  readonly #container: ContainerClient;

  constructor(options: BlobStoreOptions) {
    this.name = `blob://${options.account}/${options.container}`;
    const credential = new StorageSharedKeyCredential(options.account, options.accountKey);
    const service = new BlobServiceClient(options.endpoint, credential, {
      retryOptions: {
        maxTries: 2,
        tryTimeoutInMs: options.requestTimeoutMs ?? 15_000,
        retryDelayInMs: 500,
        maxRetryDelayInMs: 2000,
      },
    });
    this.#container = service.getContainerClient(options.container);
  }

  async *list(signal: AbortSignal): AsyncIterable<ObjectInfo> {
    const what = `list in ${this.name}`;
    const items = this.#container.listBlobsFlat({ includeMetadata: true, abortSignal: signal });
    try {
      for await (const { name, properties, metadata } of items) {
        yield info(
          name,
          properties.contentLength,
          properties.etag,
          properties.lastModified,
          properties.contentMD5,
          lookUp(metadata, copyOfName),
        );
      }
    } catch (error) {
      throw objectError(error, what, signal);
    }
  }

  async head(key: string, signal: AbortSignal): Promise<ObjectInfo | undefined> {
    try {
      const found = await this.#blob(key).getProperties({ abortSignal: signal });
      return info(
        key,
        found.contentLength,
        found.etag,
        found.lastModified,
        found.contentMD5,
        lookUp(found.metadata, copyOfName),
      );
    } catch (error) {
      if (error instanceof RestError && error.statusCode === 404) return undefined;
      throw objectError(error, `head ${key} in ${this.name}`, signal);
    }
  }

  async get(object: ObjectInfo, signal: AbortSignal): Promise<ObjectContent> {
    try {
      const found = await this.#blob(object.key).download(0, undefined, {
        abortSignal: signal,
        conditions: { ifMatch: object.tag.slice("blob:".length) },
      });
      if (!(found.readableStreamBody instanceof Readable)) throw new Error("an answer without a body");
      const metadata = Object.entries(found.metadata ?? {})
        .filter(([name]) => name.toLowerCase() !== copyOfName)
        .map(([name, value]) => [metadataNames.fromIdentifier(name), value] as const);
      return {
        body: found.readableStreamBody,
        details: {
          contentType: found.contentType,
          contentEncoding: found.contentEncoding,
          cacheControl: found.cacheControl,
          metadata: Object.fromEntries(metadata),
        },
      };
    } catch (error) {
      throw objectError(error, `get ${object.key} in ${this.name}`, signal);
    }
  }

  keyProblem(key: string): string | undefined {
    return blobKeyProblem(key);
  }

  /** Errors: `refused` where the address would be that of another blob. */
  #blob(key: string): BlockBlobClient {
    const problem = blobKeyProblem(key);
    const client = problem === undefined ? this.#container.getBlockBlobClient(key) : undefined;
    const folder = new URL(this.#container.url).pathname;
    if (client !== undefined && decodeURIComponent(new URL(client.url).pathname) === `${folder}/${key}`) return client;
    throw new DriverError(
      "refused",
      problem ?? `no blob can have the key ${JSON.stringify(key)}: its address would be another's`,
    );
  }

  async put(request: PutRequest, signal: AbortSignal): Promise<void> {
    const { key, body, md5, copyOf, details } = request;
    const metadata = Object.entries(details.metadata).map(
      ([name, value]) => [metadataNames.toIdentifier(name), value] as const,
    );
    try {
      await this.#blob(key).uploadStream(body, blockSize, 4, {
        abortSignal: signal,
        metadata: { ...Object.fromEntries(metadata), [copyOfName]: copyOf },
        blobHTTPHeaders: {
          ...(details.contentType === undefined ? {} : { blobContentType: details.contentType }),
          ...(details.contentEncoding === undefined ? {} : { blobContentEncoding: details.contentEncoding }),
          ...(details.cacheControl === undefined ? {} : { blobCacheControl: details.cacheControl }),
          // Of a list of blocks the service works out none itself.
          ...(md5 === undefined ? {} : { blobContentMD5: Buffer.from(md5, "hex") }),
        },
      });
    } catch (error) {
      throw objectError(error, `put ${key} in ${this.name}`, signal);
    }
  }
}

/** Names of metadata come back in any case. */
function lookUp(metadata: Readonly<Record<string, string>> | undefined, name: string): string | undefined {
  return Object.entries(metadata ?? {}).find(([key]) => key.toLowerCase() === name)?.[1];
}

function info(
  key: string,
  size: number | undefined,
  etag: string | undefined,
  modifiedAt: Date | undefined,
  md5: Uint8Array | undefined,
  copyOf: string | undefined,
): ObjectInfo {
  return {
    key,
    size: size ?? 0,
    modifiedAt: modifiedAt ?? new Date(0),
    tag: `blob:${etag ?? ""}`,
    md5: md5 === undefined ? undefined : Buffer.from(md5).toString("hex"),
    copyOf,
  };
}
