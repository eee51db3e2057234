import type { GuardName } from "../domain/guards.ts";
import type { JournalEntry, JournalEntryBody } from "../domain/journal-entry.ts";
import type { Mode, OperationState, PlanName } from "../domain/operation.ts";

/** A process that holds an application: enough to tell whether it still lives. */
export interface LockOwner {
  readonly pid: number;
  readonly host: string;
  /** Start of that process (ISO): a pid used again by another process is not the owner. */
  readonly startedAt: string;
}

export interface LockState {
  readonly application: string;
  readonly operationId: string;
  readonly owner: LockOwner;
  readonly acquiredAt: string;
  /**
   * `dead`: the owner is provably gone (same host, and no process with that pid and start). `unknown`: it is on another host.
   * `alive` otherwise.
   */
  readonly liveness: "alive" | "dead" | "unknown";
}

export interface LockRequest {
  readonly application: string;
  readonly operationId: string;
  /**
   * `start`: only a free lock. `resume`: also the lock of the same operation whose owner is `dead`.
   * `seize`: also where the owner's liveness is `unknown` (a person says that it is gone); never from an owner who is `alive`.
   */
  readonly how: "start" | "resume" | "seize";
}

/** A held lock. Releasing twice, or after somebody took it over, is a no-op. */
export interface ApplicationLock {
  release(): Promise<void>;
}

/** A person's answer to a running operation, possibly sent through another process. `id` is unique; the same id twice counts once. */
export type Answer =
  | {
      readonly kind: "override";
      readonly id: string;
      readonly guard: GuardName;
      readonly reason: string;
      readonly by: string;
      readonly at: string;
    }
  | { readonly kind: "abort"; readonly id: string; readonly reason: string; readonly by: string; readonly at: string };

export interface OperationSummary {
  readonly id: string;
  readonly application: string;
  readonly plan: PlanName;
  readonly mode: Mode;
  readonly startedAt: string;
  /** As the last `operation-state` entry (or the first entry) says. */
  readonly state: OperationState;
}

/**
 * The memory of operations: append-only, one journal per operation, survives a crash at any instant.
 * Errors are `DriverError`s. A journal that cannot be written stops the operation.
 */
export interface Journal {
  /**
   * Adds an entry and returns only when it is durable (fsynced file and directory, or acknowledged by a quorum).
   * The first entry of an operation must be `operation-started` (else `not-found`); a second one is a `conflict`.
   * Only the holder of the application's lock appends. Calls may overlap; sequence numbers follow the order of calls.
   */
  append(operationId: string, body: JournalEntryBody): Promise<JournalEntry>;
  /**
   * All entries in order. A torn last line (crash while writing) is dropped, and gone for good with the next append; damage
   * anywhere else is `fatal`. `not-found` where there is no such operation.
   */
  read(operationId: string): Promise<readonly JournalEntry[]>;
  /** Operations of an application, newest first; empty when there are none. */
  list(application: string): Promise<readonly OperationSummary[]>;

  /** Leaves an answer for the process that runs the operation; durable when it returns. Kept apart from the entries. `not-found` where there is no such operation. */
  answer(operationId: string, answer: Answer): Promise<void>;
  /**
   * Every answer of this operation, oldest first: those already there at once, then each new one within a second, until `signal`
   * aborts (then it ends without an error). A process that resumes sees all of them again and knows by `id` which it has used.
   */
  answers(operationId: string, signal: AbortSignal): AsyncIterable<Answer>;

  /**
   * Takes the application for this process; atomic between processes. Throws `GuardError(operationRunning(…))` when
   * it is held in a way that `how` does not take over.
   */
  lock(request: LockRequest): Promise<ApplicationLock>;
  /** Who holds the application; undefined when nobody does. */
  holder(application: string): Promise<LockState | undefined>;
}
