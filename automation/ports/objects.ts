import type { Site } from "../../stacks/outputs.ts";

export interface ObjectSyncResult {
  readonly examined: number;
  readonly copied: number;
  readonly bytes: number;
  /** Keys that are only at the destination; never deleted by a sync. */
  readonly onlyAtDestination: number;
  /** Why there was nothing to do at all, e.g. a site without an object store. */
  readonly skipped?: string;
}

/** Buckets and containers. A sync copies what is missing or older at the destination; it never deletes. */
export interface Objects {
  sync(from: Site, to: Site, signal: AbortSignal): Promise<ObjectSyncResult>;
}
