import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { asset } from "@pulumi/pulumi";

/** Code of a Function App, and what changes with it. */
export interface FunctionsPackage {
  /** The files. */
  readonly code: asset.Archive;
  /** Twelve hex digits. */
  readonly codeVersion: string;
}

/**
 * The driver's decision functions, as bundled beside this file (automation/functions writes them there). The content goes
 * into the archive, not the paths, so that every machine deploys the same.
 */
export function functionsPackage(): FunctionsPackage {
  const directory = join(import.meta.dirname, "failover-functions-package");
  const files = readdirSync(directory)
    .toSorted()
    .map((name) => ({ name, text: readFileSync(join(directory, name), "utf8") }));
  return {
    code: new asset.AssetArchive(
      Object.fromEntries(files.map(({ name, text }) => [name, new asset.StringAsset(text)])),
    ),
    codeVersion: createHash("sha256").update(JSON.stringify(files)).digest("hex").slice(0, 12),
  };
}
