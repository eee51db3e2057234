import bcrypt from "bcryptjs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { characterInputs, randomText } from "../../../sandbox/providers/random/characters.ts";
import { randomId } from "../../../sandbox/providers/random/random-id.ts";
import { randomPassword, randomString } from "../../../sandbox/providers/random/random-string.ts";
import { validateInputs } from "../../../sandbox/providers/validate.ts";

const call = { urn: "", name: "", signal: AbortSignal.timeout(60_000), log: () => {} };
const least = fc.integer({ min: 0, max: 5 });

describe("random text", () => {
  it("keeps to its length, its alphabets and its least numbers", () => {
    fc.assert(
      fc.property(
        least,
        least,
        least,
        least,
        fc.integer({ min: 1, max: 30 }),
        (minLower, minUpper, minNumeric, minSpecial, more) => {
          const length = minLower + minUpper + minNumeric + minSpecial + more;
          const text = randomText({ length, minLower, minUpper, minNumeric, minSpecial, overrideSpecial: "-_" });
          const count = (pattern: RegExp) => text.match(pattern)?.length ?? 0;
          expect(text).toHaveLength(length);
          expect(text).toMatch(/^[A-Za-z0-9_-]+$/);
          expect(count(/[a-z]/g)).toBeGreaterThanOrEqual(minLower);
          expect(count(/[A-Z]/g)).toBeGreaterThanOrEqual(minUpper);
          expect(count(/\d/g)).toBeGreaterThanOrEqual(minNumeric);
          expect(count(/[-_]/g)).toBeGreaterThanOrEqual(minSpecial);
        },
      ),
    );
  });

  it("leaves out what is switched off", () => {
    expect(randomText({ length: 200, special: false, upper: false, number: false })).toMatch(/^[a-z]+$/);
  });

  it.each([
    [{ length: 0 }, "length"],
    [{}, "length"],
    [{ length: 3, minLower: 2, minUpper: 2 }, "length"],
    [{ length: 3, lower: false, upper: false, numeric: false, special: false }, "lower"],
    [{ length: 3, lenght: 3 }, "lenght"],
  ])("refuses %o at %s", (inputs, property) => {
    expect(validateInputs(characterInputs, inputs).map((failure) => failure.property)).toContain(property);
  });
});

describe("resources", () => {
  it("makes a password with its hash; a refresh finds the same inputs", async () => {
    const inputs = { length: 20 };
    const { id, outputs } = await randomPassword.create(null, inputs, call);
    expect(id).toBe("none");
    expect(await bcrypt.compare(String(outputs.result), String(outputs.bcryptHash))).toBe(true);
    expect(await randomPassword.read(null, id, outputs, call)).toEqual({ id, inputs, outputs });
  });

  it("shows the resolved bounds of a string, whose id is its result", async () => {
    const { id, outputs } = await randomString.create(null, { length: 5, special: false }, call);
    expect(outputs).toMatchObject({ result: id, lower: true, upper: true, numeric: true, special: false, minLower: 0 });
  });

  it("spells the same bytes four ways, with the prefix", async () => {
    const { id, outputs } = await randomId.create(null, { byteLength: 8, prefix: "p-" }, call);
    const bytes = Buffer.from(id, "base64url");
    expect(bytes).toHaveLength(8);
    expect(outputs).toMatchObject({
      hex: `p-${bytes.toString("hex")}`,
      b64Std: `p-${bytes.toString("base64")}`,
      b64Url: `p-${id}`,
      dec: `p-${BigInt(`0x${bytes.toString("hex")}`)}`,
    });
  });

  it("replaces on any change", () => {
    for (const input of ["length", "keepers", "special", "overrideSpecial"]) {
      expect(randomPassword.replaceOnChanges).toContain(input);
    }
    expect(randomId.replaceOnChanges).toEqual(["byteLength", "keepers", "prefix"]);
  });
});
