import { hostname } from "node:os";
import { describe, expect, it } from "vitest";
import { nameUnknownUser, personHere } from "../../../automation/cli/person.ts";

const unknown = () => {
  throw new Error("A system error occurred: uv_os_get_passwd returned ENOENT");
};
const known = () => ({ username: "ada" });

describe("the person at the keyboard", () => {
  it("has the machine's name for them", () => {
    expect(personHere({ USER: "other" }, known)).toBe(`ada@${hostname()}`);
  });

  it("has a number where the machine knows no name, unless the environment does", () => {
    expect(personHere({}, unknown)).toBe(`uid-${process.getuid?.()}@${hostname()}`);
    expect(personHere({ USER: "ada" }, unknown)).toBe(`ada@${hostname()}`);
  });

  it("is given to the engine, which locks stacks by it, only where the machine knows no name", () => {
    const environment: NodeJS.ProcessEnv = {};
    nameUnknownUser(environment, known);
    expect(environment).toEqual({});
    nameUnknownUser(environment, unknown);
    expect(environment).toEqual({ USER: `uid-${process.getuid?.()}`, HOME: "/nonexistent" });
    const given: NodeJS.ProcessEnv = { USER: "ada", HOME: "/home/ada" };
    nameUnknownUser(given, unknown);
    expect(given).toEqual({ USER: "ada", HOME: "/home/ada" });
  });
});
