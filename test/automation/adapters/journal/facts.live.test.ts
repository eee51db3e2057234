import { appendFile, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FileFacts } from "../../../../automation/adapters/journal/file-facts.ts";
import type { ApplicationFact } from "../../../../automation/domain/application-facts.ts";

const at = "2026-11-21T10:00:00.000Z";
const paused = (reason: string): ApplicationFact => ({ type: "paused", at, by: "ada@desk", reason });

describe("facts in a file", () => {
  let directory: string;
  beforeEach(async () => {
    directory = join(await mkdtemp(join(tmpdir(), "pilotlight-facts-")), "facts");
  });
  afterEach(() => rm(join(directory, ".."), { recursive: true }));

  it("keeps them in their order, each application by itself, readable by its user alone", async () => {
    const facts = new FileFacts(directory);
    expect(await facts.read("shop")).toEqual([]);
    await facts.add("shop", paused("migration"));
    await facts.add("shop", { type: "unpaused", at, by: "ada@desk", reason: "done" });
    await facts.add("a/b", paused("other"));
    expect(await new FileFacts(directory).read("shop")).toEqual([
      paused("migration"),
      { type: "unpaused", at, by: "ada@desk", reason: "done" },
    ]);
    expect(await facts.read("a/b")).toEqual([paused("other")]);
    expect((await stat(join(directory, "shop.facts.jsonl"))).mode & 0o077).toBe(0);
  });

  it("loses none when many add at once", async () => {
    const reasons = Array.from({ length: 20 }, (_, index) => `reason ${index}`);
    await Promise.all(reasons.map((reason) => new FileFacts(directory).add("shop", paused(reason))));
    const kept = (await new FileFacts(directory).read("shop")).map((fact) => "reason" in fact && fact.reason);
    expect(kept.toSorted()).toEqual(reasons.toSorted());
  });

  it("survives a torn write, and tells damage for what it is", async () => {
    const facts = new FileFacts(directory);
    const file = join(directory, "shop.facts.jsonl");
    await facts.add("shop", paused("one"));
    await appendFile(file, '{"type":"unpau');
    expect(await facts.read("shop")).toEqual([paused("one")]);
    await facts.add("shop", paused("two"));
    expect(await facts.read("shop")).toEqual([paused("one"), paused("two")]);
    await writeFile(file, `{"type":"nonsense"}\n${JSON.stringify(paused("three"))}\n`);
    await expect(facts.read("shop")).rejects.toMatchObject({ code: "fatal" });
    await expect(facts.add("shop", paused("four"))).rejects.toMatchObject({ code: "fatal" });
  });
});
