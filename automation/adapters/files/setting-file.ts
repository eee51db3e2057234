import { readFileSync } from "node:fs";
import { invalidInput } from "../../domain/errors.ts";

/** What is in the file that a setting names, without white space around it. Errors: `invalid-input` naming setting and file. */
export function settingFile(field: string, path: string): string {
  let text: string;
  try {
    text = readFileSync(path, "utf8").trim();
  } catch {
    throw invalidInput(field, path, "a file that this process can read");
  }
  if (text === "") throw invalidInput(field, path, "a file that is not empty");
  return text;
}
