import { mkdtempSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { JsonStore } from "../../../sandbox/supervise/store.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pilotlight-store-"));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

test("gives the fallback for what was never written", async () => {
  expect(await new JsonStore(folder).read("nothing", { a: 1 })).toEqual({ a: 1 });
});

test("another store reads what was written, whatever the name, and only the owner may", async () => {
  await new JsonStore(folder).write("route53:/Z1", { records: ["a"] });
  expect(await new JsonStore(folder).read("route53:/Z1", undefined)).toEqual({ records: ["a"] });
  const [file = ""] = readdirSync(folder);
  expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600);
});

test("keeps the order of writes that were asked for together and takes the value of that moment", async () => {
  const store = new JsonStore(folder);
  const value = { count: 0 };
  const writes = Array.from({ length: 50 }, () => {
    value.count += 1;
    return store.write("counter", value);
  });
  value.count = 999;
  await Promise.all(writes);
  expect(await new JsonStore(folder).read("counter", undefined)).toEqual({ count: 50 });
});

test("a reader beside a writer never sees half a document", async () => {
  const store = new JsonStore(folder);
  await store.write("big", { text: "x".repeat(100_000), round: 0 });
  let writing = true;
  const writer = (async () => {
    for (let round = 1; round <= 30; round += 1) await store.write("big", { text: "y".repeat(100_000 + round), round });
    writing = false;
  })();
  let reads = 0;
  while (writing) {
    const seen = await new JsonStore(folder).read("big", { text: "", round: -1 });
    expect(seen.text.length).toBe(100_000 + seen.round);
    reads += 1;
  }
  await writer;
  expect(reads).toBeGreaterThan(5);
  expect(readdirSync(folder)).toEqual(["big.json"]);
});

test("a damaged document is an error that names its file, never the fallback", async () => {
  writeFileSync(join(folder, "torn.json"), '{"a": ');
  await expect(new JsonStore(folder).read("torn", {})).rejects.toThrow(/torn\.json is not JSON/);
});
