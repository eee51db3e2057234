import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { DriverError } from "../domain/errors.ts";

/** The nearest folder at or above `start` that holds Pulumi.yaml. Throws `not-found` where there is none. */
export function findProjectRoot(start: string): string {
  for (let folder = resolve(start); ; folder = dirname(folder)) {
    if (existsSync(join(folder, "Pulumi.yaml"))) return folder;
    if (folder === dirname(folder)) {
      throw new DriverError("not-found", `no Pulumi.yaml in ${start} or above it: run this inside the project`);
    }
  }
}
