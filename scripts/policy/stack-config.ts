import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { parseConfig, parseStackName, type StackConfig } from "../../stacks/config.ts";

/** Stands for what only the engine can decrypt; no policy needs a secret. */
const HIDDEN = "encrypted, and not needed here";

const fileSchema = z.object({
  config: z.record(z.string(), z.unknown()),
  secretsprovider: z.string().optional(),
});

export interface StackFile {
  readonly config: StackConfig;
  /** `passphrase` where the file names none. */
  readonly secretsProvider: string;
}

/** A stack's file, without the engine. Errors: ConfigError, ZodError, or the file is not there. */
export function readStackFile(projectRoot: string, stack: string): StackFile {
  const file = fileSchema.parse(parse(readFileSync(join(projectRoot, "stacks", `Pulumi.${stack}.yaml`), "utf8")));
  const encrypted = new Set<string>();
  const raw: Record<string, string> = {};
  for (const [key, value] of Object.entries(file.config)) {
    const secure = typeof value === "object" && value !== null && "secure" in value;
    if (secure) encrypted.add(key);
    raw[key] = secure ? HIDDEN : typeof value === "string" ? value : JSON.stringify(value);
  }
  return {
    config: parseConfig(raw, parseStackName(stack), encrypted),
    secretsProvider: file.secretsprovider ?? "passphrase",
  };
}

/** Environments with both stack files, sorted. */
export function environmentsOf(projectRoot: string): readonly string[] {
  const names = readdirSync(join(projectRoot, "stacks")).map((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? "");
  return names
    .filter((name) => name.endsWith("-standby"))
    .map((name) => name.slice(0, -"-standby".length))
    .filter((environment) => names.includes(`${environment}-primary`))
    .toSorted();
}
