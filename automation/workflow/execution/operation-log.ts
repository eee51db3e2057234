import type { JournalEntryBody } from "../../domain/journal-entry.ts";
import { applyEntry } from "../../domain/journal-state.ts";
import type { OperationRecord } from "../../domain/operation.ts";
import type { Journal } from "../../ports/journal.ts";

type Timeless<Body> = Body extends JournalEntryBody ? Omit<Body, "at"> : never;

/** One operation's journal and what it adds up to: the record never knows more than is durable. */
export class OperationLog {
  readonly #journal: Journal;
  readonly #now: () => Date;
  #record: OperationRecord;
  #tail: Promise<void> = Promise.resolve();
  #broken: unknown;

  constructor(journal: Journal, record: OperationRecord, now: () => Date) {
    this.#journal = journal;
    this.#record = record;
    this.#now = now;
  }

  get record(): OperationRecord {
    return this.#record;
  }

  /** Why the journal can no longer be written; from then on every append fails and nothing may be done any more. */
  get broken(): unknown {
    return this.#broken;
  }

  append(body: Timeless<JournalEntryBody>): Promise<void> {
    const dated = { ...body, at: this.#now().toISOString() } as JournalEntryBody;
    this.#tail = this.#tail.then(() => this.#write(dated));
    return this.#tail;
  }

  async #write(body: JournalEntryBody): Promise<void> {
    try {
      await this.#journal.append(this.#record.id, body);
      this.#record = applyEntry(this.#record, body);
    } catch (error) {
      this.#broken ??= error;
      throw error;
    }
  }
}
