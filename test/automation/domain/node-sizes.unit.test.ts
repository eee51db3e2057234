import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DriverError } from "../../../automation/domain/errors.ts";
import { sizesToTry, withFirst } from "../../../automation/domain/node-sizes.ts";
import { fakeDriver, protectedWorld } from "../../support/fake-driver.ts";
import type { FakeWorld } from "../../support/fake-world.ts";

const size = fc.constantFrom("A", "B", "C", "D");

describe("the order of node sizes", () => {
  it("begins with the one in use and has every one once", () => {
    fc.assert(
      fc.property(fc.option(size, { nil: undefined }), fc.array(size), (inUse, declared) => {
        const order = sizesToTry(inUse, declared);
        expect(new Set(order).size).toBe(order.length);
        expect(new Set(order)).toEqual(new Set([...declared, ...(inUse === undefined ? [] : [inUse])]));
        expect(order[0]).toBe(inUse ?? declared[0]);
      }),
    );
  });

  it("forgets none when another one goes first", () => {
    fc.assert(
      fc.property(fc.uniqueArray(size, { minLength: 1 }), fc.nat(), (sizes, index) => {
        const first = sizes[index % sizes.length] ?? "";
        const order = withFirst(first, sizes);
        expect(order[0]).toBe(first);
        expect(order.toSorted()).toEqual(sizes.toSorted());
        expect(order.slice(1)).toEqual(sizes.filter((each) => each !== first));
      }),
    );
  });
});

describe("refused capacity", () => {
  const refused = (words: string) => new DriverError("capacity", words);
  async function world(times: number): Promise<FakeWorld> {
    const made = await protectedWorld();
    made.nodeTypes = ["A", "B", "C"];
    made.sizes.length = 0;
    made.faults.set(
      "infrastructure.apply",
      Array.from({ length: times }, (_, index) => refused(`no room ${index + 1}`)),
    );
    return made;
  }

  it("is answered with the next size, which stays declared; every refusal is journaled", async () => {
    const estate = await world(2);
    const record = await fakeDriver(estate).driver.failover({ mode: "forced" });
    expect(record.state).toBe("succeeded");
    expect(record.questions).toEqual([]);
    expect(record.evidence["provision-standby"]).toMatchObject({
      nodeType: "C",
      refused: [
        { nodeType: "A", reason: "no room 1" },
        { nodeType: "B", reason: "no room 2" },
      ],
    });
    expect(estate.nodeTypes).toEqual(["C", "A", "B"]);
    // What reconciles afterwards leaves the size alone.
    expect(estate.sizes).toEqual(["A", "B", "C", "C"]);
    expect(estate.violations).toEqual([]);
  });

  it("stands as a guard only after the last size, names all of them, and begins anew with the first", async () => {
    const estate = await world(4);
    const record = await fakeDriver(estate).driver.failover({ mode: "forced" });
    expect(record.state).toBe("succeeded");
    expect(record.questions).toMatchObject([{ guard: "capacity-refused", closed: true }]);
    expect(record.questions[0]?.reason).toContain("tried A, B, C; no room 3");
    expect(record.questions[0]?.found).toMatchObject({
      refused: [{ nodeType: "A" }, { nodeType: "B" }, { nodeType: "C" }],
    });
    expect(estate.sizes.slice(0, 5)).toEqual(["A", "B", "C", "A", "B"]);
    expect(estate.nodeTypes[0]).toBe("B");
  });

  it("leaves the order as it was where the failover is undone", async () => {
    const estate = await world(1);
    const { driver } = fakeDriver(estate);
    estate.faults.set("database.promote", []);
    // Lit with B; then the fence fails, and everything is undone.
    estate.faults.set(
      "database.fence",
      Array.from({ length: 20 }, () => new DriverError("fatal", "no")),
    );
    const record = await driver.failover({ mode: "planned" });
    expect(record.state).toBe("failed");
    expect(estate.nodeTypes).toEqual(["A", "B", "C"]);
    expect(estate.declared.standby.drActive).toBe(false);
  });

  it("is no reason to change the size of nodes that are there, nor any other error one to try another", async () => {
    const warm = await world(1);
    warm.sites.standby.lit = true;
    const { driver } = fakeDriver(warm);
    const record = await driver.failover({ mode: "forced" });
    expect(record.state).toBe("succeeded");
    expect(new Set(warm.sizes)).toEqual(new Set(["A"]));

    const denied = await world(0);
    denied.faults.set("infrastructure.apply", [new DriverError("denied", "who are you?")]);
    expect((await fakeDriver(denied).driver.failover({ mode: "planned" })).state).toBe("failed");
    expect(new Set(denied.sizes)).toEqual(new Set(["A"]));
  });
});
