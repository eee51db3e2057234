import { serialiseError } from "../domain/errors.ts";
import type { Inbox } from "../ports/inbox.ts";

/**
 * Writes down what was decided on the alerts that wait, beside the watch: the inbox only wakes the watch early, so an inbox that is
 * slow or cannot be read must not hold or end it.
 */
export class AlertDecisions {
  readonly #inbox: Inbox;
  readonly #onTrouble: (reason: string) => void;
  #running: Promise<void> | undefined;

  constructor(inbox: Inbox, onTrouble: (reason: string) => void) {
    this.#inbox = inbox;
    this.#onTrouble = onTrouble;
  }

  /** When nothing is being written. Never rejects. */
  get settled(): Promise<void> {
    return this.#running ?? Promise.resolve();
  }

  /** The application was looked at: that is the decision that every alert of this moment asked for. Does nothing while at work. */
  add(decision: string): void {
    this.#running ??= this.#decide(decision)
      .catch((error: unknown) => this.#onTrouble(serialiseError(error).message))
      .finally(() => {
        this.#running = undefined;
      });
  }

  async #decide(decision: string): Promise<void> {
    for (const alert of await this.#inbox.pending()) await this.#inbox.done(alert.key, decision);
  }
}
