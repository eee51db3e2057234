import bcrypt from "bcryptjs";
import { z } from "zod";
import type { Properties, ResourceKind } from "../plugin-host.ts";
import { characterInputs, randomText, resolveCharacters } from "./characters.ts";

const inputNames = [
  "keepers",
  "length",
  "lower",
  "minLower",
  "minNumeric",
  "minSpecial",
  "minUpper",
  "number",
  "numeric",
  "overrideSpecial",
  "special",
  "upper",
];

/** The inputs of the last update, kept in the state: the resolved defaults among the outputs are not what a program says. */
export const keptInputs = "__inputs";

const stateSchema = z.looseObject({ [keptInputs]: z.record(z.string(), z.unknown()) });

/** RandomString: its id is its result. Any change replaces it. */
export const randomString: ResourceKind<null> = {
  inputs: characterInputs,
  replaceOnChanges: inputNames,
  async create(_cloud, inputs) {
    const result = randomText(inputs);
    return { id: result, outputs: outputsOf(inputs, { result }) };
  },
  async read(_cloud, id, state) {
    return remembered(id, state) ?? imported(id, id, {});
  },
  update: async (_cloud, _id, inputs, old) => ({ ...old.outputs, ...outputsOf(inputs, {}) }),
  async delete() {},
};

/** RandomPassword: the same with a secret result, its bcrypt hash, and an id that says nothing. */
export const randomPassword: ResourceKind<null> = {
  ...randomString,
  async create(_cloud, inputs) {
    const result = randomText(inputs);
    return { id: "none", outputs: outputsOf(inputs, { result, bcryptHash: await hash(result) }) };
  },
  async read(_cloud, id, state) {
    return remembered(id, state) ?? imported("none", id, { bcryptHash: await hash(id) });
  },
};

function outputsOf(inputs: Properties, made: Properties): Properties {
  return { ...resolveCharacters(inputs), ...made, [keptInputs]: inputs };
}

/** Nothing outside the state knows the value: a refresh finds what is there. Undefined at import. */
export function remembered(id: string, state: Properties) {
  const parsed = stateSchema.safeParse(state);
  return parsed.success ? { id, inputs: parsed.data[keptInputs], outputs: state } : undefined;
}

function imported(id: string, result: string, more: Properties) {
  const inputs = { length: result.length };
  return { id, inputs, outputs: outputsOf(inputs, { result, ...more }) };
}

/** bcrypt reads 72 bytes at most. */
function hash(text: string): Promise<string> {
  return bcrypt.hash(Buffer.from(text).subarray(0, 72).toString(), 10);
}
