import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { KubeClient } from "./kube-client.ts";
import { KubeError } from "./kube-error.ts";

export interface CollectionHandlers<Item> {
  /** An item is there: new, changed, or listed again. */
  readonly put: (item: Item) => void;
  readonly remove: (item: Item) => void;
  /** A list is complete: everything that exists was put, everything that vanished meanwhile was removed. */
  readonly listed?: () => void;
  readonly error?: (error: unknown) => void;
}

export interface CollectionSpec<Item> {
  /** Collection path, e.g. /api/v1/pods. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly schema: z.ZodType<Item>;
  readonly key: (item: Item) => string;
}

const listSchema = z.object({
  metadata: z.object({ resourceVersion: z.string() }),
  items: z.array(z.unknown()).nullish(),
});
const versionSchema = z.object({ metadata: z.object({ resourceVersion: z.string() }) });

/** Lists a collection, then follows it by watches, until `signal` aborts. Resumes after lost connections, lists again after a 410. */
export async function watchCollection<Item>(
  client: KubeClient,
  spec: CollectionSpec<Item>,
  handlers: CollectionHandlers<Item>,
  signal: AbortSignal,
): Promise<void> {
  const known = new Map<string, Item>();
  let version: string | undefined;
  let backOffMs = 0;
  const put = (object: unknown): string | undefined => {
    const parsed = spec.schema.safeParse(object);
    if (!parsed.success) {
      handlers.error?.(new Error(`${spec.path}: an item has a form that is not known here: ${parsed.error.message}`));
      return undefined;
    }
    const key = spec.key(parsed.data);
    known.set(key, parsed.data);
    handlers.put(parsed.data);
    return key;
  };
  const drop = (key: string) => {
    const item = known.get(key);
    known.delete(key);
    if (item !== undefined) handlers.remove(item);
  };

  while (!signal.aborted) {
    try {
      if (version === undefined) {
        const list = listSchema.parse(
          await client.get(spec.path, { ...(spec.query && { query: spec.query }), signal }),
        );
        const seen = new Set((list.items ?? []).map(put));
        for (const key of [...known.keys()]) if (!seen.has(key)) drop(key);
        version = list.metadata.resourceVersion;
        handlers.listed?.();
      }
      const events = client.watch(spec.path, {
        resourceVersion: version,
        ...(spec.query && { query: spec.query }),
        signal,
      });
      for await (const event of events) {
        backOffMs = 0;
        version = versionSchema.parse(event.object).metadata.resourceVersion;
        if (event.type === "BOOKMARK") continue;
        if (event.type === "DELETED") {
          const parsed = spec.schema.safeParse(event.object);
          if (parsed.success) {
            // The last form of the item, e.g. with its deletion time.
            known.set(spec.key(parsed.data), parsed.data);
            drop(spec.key(parsed.data));
          }
        } else put(event.object);
      }
    } catch (error) {
      if (signal.aborted) return;
      if (KubeError.is(error, 410)) {
        version = undefined;
        continue;
      }
      handlers.error?.(error);
      backOffMs = Math.min(Math.max(200, backOffMs * 2), 5000);
      await sleep(backOffMs, undefined, { signal }).catch(() => undefined);
    }
  }
}
