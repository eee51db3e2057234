import { z } from "zod";
import { DriverError, invalidInput } from "../../domain/errors.ts";
import { withDeadline } from "../../lib/interruption.ts";
import { type Stopwatch, systemStopwatch } from "../../lib/stopwatch.ts";
import type { AcquireResult, LeaseOwner, Leases } from "../../ports/lease.ts";
import { type EtcdClient, headerSchema } from "./etcd-client.ts";
import { type EtcdEntry, type EtcdFence, findKey, findKeys, putIfUnchanged } from "./etcd-keys.ts";
import { EtcdLease } from "./etcd-lease.ts";
import { persist } from "./persist.ts";
import { parseStored } from "./record-text.ts";

export interface EtcdLeasesOptions {
  readonly client: EtcdClient;
  /** Before all keys; a slash follows. Default `/pilotlight`. */
  readonly prefix?: string;
  /** Milliseconds for one call. Default 8,000. */
  readonly limitMs?: number;
  /** Seconds before the end at the store at which a lease counts as lost. Default: a fifth of its time. */
  readonly marginSeconds?: number;
  /** Default: the machine's clocks that nobody sets. */
  readonly stopwatch?: Stopwatch;
}

const grantSchema = z.object({ header: z.unknown(), ID: z.string(), TTL: z.coerce.number().positive() });
const ownerSchema = z.looseObject({ holder: z.string() });

/**
 * Leases in etcd: a key an application, bound to an etcd lease, made only where there is none. Its creation revision is the fencing number.
 */
export class EtcdLeases implements Leases {
  readonly #options: EtcdLeasesOptions;
  /** The last lease of each application that this process had and did not give up. */
  readonly #fences = new Map<string, EtcdFence>();

  constructor(options: EtcdLeasesOptions) {
    this.#options = options;
  }

  async acquire(application: string, holder: string, ttlSeconds: number, signal: AbortSignal): Promise<AcquireResult> {
    const margin = this.#options.marginSeconds ?? ttlSeconds / 5;
    if (!Number.isInteger(ttlSeconds) || ttlSeconds < 2)
      throw invalidInput("lease.ttlSeconds", ttlSeconds, "2 or more");
    if (margin >= ttlSeconds / 2) throw invalidInput("lease.marginSeconds", margin, "less than half of ttlSeconds");
    return persist(`acquire the lease of ${application}`, this.#limitMs, signal, async (inner) => {
      // Whoever is there already need not cost a lease.
      const before = await findKey(this.#options.client, this.#key(application), inner);
      if (before.entry !== undefined) return { ok: false, owner: this.#owner(application, before.entry) };
      return this.#take(application, holder, { ttlSeconds, margin }, inner);
    });
  }

  async owner(application: string, signal: AbortSignal): Promise<LeaseOwner | undefined> {
    return persist(`read the lease of ${application}`, this.#limitMs, signal, async (inner) => {
      const { entry } = await findKey(this.#options.client, this.#key(application), inner);
      return entry === undefined ? undefined : this.#owner(application, entry);
    });
  }

  async owners(signal: AbortSignal): Promise<ReadonlyMap<string, LeaseOwner>> {
    return persist("read the leases", this.#limitMs, signal, async (inner) => {
      const prefix = this.#key("");
      const entries = await findKeys(this.#options.client, prefix, inner);
      return new Map(
        entries.map((entry) => {
          const application = entry.key.slice(prefix.length);
          return [application, this.#owner(application, entry)];
        }),
      );
    });
  }

  /** What the witness has the store check with each write. Stays when the lease is lost: that is when it counts. */
  fence(application: string): EtcdFence | undefined {
    return this.#fences.get(application);
  }

  async #take(
    application: string,
    holder: string,
    { ttlSeconds, margin }: { readonly ttlSeconds: number; readonly margin: number },
    signal: AbortSignal,
  ): Promise<AcquireResult> {
    const { client, stopwatch = systemStopwatch } = this.#options;
    // Before the question: the store's time cannot have begun earlier.
    const sinceGrant = stopwatch();
    const grant = await client.call("/v3/lease/grant", { TTL: String(ttlSeconds) }, grantSchema, signal);
    try {
      const key = this.#key(application);
      const value = JSON.stringify({ holder });
      const put = await putIfUnchanged(client, { key, value, modRevision: 0, lease: grant.ID }, signal);
      // The client had asked another member before, which had done it.
      const ours = put.written ? put.revision : put.entry?.lease === grant.ID ? put.entry.createRevision : undefined;
      // Nobody waits for it any more: it would renew itself for ever.
      signal.throwIfAborted();
      if (ours !== undefined) {
        const heldMs = (Math.min(ttlSeconds, grant.TTL) - margin) * 1000;
        const times = { heldMs, ttlMs: ttlSeconds * 1000, sinceGrant, stopwatch };
        const released = () => this.#fences.delete(application);
        const lease = new EtcdLease({ client, id: grant.ID, application, holder, fencing: ours, released, ...times });
        // It took so long that it may be over.
        lease.assertHeld();
        this.#fences.set(application, { key, createRevision: ours });
        return { ok: true, lease };
      }
      await this.#revoke(grant.ID);
      if (put.entry !== undefined) return { ok: false, owner: this.#owner(application, put.entry) };
      throw new DriverError("conflict", `the lease of ${application} ended meanwhile`, { retryable: true });
    } catch (error) {
      await this.#revoke(grant.ID);
      throw error;
    }
  }

  /** So that nothing of a failed try keeps others waiting; else it ends with its time. */
  async #revoke(id: string): Promise<void> {
    const { client } = this.#options;
    const limit = AbortSignal.timeout(client.attemptMs);
    await withDeadline("revoke a lease", client.attemptMs, limit, (inner) =>
      client.call("/v3/lease/revoke", { ID: id }, z.object({ header: headerSchema }), inner),
    ).catch(() => undefined);
  }

  #owner(application: string, { value, createRevision }: EtcdEntry): LeaseOwner {
    const where = `${this.#key(application)} in etcd`;
    const parsed = ownerSchema.safeParse(parseStored(value, where));
    if (!parsed.success) throw new DriverError("fatal", `${where} is damaged: it names no holder`);
    return { holder: parsed.data.holder, fencing: createRevision };
  }

  #key(application: string): string {
    return `${this.#options.prefix ?? "/pilotlight"}/lease/${application}`;
  }

  get #limitMs(): number {
    return this.#options.limitMs ?? 8000;
  }
}
