import { z } from "zod";
import { type EtcdClient, fromBase64, headerSchema, toBase64 } from "./etcd-client.ts";

/** One key as it stands. */
export interface EtcdEntry {
  readonly key: string;
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

/** A key that must be the one that was made at that revision: a lease that is still held. */
export interface EtcdFence {
  readonly key: string;
  readonly createRevision: number;
}

export interface PutIfUnchanged {
  readonly key: string;
  readonly value: string;
  /** Of the entry that it replaces; 0: there is none. */
  readonly modRevision: number;
  readonly lease?: string;
  /** Checked by the store together with the key. Default: nothing further. */
  readonly fence?: EtcdFence;
}

export interface PutResult extends EtcdFound {
  readonly written: boolean;
  /** The fence was what stood in the way. */
  readonly fenced: boolean;
}

const revision = z.coerce.number().int().nonnegative();
const entrySchema = z
  .object({
    key: z.string(),
    value: z.string().default(""),
    create_revision: revision,
    mod_revision: revision,
    lease: z.string().optional(),
  })
  .transform(({ key, value, create_revision, mod_revision, lease }) => ({
    key: fromBase64(key),
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

/** Every key that begins so, as of one moment; linearizable as well. */
export async function findKeys(client: EtcdClient, prefix: string, signal: AbortSignal): Promise<readonly EtcdEntry[]> {
  // One past the last key that begins so: its last byte plus one, and no name here ends in 0xff.
  const end = Buffer.from(prefix, "utf8");
  end[end.length - 1] = (end.at(-1) ?? 0) + 1;
  const body = { key: toBase64(prefix), range_end: end.toString("base64") };
  return (await client.call("/v3/kv/range", body, rangeSchema, signal)).kvs;
}

/** Writes only over the state that is named, and only while the fence holds; else tells what stands. After an error it is unknown whether it was written. */
export async function putIfUnchanged(
  client: EtcdClient,
  { key, value, modRevision, lease, fence }: PutIfUnchanged,
  signal: AbortSignal,
): Promise<PutResult> {
  const name = toBase64(key);
  const unchanged = { key: name, target: "MOD", result: "EQUAL", mod_revision: String(modRevision) };
  const held = fence && {
    key: toBase64(fence.key),
    target: "CREATE",
    result: "EQUAL",
    create_revision: String(fence.createRevision),
  };
  const { header, succeeded, responses } = await client.call(
    "/v3/kv/txn",
    {
      compare: held === undefined ? [unchanged] : [unchanged, held],
      success: [{ request_put: { key: name, value: toBase64(value), ...(lease === undefined ? {} : { lease }) } }],
      failure: [
        { request_range: { key: name } },
        ...(held === undefined ? [] : [{ request_range: { key: held.key } }]),
      ],
    },
    txnSchema,
    signal,
  );
  const found = (index: number) => (succeeded ? undefined : responses[index]?.response_range?.kvs[0]);
  return {
    written: succeeded,
    fenced: !succeeded && fence !== undefined && found(1)?.createRevision !== fence.createRevision,
    entry: found(0),
    revision: header.revision,
    cluster: header.cluster_id,
  };
}
