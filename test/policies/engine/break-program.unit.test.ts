import { CustomResource, type CustomResourceOptions, type Inputs, runtime, secret } from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { record } from "../../components/support/component.ts";
import { add, addLike, type Mutation, remove, set, unprotect } from "../support/mutate.ts";
import { breakProgram } from "./support/break-program.ts";

const [store, guard] = ["test:index:Store", "test:index:Guard"];

class Thing extends CustomResource {
  constructor(type: string, name: string, props: Inputs, options: CustomResourceOptions = {}) {
    super(type, name, props, options);
  }
}

/** A store, its guard, and something that waits for the guard. */
async function program(): Promise<Record<string, unknown>> {
  const data = new Thing(store, "data", { size: 1, login: secret({ name: "app" }) }, { protect: true });
  const guarding = new Thing(guard, "guarding", { of: data.id, ports: [443, 80] });
  new Thing("test:index:Late", "late", { of: data.id, by: guarding.id }, { dependsOn: [guarding] });
  return {};
}

async function asked(mutation: Mutation) {
  const broken = breakProgram(program, mutation);
  const { resources } = await record(async () => Object(await broken.program()));
  broken.checkAllTaken();
  const made = resources.filter(({ type }) => type.startsWith("test:"));
  return made.map(({ name, inputs, protect, dependencies }) => ({
    ...{ name, inputs, protect },
    dependencies: dependencies.map((urn) => urn.split("::").at(-1)),
  }));
}

const data = { name: "data", inputs: { size: 1, login: { name: "app" } }, protect: true, dependencies: [] };
const guarding = {
  name: "guarding",
  inputs: { of: "data-id", ports: [443, 80] },
  protect: false,
  dependencies: ["data"],
};
const late = {
  name: "late",
  inputs: { of: "data-id", by: "guarding-id" },
  protect: false,
  dependencies: ["guarding", "data"],
};

describe("a broken program", () => {
  it("asks for what the program asks for, where nothing is broken", async () => {
    expect(await asked([])).toEqual([data, guarding, late]);
  });

  it("sets an input, in a list and in a secret too", async () => {
    expect(
      await asked([...set({ type: guard }, "ports.1", 22), ...set({ type: store }, "login.name", "root")]),
    ).toEqual([
      { ...data, inputs: { size: 1, login: { name: "root" } } },
      { ...guarding, inputs: { of: "data-id", ports: [443, 22] } },
      late,
    ]);
  });

  it("takes an input out, and protection away", async () => {
    expect(await asked([...set({ type: store }, "size", undefined), ...unprotect({ type: store })])).toEqual([
      { ...data, inputs: { login: { name: "app" } }, protect: false },
      guarding,
      late,
    ]);
  });

  it("leaves a resource out, and nobody depends on it any more", async () => {
    const [first, second, ...more] = await asked(remove({ type: guard, name: "guarding" }));
    expect(first).toEqual(data);
    expect(second).toMatchObject({ name: "late", dependencies: ["data"] });
    expect(more).toEqual([]);
  });

  it("adds one like another, and one of its own", async () => {
    const added = await asked([
      ...addLike({ type: guard }, "second", { ports: [] }),
      ...add("test:index:Stray", "stray", {}),
    ]);
    expect(added).toContainEqual({ ...guarding, name: "second", inputs: { of: "data-id", ports: [] } });
    expect(added).toContainEqual({ name: "stray", inputs: {}, protect: true, dependencies: [] });
    expect(added).toHaveLength(5);
  });

  it("is refused where what is around an input is not known yet", async () => {
    const unknown = async (): Promise<Record<string, unknown>> => {
      new Thing(store, "data", { options: runtime.unknownValue });
      return {};
    };
    const broken = breakProgram(unknown, set({ type: store }, "options.size", 2));
    await record(async () => Object(await broken.program()));
    expect(broken.checkAllTaken).toThrow("what holds size is not known yet");
  });

  it("is refused where the mutation has met nothing, or more than one", async () => {
    await expect(asked(remove({ type: store, name: "elsewhere" }))).rejects.toThrow(/has met 0/);
    await expect(
      asked([...addLike({ type: guard }, "more", {}), ...set({ type: "test:index:None" }, "a", 1)]),
    ).rejects.toThrow(/has met 0/);
  });
});
