import { DriverError } from "../../domain/errors.ts";
import type { WitnessRecord } from "../../domain/witness-record.ts";
import type { CompareAndSetResult, Witness } from "../../ports/witness.ts";
import type { FileWitness } from "./file-witness.ts";

/**
 * A store that took the place of the file on this machine. Where it has no record and the file has one, nothing is answered: without it
 * an application that serves from the standby would be taken for one that was never protected, with its primary active.
 */
export class MigratingWitness implements Witness {
  readonly placement: Witness["placement"];
  readonly #store: Witness;
  readonly #file: FileWitness;

  constructor(store: Witness, file: FileWitness) {
    this.placement = store.placement;
    this.#store = store;
    this.#file = file;
  }

  async read(application: string, signal: AbortSignal): Promise<WitnessRecord | undefined> {
    const record = await this.#store.read(application, signal);
    if (record === undefined) await this.#requireNothingLeft(application, signal);
    return record;
  }

  async compareAndSet(
    application: string,
    expectedEpoch: number,
    next: WitnessRecord,
    signal: AbortSignal,
  ): Promise<CompareAndSetResult> {
    if (expectedEpoch === 0) await this.#requireNothingLeft(application, signal);
    return this.#store.compareAndSet(application, expectedEpoch, next, signal);
  }

  /** Takes the file's record over; undefined: there was none. Errors: `conflict` where the store has one of its own. */
  async adopt(application: string, signal: AbortSignal): Promise<WitnessRecord | undefined> {
    const left = await this.#file.read(application, signal);
    if (left === undefined) return undefined;
    const result = await this.#store.compareAndSet(application, 0, left, signal);
    // A try before this one may have ended after the write.
    const same = !result.ok && JSON.stringify(result.current) === JSON.stringify(left);
    if (!result.ok && !same) {
      throw new DriverError(
        "conflict",
        `the witness has a record of ${application} of its own (epoch ${result.current?.epoch ?? 0}): that one counts`,
      );
    }
    await this.#file.retire(application);
    return left;
  }

  async #requireNothingLeft(application: string, signal: AbortSignal): Promise<void> {
    const left = await this.#file.read(application, signal);
    if (left === undefined) return;
    throw new DriverError(
      "refused",
      `the witness has no record of ${application}, and the file of this machine has one (${left.activeSite} is active, epoch ${left.epoch}): ` +
        "take it over with `pilotlight witness --adopt`",
    );
  }
}
