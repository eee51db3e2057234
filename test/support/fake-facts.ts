import { type ApplicationFact, applicationFactSchema } from "../../automation/domain/application-facts.ts";
import type { Facts } from "../../automation/ports/facts.ts";
import type { FakeProcess } from "./fake-process.ts";

/** What outlives every process. */
export class FakeFactStore {
  readonly facts: ApplicationFact[] = [];
}

/** Of one application. */
export class FakeFacts implements Facts {
  readonly #store: FakeFactStore;
  readonly #process: FakeProcess;

  constructor(store: FakeFactStore, process: FakeProcess) {
    this.#store = store;
    this.#process = process;
  }

  async add(_application: string, fact: ApplicationFact): Promise<void> {
    this.#process.step();
    this.#store.facts.push(applicationFactSchema.parse(fact));
    this.#process.step();
  }

  async read(): Promise<readonly ApplicationFact[]> {
    return [...this.#store.facts];
  }
}
