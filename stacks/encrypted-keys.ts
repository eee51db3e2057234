import process from "node:process";
import { z } from "zod";

const keysSchema = z.array(z.string());

/**
 * Config keys that the engine keeps encrypted, with their namespace. Every language host hands them over in this
 * variable; the SDK reads it too, but has no public function that tells.
 */
export function encryptedKeys(): ReadonlySet<string> {
  const text = process.env["PULUMI_CONFIG_SECRET_KEYS"] ?? "";
  return new Set(text === "" ? [] : keysSchema.parse(JSON.parse(text)).map((key) => key.replace(":config:", ":")));
}
