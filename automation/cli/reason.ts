import { DriverError } from "../domain/errors.ts";

/** A person's decision is recorded with its reason. Errors: `invalid-input`. */
export function reasonOf(options: { readonly reason?: string }, what: string): string {
  if (options.reason !== undefined && options.reason.trim() !== "") return options.reason;
  throw new DriverError("invalid-input", `${what} needs --reason: it is recorded with its reason`, {
    field: "--reason",
    expected: "a sentence for the record",
  });
}
