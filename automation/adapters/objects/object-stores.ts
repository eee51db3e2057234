import type { ObjectsEndpoint, Site } from "../../../stacks/outputs.ts";
import { DriverError } from "../../domain/errors.ts";
import type { ObjectSyncResult, Objects } from "../../ports/objects.ts";
import type { ObjectStore } from "./object-store.ts";
import { syncObjects } from "./sync.ts";

export interface ObjectStoresOptions {
  /** Where each site's bucket or container is now, from the stack's outputs. Undefined: the site has none. */
  readonly endpoints: Readonly<Record<Site, (signal: AbortSignal) => Promise<ObjectsEndpoint | undefined>>>;
}

/** The application's bucket and container. */
export class ObjectStores implements Objects {
  readonly #options: ObjectStoresOptions;
  readonly #stores = new Map<string, Promise<ObjectStore>>();

  constructor(options: ObjectStoresOptions) {
    this.#options = options;
  }

  async sync(from: Site, to: Site, signal: AbortSignal): Promise<ObjectSyncResult> {
    if (from === to) throw new DriverError("invalid-input", `sync of objects from ${from} to itself`);
    const [source, destination] = await Promise.all([this.store(from, signal), this.store(to, signal)]);
    if (source === undefined || destination === undefined) {
      const skipped = `the ${source === undefined ? from : to} site has no object store`;
      return { examined: 0, copied: 0, bytes: 0, onlyAtDestination: 0, skipped };
    }
    return syncObjects(source, destination, signal);
  }

  /** Undefined: the site has none. Kept while the endpoint is the same: a client holds connections and credentials. */
  async store(site: Site, signal: AbortSignal): Promise<ObjectStore | undefined> {
    const endpoint = await this.#options.endpoints[site](signal);
    if (endpoint === undefined) return undefined;
    const key = JSON.stringify(endpoint);
    const store = this.#stores.get(key) ?? open(endpoint);
    this.#stores.set(key, store);
    return store;
  }
}

/** The SDK of a cloud is loaded only where it is used. */
async function open(endpoint: ObjectsEndpoint): Promise<ObjectStore> {
  if (endpoint.kind === "s3") {
    const { S3Store } = await import("./s3-store.ts");
    const { bucket, region } = endpoint;
    // Stores that are not AWS seldom answer under a name of their own for every bucket.
    const elsewhere = endpoint.endpoint === undefined ? {} : { endpoint: endpoint.endpoint, forcePathStyle: true };
    return new S3Store({ bucket, region, ...elsewhere });
  }
  const { BlobStore } = await import("./blob-store.ts");
  const { endpoint: url, account, accountKey, container } = endpoint;
  return new BlobStore({ endpoint: url, account, accountKey, container });
}
