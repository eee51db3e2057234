import { type Output, type Resource, secret } from "@pulumi/pulumi";
import { RandomPassword } from "@pulumi/random/randomPassword.js";

/**
 * 32 letters and digits, each kind at least once: what RDS, Azure and every connection string take. Made once and
 * kept in the stack's state, encrypted, as a secret; never in configuration.
 */
export function databasePassword(name: string, parent: Resource | undefined, protectData: boolean): Output<string> {
  const password = new RandomPassword(
    name,
    { length: 32, special: false, minLower: 1, minUpper: 1, minNumeric: 1 },
    { ...(parent ? { parent } : {}), protect: protectData },
  );
  return secret(password.result);
}
