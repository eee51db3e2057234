import { DriverError } from "../../automation/domain/errors.ts";
import { GuardError, operationRunning } from "../../automation/domain/guards.ts";
import { type JournalEntry, type JournalEntryBody, journalEntrySchema } from "../../automation/domain/journal-entry.ts";
import { replay } from "../../automation/domain/journal-state.ts";
import type {
  Answer,
  ApplicationLock,
  Journal,
  LockRequest,
  LockState,
  OperationSummary,
} from "../../automation/ports/journal.ts";
import type { FakeProcess } from "./fake-process.ts";

/** What outlives every process. */
export class FakeJournalStore {
  readonly entries = new Map<string, JournalEntry[]>();
  readonly answers = new Map<string, Answer[]>();
  readonly locks = new Map<string, { readonly operationId: string; readonly process: FakeProcess }>();
  listeners: (() => void)[] = [];

  all(): readonly JournalEntry[] {
    return [...this.entries.values()].flat();
  }
}

export class FakeJournal implements Journal {
  readonly #store: FakeJournalStore;
  readonly #process: FakeProcess;

  constructor(store: FakeJournalStore, process: FakeProcess) {
    this.#store = store;
    this.#process = process;
  }

  async append(operationId: string, body: JournalEntryBody): Promise<JournalEntry> {
    this.#process.step();
    const list = this.#store.entries.get(operationId) ?? [];
    if ((list.length === 0) !== (body.type === "operation-started"))
      throw new DriverError("conflict", "start comes first, once");
    // Through JSON, as a file would.
    const plain: unknown = JSON.parse(JSON.stringify({ operationId, sequence: list.length + 1, body }));
    const entry = journalEntrySchema.parse(plain);
    this.#store.entries.set(operationId, [...list, entry]);
    this.#process.step();
    return entry;
  }

  async read(operationId: string): Promise<readonly JournalEntry[]> {
    const found = this.#store.entries.get(operationId);
    if (found === undefined) throw new DriverError("not-found", `no operation ${operationId}`);
    return found;
  }

  async list(application: string): Promise<readonly OperationSummary[]> {
    return [...this.#store.entries.values()]
      .map(replay)
      .filter((each) => each.application === application)
      .reverse();
  }

  async answer(operationId: string, answer: Answer): Promise<void> {
    this.#store.answers.set(operationId, [...(this.#store.answers.get(operationId) ?? []), answer]);
    for (const each of this.#store.listeners.splice(0)) each();
  }

  async *answers(operationId: string, signal: AbortSignal): AsyncIterable<Answer> {
    for (let next = 0; !signal.aborted; ) {
      const answer = this.#store.answers.get(operationId)?.[next];
      if (answer !== undefined) {
        next += 1;
        yield answer;
        continue;
      }
      await new Promise<void>((resolve) => {
        this.#store.listeners.push(resolve);
        signal.addEventListener("abort", () => resolve(), { once: true });
      });
    }
  }

  async lock({ application, operationId, how }: LockRequest): Promise<ApplicationLock> {
    this.#process.step();
    const held = this.#store.locks.get(application);
    const mine = held?.process.dead === true && how !== "start" && held.operationId === operationId;
    if (held !== undefined && !mine)
      throw new GuardError(operationRunning(held.operationId, held.process.name, !held.process.dead));
    const entry = { operationId, process: this.#process };
    this.#store.locks.set(application, entry);
    return {
      release: async () => {
        this.#process.step();
        if (this.#store.locks.get(application) === entry) this.#store.locks.delete(application);
      },
    };
  }

  async holder(application: string): Promise<LockState | undefined> {
    const held = this.#store.locks.get(application);
    if (held === undefined) return undefined;
    return {
      application,
      operationId: held.operationId,
      owner: { pid: 1, host: held.process.name, startedAt: "2026-01-01T00:00:00Z" },
      acquiredAt: "2026-01-01T00:00:00Z",
      liveness: held.process.dead ? "dead" : "alive",
    };
  }
}
