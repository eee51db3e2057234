import { DriverError, invalidInput } from "../../domain/errors.ts";
import { type WitnessRecord, witnessRecordSchema } from "../../domain/witness-record.ts";

/** What may be written over `expectedEpoch`. Errors: `invalid-input`. */
export function requireNext(application: string, expectedEpoch: number, next: WitnessRecord): WitnessRecord {
  if (next.epoch <= expectedEpoch) {
    throw invalidInput("witness.epoch", next.epoch, `a number greater than the expected ${expectedEpoch}`);
  }
  if (next.application !== application) throw invalidInput("witness.application", next.application, application);
  return witnessRecordSchema.parse(next);
}

/** A value as JSON text, or `fatal`: what cannot be read is never taken for missing. `where` names it for a person. */
export function parseStored(text: unknown, where: string): unknown {
  if (typeof text !== "string") throw new DriverError("fatal", `${where} is damaged: it is no text`);
  try {
    return JSON.parse(text);
  } catch {
    throw new DriverError("fatal", `${where} is damaged: it is not JSON`);
  }
}

/** A stored record, as this application's. Errors: `fatal`. */
export function requireRecord(value: unknown, application: string, where: string): WitnessRecord {
  const parsed = witnessRecordSchema.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new DriverError("fatal", `${where} is damaged: ${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}`);
  }
  if (parsed.data.application !== application) {
    throw new DriverError(
      "fatal",
      `${where} speaks of application ${parsed.data.application}, not of ${application}: two applications need a place each`,
    );
  }
  return parsed.data;
}
