import type { WitnessRecord } from "../domain/witness-record.ts";

export type CompareAndSetResult =
  | { readonly ok: true; readonly record: WitnessRecord }
  /** Somebody else wrote first: what stands now (undefined: there is no record). Nothing was changed. */
  | { readonly ok: false; readonly current: WitnessRecord | undefined };

/**
 * Which site of an application is active, kept where neither failing site alone can take it away.
 * Stores: a file (one machine), an Azure table entity (ETag), etcd. Errors are `DriverError`s: `unreachable`, `timeout`, or `fatal`
 * for a record that cannot be read (never treated as missing).
 */
export interface Witness {
  /** `local`: on one machine, so no proof against a partition. `third-site`: outlives either site and this machine. */
  readonly placement: "local" | "third-site";
  /** The newest record (linearizable: never an older one than was acknowledged before). Undefined: never written. */
  read(application: string, signal: AbortSignal): Promise<WitnessRecord | undefined>;
  /**
   * Writes `next` only if the stored record's epoch is `expectedEpoch` (0: there is no record), atomically between processes and
   * hosts; durable when it returns. `next.epoch` must be greater than `expectedEpoch`, else `invalid-input`.
   * After an error it is unknown whether it was written: read again.
   */
  compareAndSet(
    application: string,
    expectedEpoch: number,
    next: WitnessRecord,
    signal: AbortSignal,
  ): Promise<CompareAndSetResult>;
}
