import type { ApplicationFact } from "../domain/application-facts.ts";

/** What is recorded about an application between its operations, apart from their journals. Errors are `DriverError`s. */
export interface Facts {
  /** Durable when it returns. Any process may add, at any time. */
  add(application: string, fact: ApplicationFact): Promise<void>;
  /** Every fact, in the order in which they were added; empty where nothing was ever recorded. */
  read(application: string): Promise<readonly ApplicationFact[]>;
}
