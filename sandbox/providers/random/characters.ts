import { randomInt } from "node:crypto";
import { z } from "zod";
import type { Properties } from "../plugin-host.ts";

const count = z.number().int().min(0);

/** Inputs of RandomPassword and RandomString, as the real provider has them. */
export const characterInputs = z
  .strictObject({
    length: z.number().int().min(1, "must be at least 1"),
    keepers: z.record(z.string(), z.string()).optional(),
    lower: z.boolean().optional(),
    upper: z.boolean().optional(),
    numeric: z.boolean().optional(),
    /** Older name of `numeric`. */
    number: z.boolean().optional(),
    special: z.boolean().optional(),
    minLower: count.optional(),
    minUpper: count.optional(),
    minNumeric: count.optional(),
    minSpecial: count.optional(),
    overrideSpecial: z.string().optional(),
  })
  .refine(
    ({ length, minLower = 0, minUpper = 0, minNumeric = 0, minSpecial = 0 }) =>
      length >= minLower + minUpper + minNumeric + minSpecial,
    { path: ["length"], message: "must be at least minUpper + minLower + minNumeric + minSpecial" },
  )
  .refine(
    ({ lower = true, upper = true, special = true, ...rest }) =>
      lower || upper || special || (rest.numeric ?? rest.number ?? true),
    { path: ["lower"], message: "at least one of lower, upper, numeric and special must be true" },
  )
  .refine(({ numeric, number }) => numeric === undefined || number === undefined || numeric === number, {
    path: ["numeric"],
    message: "contradicts its older name `number`",
  });

const alphabets = {
  lower: "abcdefghijklmnopqrstuvwxyz",
  upper: "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
  numeric: "0123456789",
  special: "!@#$%&*()-_=+[]{}<>:?",
} as const;

/** What the real provider shows for inputs that are left out. */
export function resolveCharacters(inputs: Properties) {
  const given = characterInputs.parse(inputs);
  const numeric = given.numeric ?? given.number ?? true;
  return {
    ...given,
    lower: given.lower ?? true,
    upper: given.upper ?? true,
    special: given.special ?? true,
    numeric,
    number: numeric,
    minLower: given.minLower ?? 0,
    minUpper: given.minUpper ?? 0,
    minNumeric: given.minNumeric ?? 0,
    minSpecial: given.minSpecial ?? 0,
  };
}

/** Cryptographically random text within the bounds, every arrangement as likely as any other. */
export function randomText(inputs: Properties): string {
  const wanted = resolveCharacters(inputs);
  // The real provider takes an empty override as "not overridden".
  const special = wanted.overrideSpecial ? wanted.overrideSpecial : alphabets.special;
  const groups = [
    { use: wanted.lower, least: wanted.minLower, letters: alphabets.lower },
    { use: wanted.upper, least: wanted.minUpper, letters: alphabets.upper },
    { use: wanted.numeric, least: wanted.minNumeric, letters: alphabets.numeric },
    { use: wanted.special, least: wanted.minSpecial, letters: special },
  ];
  const all = groups
    .filter(({ use }) => use)
    .map(({ letters }) => letters)
    .join("");
  const text = groups.flatMap(({ least, letters }) => Array.from({ length: least }, () => pick(letters)));
  while (text.length < wanted.length) text.push(pick(all));
  for (let i = text.length - 1; i > 0; i--) {
    const j = randomInt(i + 1);
    [text[i], text[j]] = [text[j] ?? "", text[i] ?? ""];
  }
  return text.join("");
}

function pick(letters: string): string {
  const all = [...letters];
  return all[randomInt(all.length)] ?? "";
}
