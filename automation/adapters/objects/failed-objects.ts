import { DriverError } from "../../domain/errors.ts";
import type { NotCopied } from "../../ports/objects.ts";

/** Objects that are named in messages and results; all are counted. */
const named = 10;
/** So many failures without a success between them are the store's, not an object's. */
const mostInRow = 32;

/** The objects that a sync could not copy. */
export class FailedObjects {
  readonly #passing: { readonly key: string; readonly error: DriverError }[] = [];
  readonly #lasting: { readonly key: string; readonly reason: string }[] = [];
  #inRow = 0;

  /** An object was copied. */
  interrupt(): void {
    this.#inRow = 0;
  }

  /** False: the sync as a whole is to end with this error. `refused` is what no further try can copy, and says nothing of the store. */
  add(key: string, error: DriverError): boolean {
    if (error.code === "refused") {
      this.#lasting.push({ key, reason: error.message });
      return true;
    }
    this.#passing.push({ key, error });
    return ++this.#inRow < mostInRow;
  }

  /** Throws the first failure that may pass, with all keys. */
  throwIfAny(what: string): void {
    const [first] = this.#passing;
    if (first === undefined) return;
    const count = this.#passing.length;
    const objects = count === 1 ? "1 object was" : `${count} objects were`;
    const keys = this.#passing.slice(0, named).map(({ key }) => key);
    const more = count > named ? `, and ${count - named} more` : "";
    const message = `${what}: ${objects} not copied (${keys.join(", ")}${more}), all others were: ${first.error.message}`;
    throw new DriverError(first.error.code, message, { cause: first.error, retryable: first.error.retryable });
  }

  lasting(): { readonly notCopied?: NotCopied } {
    const count = this.#lasting.length;
    return count === 0 ? {} : { notCopied: { count, first: this.#lasting.slice(0, named) } };
  }
}
