import { DriverError } from "../../domain/errors.ts";
import type { WitnessRecord } from "../../domain/witness-record.ts";
import type { CompareAndSetResult, Witness } from "../../ports/witness.ts";
import type { TableClient } from "../azure/table-client.ts";
import {
  entityFor,
  type FailoverEndpoints,
  type FoundEntity,
  requireEntity,
  type Toggle,
  toggleOf,
  withLock,
} from "./failover-entity.ts";
import { persist } from "./persist.ts";
import { parseStored, requireNext, requireRecord } from "./record-text.ts";

export interface AzureTableWitnessOptions {
  readonly table: TableClient;
  /** What the functions' health check asks; written at each write. */
  readonly endpoints: FailoverEndpoints;
  /**
   * `third-site` only where the storage account is in neither site and needs neither: another region than the standby's, and not in AWS.
   * Default `local`: then it proves nothing against a partition.
   */
  readonly placement?: "local" | "third-site";
  /** `state` (default): the reference's one row, for one application. `application`: a row each, named after it. */
  readonly row?: "state" | "application";
  /** Milliseconds for one call, tries included. Default 8,000. */
  readonly limitMs?: number;
  /** Told once a toggle of the functions that the record does not follow, when it is seen. Somebody must look: nothing moves by a field. */
  readonly onToggle: (toggle: Toggle) => void;
}

const partition = "failover";

interface Stored {
  readonly record: WitnessRecord | undefined;
  /** Names the write that made it. */
  readonly write: string | undefined;
  readonly recordEtag: string | undefined;
  readonly entity: FoundEntity | undefined;
  readonly entityEtag: string | undefined;
}

/**
 * The reference's entity `failover`/`state` with its eight fields, for the functions, and beside it (`state.pilotlight`) our record: a row
 * of its own, because the functions may replace theirs. Both change in one transaction or not at all. The record decides who may write;
 * a toggle of the functions is a wish, told by `onToggle` and kept in the entity until an operation follows it or is undone.
 */
export class AzureTableWitness implements Witness {
  readonly placement: "local" | "third-site";
  readonly #options: AzureTableWitnessOptions;
  /** `failover_count` of the toggles told, by application. */
  readonly #told = new Map<string, number>();

  constructor(options: AzureTableWitnessOptions) {
    this.#options = options;
    this.placement = options.placement ?? "local";
  }

  async read(application: string, signal: AbortSignal): Promise<WitnessRecord | undefined> {
    return persist(`read the witness of ${application}`, this.#limitMs, signal, async (inner) => {
      const { record, entity } = await this.#load(application, inner);
      if (record === undefined && entity?.active_target === "secondary") throw this.#unknownSite(application);
      return record;
    });
  }

  /** The toggle that waits to be followed; undefined: none. */
  async toggle(application: string, signal: AbortSignal): Promise<Toggle | undefined> {
    return persist(`read the toggle of ${application}`, this.#limitMs, signal, async (inner) => {
      const { record, entity } = await this.#load(application, inner);
      return record === undefined ? undefined : toggleOf(record, entity);
    });
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
      if (stored.write === write && stored.record !== undefined) return { ok: true, record: stored.record };
      if ((stored.record?.epoch ?? 0) !== expectedEpoch) return { ok: false, current: stored.record };
      if (await this.#write(record, write, stored, inner)) {
        return { ok: true, record: withLock(record, stored.entity) };
      }
      // The health check writes its row as well: only the record tells whether another driver won.
      throw new DriverError("conflict", `${this.#where(application)} was changed meanwhile`, { retryable: true });
    });
  }

  async #write(record: WitnessRecord, write: string, stored: Stored, signal: AbortSignal): Promise<boolean> {
    const { table, endpoints } = this.#options;
    const { application, activeSite } = record;
    const adopts = stored.record === undefined && stored.entity !== undefined;
    if (adopts && (stored.entity.active_target === "primary") !== (activeSite === "primary")) {
      throw this.#unknownSite(application);
    }
    const row = this.#row(application);
    const fields = entityFor(record, stored.record, stored.entity, endpoints);
    const text = JSON.stringify({ write, record });
    return table.transact(
      partition,
      [
        { rowKey: `${row}.pilotlight`, properties: { record: text }, etag: stored.recordEtag },
        { rowKey: row, properties: { ...fields, pilotlight_epoch: record.epoch }, etag: stored.entityEtag },
      ],
      signal,
    );
  }

  async #load(application: string, signal: AbortSignal): Promise<Stored> {
    const row = this.#row(application);
    const where = this.#where(application);
    const rows = await this.#options.table.rows(partition, [row, `${row}.pilotlight`], signal);
    const entityRow = rows.get(row);
    const recordRow = rows.get(`${row}.pilotlight`);
    const entity = entityRow === undefined ? undefined : requireEntity(entityRow.properties, where);
    const etags = { entityEtag: entityRow?.etag, recordEtag: recordRow?.etag };
    const noted = entity?.pilotlight_epoch ?? 0;
    if (recordRow === undefined) {
      if (noted > 0) throw new DriverError("fatal", `${where}.pilotlight is gone; it was at epoch ${noted}`);
      return { record: undefined, write: undefined, entity, ...etags };
    }
    const text = parseStored(recordRow.properties["record"], `${where}.pilotlight`);
    const { write, record: value } = text !== null && typeof text === "object" ? (text as Partial<Stored>) : {};
    const record = requireRecord(value, application, `${where}.pilotlight`);
    if (record.epoch < noted) {
      throw new DriverError("fatal", `${where}.pilotlight went back to epoch ${record.epoch}; it was at ${noted}`);
    }
    this.#tell(toggleOf(record, entity));
    return {
      record: withLock(record, entity),
      write: typeof write === "string" ? write : undefined,
      entity,
      ...etags,
    };
  }

  #tell(toggle: Toggle | undefined): void {
    if (toggle === undefined || this.#told.get(toggle.application) === toggle.count) return;
    this.#told.set(toggle.application, toggle.count);
    this.#options.onToggle(toggle);
  }

  /** The functions moved somewhere before Pilotlight was there: to take the primary for active would be a guess. */
  #unknownSite(application: string): DriverError {
    return new DriverError(
      "refused",
      `${this.#where(application)} names secondary as active, and Pilotlight has no record of ${application}: it cannot tell who may write. ` +
        "Make sure which site serves; if it is the primary, set active_target to primary there",
    );
  }

  #row(application: string): string {
    const row = this.#options.row === "application" ? application : "state";
    // What a row key cannot hold; the rest of the name is the stack's business.
    if (/[/\\#?\p{Cc}]/u.test(row))
      throw new DriverError("invalid-input", `application ${row} cannot name a table row`);
    return row;
  }

  #where(application: string): string {
    return `${partition}/${this.#row(application)} in ${this.#options.table.name}`;
  }

  get #limitMs(): number {
    return this.#options.limitMs ?? 8000;
  }
}
