import { z } from "zod";
import { DriverError } from "../../domain/errors.ts";
import type { WitnessRecord } from "../../domain/witness-record.ts";
import type { CompareAndSetResult, Witness } from "../../ports/witness.ts";
import type { EtcdClient } from "./etcd-client.ts";
import { type EtcdEntry, type EtcdFence, type EtcdFound, findKey, putIfUnchanged } from "./etcd-keys.ts";
import { persist } from "./persist.ts";
import { parseStored, requireNext, requireRecord } from "./record-text.ts";

export interface EtcdWitnessOptions {
  readonly client: EtcdClient;
  /** Before all keys; a slash follows. Default `/pilotlight`. */
  readonly prefix?: string;
  /** Milliseconds for one call, all members and tries included. Default 8,000. */
  readonly limitMs?: number;
  /**
   * The lease under which this process works for an application: once that has ended the store itself refuses its writes, also one that
   * was on its way. Default: none, as for a person at the command line.
   */
  readonly fence?: (application: string) => EtcdFence | undefined;
}

const storedSchema = z.looseObject({ write: z.string(), cluster: z.string(), record: z.unknown() });

interface Stored {
  readonly record: WitnessRecord | undefined;
  /** Names the write that made it. */
  readonly write: string | undefined;
  readonly modRevision: number;
  readonly cluster: string;
}

/**
 * One key an application in etcd, at three sites, compared by its revision. Notices a store that was put back to an earlier state: by the
 * number of its state and the epochs that this process saw, and by the cluster's identity, which a restored backup changes.
 */
export class EtcdWitness implements Witness {
  readonly placement = "third-site";
  readonly #options: EtcdWitnessOptions;
  /** Greatest state number that was answered. */
  #revision = 0;
  readonly #epochs = new Map<string, number>();

  constructor(options: EtcdWitnessOptions) {
    this.#options = options;
  }

  async read(application: string, signal: AbortSignal): Promise<WitnessRecord | undefined> {
    return persist(
      `read the witness of ${application}`,
      this.#limitMs,
      signal,
      async (inner) => (await this.#load(application, inner)).record,
    );
  }

  async compareAndSet(
    application: string,
    expectedEpoch: number,
    next: WitnessRecord,
    signal: AbortSignal,
  ): Promise<CompareAndSetResult> {
    const record = requireNext(application, expectedEpoch, next);
    const write = crypto.randomUUID();
    return persist(`write the witness of ${application}`, this.#limitMs, signal, async (inner) => {
      const stored = await this.#load(application, inner);
      // A try before this one that seemed to fail.
      if (stored.write === write) return { ok: true, record };
      if ((stored.record?.epoch ?? 0) !== expectedEpoch) return { ok: false, current: stored.record };
      return this.#put(record, write, stored, inner);
    });
  }

  /**
   * After a restore from a backup, when a person has made sure which site is active: takes the restored record for this cluster's, under
   * `epoch`, which must be greater than any that was ever given out (the journal tells). Errors: `invalid-input`, `not-found`, `conflict`.
   */
  async acceptRestored(application: string, epoch: number, signal: AbortSignal): Promise<WitnessRecord> {
    const what = `accept the restored witness of ${application}`;
    return persist(what, this.#limitMs, signal, async (inner) => {
      const key = this.#key(application);
      const { entry, cluster, revision } = await findKey(this.#options.client, key, inner);
      if (entry === undefined) throw new DriverError("not-found", `etcd has no record of ${application} to accept`);
      const { record: old } = this.#parse(application, entry);
      const record = requireNext(application, old.epoch, { ...old, epoch });
      const value = JSON.stringify({ write: crypto.randomUUID(), cluster, record });
      const put = { key, value, modRevision: entry.modRevision };
      const { written } = await putIfUnchanged(this.#options.client, put, inner);
      if (!written) throw new DriverError("conflict", `the record of ${application} changed meanwhile`);
      this.#revision = revision;
      this.#epochs.set(application, epoch);
      return record;
    });
  }

  async #put(
    record: WitnessRecord,
    write: string,
    { modRevision, cluster }: Stored,
    signal: AbortSignal,
  ): Promise<CompareAndSetResult> {
    const { application } = record;
    const known = this.#known(application);
    const value = JSON.stringify({ write, cluster, record });
    const fence = this.#options.fence?.(application);
    const put = { key: this.#key(application), value, modRevision, ...(fence === undefined ? {} : { fence }) };
    const result = await putIfUnchanged(this.#options.client, put, signal);
    const current = result.written ? undefined : this.#check(application, result, known);
    // The client had asked another member before, which had done it.
    if (!result.written && current?.write !== write) {
      if (result.fenced) {
        throw new DriverError("stale-epoch", `the lease of ${application} ended: another driver may work for it`);
      }
      return { ok: false, current: current?.record };
    }
    this.#note(application, result.revision, record.epoch);
    return { ok: true, record };
  }

  async #load(application: string, signal: AbortSignal): Promise<Stored> {
    // As of before the question: answers may overtake each other.
    const known = this.#known(application);
    return this.#check(application, await findKey(this.#options.client, this.#key(application), signal), known);
  }

  #known(application: string): { readonly revision: number; readonly epoch: number } {
    return { revision: this.#revision, epoch: this.#epochs.get(application) ?? 0 };
  }

  #check(
    application: string,
    { entry, revision, cluster }: EtcdFound,
    known: { readonly revision: number; readonly epoch: number },
  ): Stored {
    const went = (what: string): DriverError =>
      new DriverError(
        "fatal",
        `etcd was put back to an earlier state (${what}): what it says of ${application} may be out of date. ` +
          "Make sure which site is active, then accept the restored record",
      );
    if (revision < known.revision) throw went(`revision ${revision}, was ${known.revision}`);
    if (entry === undefined) {
      if (known.epoch > 0) throw went(`no record, was at epoch ${known.epoch}`);
      this.#note(application, revision, 0);
      return { record: undefined, write: undefined, modRevision: 0, cluster };
    }
    const { record, write, cluster: writtenIn } = this.#parse(application, entry);
    if (writtenIn !== cluster) throw went(`cluster ${cluster}, the record was written in ${writtenIn}`);
    if (record.epoch < known.epoch) throw went(`epoch ${record.epoch}, was ${known.epoch}`);
    this.#note(application, revision, record.epoch);
    return { record, write, modRevision: entry.modRevision, cluster };
  }

  #parse(application: string, { value }: EtcdEntry) {
    const where = `${this.#key(application)} in etcd`;
    const parsed = storedSchema.safeParse(parseStored(value, where));
    if (!parsed.success) throw new DriverError("fatal", `${where} is damaged: it is not a witness record`);
    const { write, cluster, record } = parsed.data;
    return { write, cluster, record: requireRecord(record, application, where) };
  }

  #note(application: string, revision: number, epoch: number): void {
    this.#revision = Math.max(this.#revision, revision);
    if (epoch > (this.#epochs.get(application) ?? 0)) this.#epochs.set(application, epoch);
  }

  #key(application: string): string {
    return `${this.#options.prefix ?? "/pilotlight"}/witness/${application}`;
  }

  get #limitMs(): number {
    return this.#options.limitMs ?? 8000;
  }
}
