import { DriverError } from "../domain/errors.ts";

/** What a person says is kept with why. Errors: `invalid-input`. */
export function reasonOf(options: { readonly reason?: string }, what: string): string {
  if (options.reason !== undefined && options.reason.trim() !== "") return options.reason;
  throw new DriverError("invalid-input", `${what} needs --reason: it is kept with why`, {
    field: "--reason",
    expected: "a sentence for the record",
  });
}
