import { DriverError } from "../../automation/domain/errors.ts";
import { type WitnessRecord, witnessRecordSchema } from "../../automation/domain/witness-record.ts";
import type { CompareAndSetResult, Witness } from "../../automation/ports/witness.ts";
import type { FakeProcess } from "./fake-process.ts";

export class FakeWitnessStore {
  readonly records = new Map<string, WitnessRecord>();
  /** It answers. */
  up = true;
  placement: "local" | "third-site" = "local";
  /** After every write. */
  onWrite: () => void = () => undefined;
}

export class FakeWitness implements Witness {
  readonly #store: FakeWitnessStore;
  readonly #process: FakeProcess;

  constructor(store: FakeWitnessStore, process: FakeProcess) {
    this.#store = store;
    this.#process = process;
  }

  get placement() {
    return this.#store.placement;
  }

  async read(application: string): Promise<WitnessRecord | undefined> {
    if (this.#process.dead) this.#process.step();
    this.#requireUp();
    return this.#store.records.get(application);
  }

  async compareAndSet(application: string, expectedEpoch: number, next: WitnessRecord): Promise<CompareAndSetResult> {
    this.#process.step();
    this.#requireUp();
    const current = this.#store.records.get(application);
    if ((current?.epoch ?? 0) !== expectedEpoch) return { ok: false, current };
    const record = witnessRecordSchema.parse(next);
    this.#store.records.set(application, record);
    this.#store.onWrite();
    this.#process.step();
    return { ok: true, record };
  }

  #requireUp(): void {
    if (!this.#store.up) throw new DriverError("unreachable", "the witness does not answer");
  }
}
