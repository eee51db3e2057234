import type { Readable } from "node:stream";

/** One object as a listing tells it. */
export interface ObjectInfo {
  readonly key: string;
  readonly size: number;
  readonly modifiedAt: Date;
  /** Names this version of the content, in this store only, e.g. `s3:"9a0364b9"`. */
  readonly tag: string;
  /** MD5 of the content (hex) where the store says it. */
  readonly md5: string | undefined;
  /** `tag` of the version in the other store of which this is our copy. `unlisted`: only `head` tells. */
  readonly copyOf: string | undefined | "unlisted";
}

/** What travels with the content. */
export interface ObjectDetails {
  readonly contentType: string | undefined;
  readonly contentEncoding: string | undefined;
  readonly cacheControl: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
}

export interface ObjectContent {
  readonly body: Readable;
  readonly details: ObjectDetails;
}

export interface PutRequest {
  readonly key: string;
  readonly body: Readable;
  readonly size: number;
  readonly md5: string | undefined;
  readonly copyOf: string;
  readonly details: ObjectDetails;
}

/** A bucket or a container. Errors are `DriverError`s; `conflict` from `get` means that the object is no longer this version. */
export interface ObjectStore {
  /** For messages, e.g. `s3://bucket`. */
  readonly name: string;
  list(signal: AbortSignal): AsyncIterable<ObjectInfo>;
  /** Undefined: not there. */
  head(key: string, signal: AbortSignal): Promise<ObjectInfo | undefined>;
  get(object: ObjectInfo, signal: AbortSignal): Promise<ObjectContent>;
  /** Errors: `refused` for a key that cannot be stored as itself. */
  put(request: PutRequest, signal: AbortSignal): Promise<void>;
  /** Why no object can have this key here; undefined where one can. Absent: every key can. */
  keyProblem?(key: string): string | undefined;
}

/** Under this the driver keeps what is its own in an application's store; it is not the application's and is not synced. */
export const ownPrefix = ".pilotlight/";

/** Metadata name under which a copy says what it is a copy of; valid in both clouds. */
export const copyOfName = "pilotlightcopyof";

const encodedPrefix = "plx_";

/** Azure takes identifiers only as names of metadata; others travel in hex and come back as they were. */
export const metadataNames = {
  toIdentifier: (name: string): string =>
    /^[a-z_][a-z0-9_]*$/i.test(name) && !name.startsWith(encodedPrefix)
      ? name
      : encodedPrefix + Buffer.from(name).toString("hex"),
  fromIdentifier: (name: string): string =>
    name.startsWith(encodedPrefix) ? Buffer.from(name.slice(encodedPrefix.length), "hex").toString() : name,
} as const;
