import type { ApplicationFact } from "../domain/application-facts.ts";

/** What is said of an application between its operations, beside their journals. Errors are `DriverError`s. */
export interface Facts {
  /** Durable when it returns. Any process may add, at any time. */
  add(application: string, fact: ApplicationFact): Promise<void>;
  /** All of them, in the order in which they were added; empty where nothing was ever said. */
  read(application: string): Promise<readonly ApplicationFact[]>;
}
