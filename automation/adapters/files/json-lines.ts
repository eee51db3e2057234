import type { z } from "zod";
import { DriverError } from "../../domain/errors.ts";

export interface JsonLines<T> {
  readonly entries: readonly T[];
  /** Length in bytes of what is whole; what follows is a line torn by a crash. */
  readonly wholeBytes: number;
}

/**
 * Parses an append-only file. The last line may be torn (no newline, or not JSON: a crash while writing). Errors: `fatal` for
 * damage anywhere else, or for an entry that is not of this shape.
 */
export function parseJsonLines<T>(bytes: Buffer, shape: z.ZodType<T>, path: string): JsonLines<T> {
  const entries: T[] = [];
  let start = 0;
  for (let line = 1; start < bytes.length; line++) {
    const newline = bytes.indexOf(0x0a, start);
    if (newline < 0) break;
    const value = parse(bytes.toString("utf8", start, newline));
    if (value === undefined && newline === bytes.length - 1) break;
    const entry = shape.safeParse(value);
    if (!entry.success) {
      const issue = entry.error.issues[0];
      throw new DriverError(
        "fatal",
        `${path} is damaged in line ${line}: ${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}`,
      );
    }
    entries.push(entry.data);
    start = newline + 1;
  }
  return { entries, wholeBytes: start };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
