import { z } from "zod";
import { type EtcdClient, fromBase64, headerSchema, toBase64 } from "./etcd-client.ts";

/** One key as it stands. */
export interface EtcdEntry {
  readonly value: string;
  readonly createRevision: number;
  readonly modRevision: number;
  /** Of the lease that it ends with; undefined: it stays. */
  readonly lease: string | undefined;
}

/** One answer about a key. */
export interface EtcdFound {
  readonly entry: EtcdEntry | undefined;
  /** Number of the store's state; only grows. */
  readonly revision: number;
  readonly cluster: string;
}

export interface PutIfUnchanged {
  readonly key: string;
  readonly value: string;
  /** Of the entry that it replaces; 0: there is none. */
  readonly modRevision: number;
  readonly lease?: string;
}

const revision = z.coerce.number().int().nonnegative();
const entrySchema = z
  .object({
    value: z.string().default(""),
    create_revision: revision,
    mod_revision: revision,
    lease: z.string().optional(),
  })
  .transform(({ value, create_revision, mod_revision, lease }) => ({
    value: fromBase64(value),
    createRevision: create_revision,
    modRevision: mod_revision,
    lease,
  }));
const rangeSchema = z.object({ header: headerSchema, kvs: z.array(entrySchema).default([]) });
const txnSchema = z.object({
  header: headerSchema,
  succeeded: z.boolean().default(false),
  responses: z
    .array(z.object({ response_range: z.object({ kvs: z.array(entrySchema).default([]) }).optional() }))
    .default([]),
});

/** Linearizable: asks the quorum, never a member's own idea. */
export async function findKey(client: EtcdClient, key: string, signal: AbortSignal): Promise<EtcdFound> {
  const { header, kvs } = await client.call("/v3/kv/range", { key: toBase64(key) }, rangeSchema, signal);
  return { entry: kvs[0], revision: header.revision, cluster: header.cluster_id };
}

/** Writes only over the state that is named; else tells what stands. After an error it is unknown whether it was written. */
export async function putIfUnchanged(
  client: EtcdClient,
  { key, value, modRevision, lease }: PutIfUnchanged,
  signal: AbortSignal,
): Promise<{ readonly written: boolean } & EtcdFound> {
  const name = toBase64(key);
  const { header, succeeded, responses } = await client.call(
    "/v3/kv/txn",
    {
      compare: [{ key: name, target: "MOD", result: "EQUAL", mod_revision: String(modRevision) }],
      success: [{ request_put: { key: name, value: toBase64(value), ...(lease === undefined ? {} : { lease }) } }],
      failure: [{ request_range: { key: name } }],
    },
    txnSchema,
    signal,
  );
  const entry = succeeded ? undefined : responses[0]?.response_range?.kvs[0];
  return { written: succeeded, entry, revision: header.revision, cluster: header.cluster_id };
}
