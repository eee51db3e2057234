import { randomBytes } from "node:crypto";
import { z } from "zod";
import type { Properties, ResourceKind } from "../plugin-host.ts";
import { keptInputs, remembered } from "./random-string.ts";

const inputs = z.strictObject({
  byteLength: z.number().int().min(1, "must be at least 1"),
  keepers: z.record(z.string(), z.string()).optional(),
  prefix: z.string().optional(),
});

/** RandomId: the same bytes in four spellings, each with the prefix; the id is the URL-safe one without it. */
export const randomId: ResourceKind<null> = {
  inputs,
  replaceOnChanges: ["byteLength", "keepers", "prefix"],
  async create(_cloud, given) {
    const { byteLength } = inputs.parse(given);
    return describe(randomBytes(byteLength), given);
  },
  async read(_cloud, id, state) {
    const known = remembered(id, state);
    if (known !== undefined) return known;
    const [text = "", prefix] = id.split(",").reverse();
    const bytes = Buffer.from(text, "base64url");
    const given = { byteLength: bytes.length, ...(prefix === undefined ? {} : { prefix }) };
    return { ...describe(bytes, given), inputs: given };
  },
  update: async (_cloud, _id, given, old) => ({ ...old.outputs, ...given, [keptInputs]: given }),
  async delete() {},
};

function describe(bytes: Buffer, given: Properties): { readonly id: string; readonly outputs: Properties } {
  const { prefix = "" } = inputs.parse(given);
  const hex = bytes.toString("hex");
  const id = bytes.toString("base64url");
  return {
    id,
    outputs: {
      ...given,
      b64Std: prefix + bytes.toString("base64"),
      b64Url: prefix + id,
      dec: prefix + BigInt(`0x${hex}`).toString(),
      hex: prefix + hex,
      [keptInputs]: given,
    },
  };
}
