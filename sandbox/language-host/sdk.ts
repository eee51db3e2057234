import { createRequire } from "node:module";
import { join } from "node:path";
import { z } from "zod";

const manifestSchema = z.object({ version: z.string() });

/** Version of the SDK that this host serves. */
export function sdkVersion(): string {
  return manifestSchema.parse(createRequire(import.meta.url)("@pulumi/pulumi/package.json")).version;
}

/**
 * Path of an SDK command (`run`, `run-plugin`, `run-policy-pack`) as the program in `directory` would resolve it: program
 * and command must share one copy of the SDK. Throws when it is not installed there.
 */
export function sdkCommand(name: string, directory: string): string {
  const specifier = `@pulumi/pulumi/cmd/${name}`;
  try {
    return createRequire(join(directory, "package.json")).resolve(specifier);
  } catch (error) {
    throw new Error(`${specifier} is not installed for ${directory}; run npm ci there.`, { cause: error });
  }
}
