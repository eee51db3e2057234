import { DriverError } from "../../domain/errors.ts";

/**
 * `failed` and `aborted` (by a person) lead to compensation or to a person; `interrupted`: the process must go, the operation is resumable;
 * `lost`: the journal cannot be written or another driver took over, so nothing at all may be done any more.
 */
export type StopReason = {
  readonly kind: "failed" | "aborted" | "interrupted" | "lost";
  readonly error: DriverError;
};

const rank = { failed: 0, aborted: 0, interrupted: 1, lost: 2 } as const;

/** Stops everything that is under way, once; the most severe reason counts. */
export class Cancellation {
  readonly #controller = new AbortController();
  #reason: StopReason | undefined;

  get reason(): StopReason | undefined {
    return this.#reason;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  stop(reason: StopReason): void {
    if (this.#reason === undefined || rank[reason.kind] > rank[this.#reason.kind]) this.#reason = reason;
    this.#controller.abort(new DriverError("interrupted", `stopped: ${reason.error.message}`));
  }

  throwIfStopped(): void {
    this.#controller.signal.throwIfAborted();
  }
}
