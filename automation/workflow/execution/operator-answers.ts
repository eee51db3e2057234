import { serialiseError } from "../../domain/errors.ts";
import type { GuardName } from "../../domain/guards.ts";
import type { GrantedOverride } from "../../domain/operation.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Answer, Journal } from "../../ports/journal.ts";
import type { OperationLog } from "./operation-log.ts";

export interface OperatorAnswersOptions {
  readonly journal: Journal;
  readonly log: OperationLog;
  readonly clock: Clock;
  readonly onAbort: (answer: Extract<Answer, { kind: "abort" }>) => void;
  readonly onTrouble: (text: string) => void;
}

/** Receives people's answers to a running operation, journals them and wakes the stage that waits. */
export class OperatorAnswers {
  readonly #options: OperatorAnswersOptions;
  #wake: (() => void)[] = [];

  constructor(options: OperatorAnswersOptions) {
    this.#options = options;
  }

  /** Ends when `signal` aborts; an error while reading is reported and retried, never thrown. */
  async serve(signal: AbortSignal): Promise<void> {
    const { journal, log, clock, onTrouble } = this.#options;
    while (!signal.aborted && log.broken === undefined) {
      try {
        for await (const answer of journal.answers(log.record.id, signal)) await this.#take(answer);
        if (!signal.aborted) await clock.sleep(1000, signal);
      } catch (error) {
        if (signal.aborted || log.broken !== undefined) return;
        onTrouble(`answers cannot be read: ${serialiseError(error).message}`);
        await clock.sleep(1000, signal).catch(() => undefined);
      }
    }
  }

  /** An override that `stage` may use: unused, or used by itself before. */
  usable(guard: GuardName, stage: string): GrantedOverride | undefined {
    return this.#options.log.record.overrides.find(
      (each) => each.guard === guard && (each.usedBy === undefined || each.usedBy === stage),
    );
  }

  /** Resolves once `usable` has something, or when `signal` aborts. */
  async waitFor(guard: GuardName, stage: string, signal: AbortSignal): Promise<void> {
    while (this.usable(guard, stage) === undefined && !signal.aborted) {
      await new Promise<void>((resolve) => {
        this.#wake.push(resolve);
        signal.addEventListener("abort", () => resolve(), { once: true });
      });
    }
  }

  async #take(answer: Answer): Promise<void> {
    const { log, onAbort } = this.#options;
    if (answer.kind === "abort") {
      onAbort(answer);
      return;
    }
    if (log.record.overrides.some((each) => each.answerId === answer.id)) return;
    const { guard, reason, by } = answer;
    await log.append({ type: "override-granted", override: { guard, reason, by }, answerId: answer.id });
    const wake = this.#wake;
    this.#wake = [];
    for (const each of wake) each();
  }
}
