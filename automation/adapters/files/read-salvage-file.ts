import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { z } from "zod";
import { invalidInput } from "../../domain/errors.ts";
import type { StrandedWrite } from "../../ports/database.ts";
import { fileError, systemCode } from "./durable.ts";

const row = z.record(z.string(), z.string().nullable());
const lineSchema = z.object({
  database: z.string().optional(),
  schema: z.string().min(1),
  table: z.string().min(1),
  key: row,
  kind: z.enum(["insert", "update", "delete", "truncate"]),
  before: row.optional(),
  after: row.optional(),
  basis: z.enum(["stream", "comparison"]),
  committedAt: z.string().optional(),
  lsn: z.string().optional(),
});

/** One line at a time. Errors: `invalid-input` with the line's number, where it is no change of a salvage. */
export async function* readSalvageFile(path: string): AsyncGenerator<StrandedWrite> {
  let number = 0;
  for await (const line of linesOf(path)) {
    number += 1;
    if (line !== "") yield parse(line, path, number);
  }
}

/** Split at line feeds alone: values may hold every other character that ends a line somewhere. */
async function* linesOf(path: string): AsyncGenerator<string> {
  let rest = "";
  try {
    for await (const chunk of createReadStream(path, { encoding: "utf8" })) {
      const lines = (rest + String(chunk)).split("\n");
      rest = lines.pop() ?? "";
      yield* lines;
    }
  } catch (error) {
    throw readError(error, path);
  }
  if (rest !== "") yield rest;
}

/** SHA-256 of the file, in hex. */
export async function hashOfSalvageFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  try {
    for await (const chunk of createReadStream(path)) hash.update(chunk);
  } catch (error) {
    throw readError(error, path);
  }
  return hash.digest("hex");
}

function parse(line: string, path: string, number: number): StrandedWrite {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw invalidInput(`line ${number} of ${path}`, line.slice(0, 80), "a JSON object");
  }
  const parsed = lineSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw invalidInput(
    `line ${number} of ${path}`,
    line.slice(0, 80),
    `a lost change (${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""})`,
  );
}

function readError(error: unknown, path: string): Error {
  if (systemCode(error) === "ENOENT" || systemCode(error) === "EISDIR")
    return invalidInput("file", path, "the salvage file that the report names");
  return fileError(error, "read", path);
}
