import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { ConfigError, parseConfig, parseStackName, type StandbyConfig } from "../../stacks/config.ts";
import { DriverError, invalidInput } from "../domain/errors.ts";

/** Stands for what only the engine can decrypt; no secret has a price. */
const HIDDEN = "encrypted, and not needed here";

const fileSchema = z.object({ config: z.record(z.string(), z.unknown()) });
const folder = "stacks";

/**
 * The standby's configuration from its stack file, without the engine.
 * Throws DriverError `not-found` where there is no such file, `invalid-input` where it is wrong.
 */
export function readStandbyConfig(projectRoot: string, environment: string): StandbyConfig {
  const name = `${environment}-standby`;
  const path = join(projectRoot, folder, `Pulumi.${name}.yaml`);
  if (!existsSync(path)) {
    throw invalidInput("--environment", environment, `one with a stack file: ${environments(projectRoot).join(", ")}`);
  }
  const file = fileSchema.safeParse(parse(readFileSync(path, "utf8")));
  if (!file.success) throw new DriverError("invalid-input", `${folder}/Pulumi.${name}.yaml has no config`);
  const encrypted = new Set<string>();
  const raw: Record<string, string> = {};
  for (const [key, value] of Object.entries(file.data.config)) {
    if (isSecure(value)) encrypted.add(key);
    const shown = hide(value);
    raw[key] = typeof shown === "string" ? shown : JSON.stringify(shown);
  }
  try {
    const config = parseConfig(raw, parseStackName(name), encrypted);
    if (config.role === "standby") return config;
  } catch (error) {
    if (error instanceof ConfigError) throw new DriverError("invalid-input", error.message, { cause: error });
    throw error;
  }
  throw new DriverError("fatal", `${name} is no standby`);
}

/** Environments that have a standby's stack file. */
function environments(projectRoot: string): readonly string[] {
  return readdirSync(join(projectRoot, folder))
    .map((file) => /^Pulumi\.(.+)-standby\.yaml$/.exec(file)?.[1])
    .filter((name) => name !== undefined)
    .sort();
}

function isSecure(value: unknown): boolean {
  return typeof value === "object" && value !== null && "secure" in value;
}

function hide(value: unknown): unknown {
  if (isSecure(value)) return HIDDEN;
  if (Array.isArray(value)) return value.map(hide);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, hide(inner)]));
}
