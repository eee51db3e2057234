import type { Output } from "@pulumi/pulumi";
import { RandomString } from "@pulumi/random/randomString.js";

/**
 * Six lower-case letters and digits, made once for a stack, for names that must be unique in the world. Random, not a
 * hash: a stack that was destroyed and comes back must not meet its own soft-deleted vault.
 */
export function nameSuffix(name: string, protectData: boolean): Output<string> {
  return new RandomString(name, { length: 6, special: false, upper: false }, { protect: protectData }).result;
}
