import type { Site } from "../../stacks/outputs.ts";

export interface ObjectSyncResult {
  readonly examined: number;
  readonly copied: number;
  readonly bytes: number;
  /** Keys that are only at the destination; never deleted by a sync. */
  readonly onlyAtDestination: number;
  /** Objects that no further try can copy: archived ones, keys that the destination cannot hold. Absent: none. */
  readonly notCopied?: NotCopied;
  /** Why there was nothing to do at all, e.g. a site without an object store. */
  readonly skipped?: string;
}

export interface NotCopied {
  readonly count: number;
  readonly first: readonly { readonly key: string; readonly reason: string }[];
}

/** For people, e.g. "2 objects cannot be copied: a (it is archived), b (...)". */
export function notCopiedText({ count, first }: NotCopied): string {
  const more = count > first.length ? `, and ${count - first.length} more` : "";
  const named = first.map(({ key, reason }) => `${key} (${reason})`).join(", ");
  return `${count === 1 ? "1 object" : `${count} objects`} cannot be copied: ${named}${more}`;
}

/** Buckets and containers. A sync copies what is missing or older at the destination; it never deletes. */
export interface Objects {
  sync(from: Site, to: Site, signal: AbortSignal): Promise<ObjectSyncResult>;
}
