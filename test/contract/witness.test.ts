import { execFile } from "node:child_process";
import { appendFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FileWitness } from "../../automation/adapters/witness/file-witness.ts";
import type { WitnessRecord } from "../../automation/domain/witness-record.ts";

let directory: string;
const soon = (): AbortSignal => AbortSignal.timeout(5000);
const record = (epoch: number): WitnessRecord => ({
  application: "shop",
  activeSite: "primary",
  epoch,
  protection: "protected",
  updatedAt: "2026-11-21T10:00:00.000Z",
});

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "pilotlight-witness-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

describe("file witness", () => {
  it("writes only over the epoch that was expected", async () => {
    const witness = new FileWitness(directory);
    expect(await witness.read("shop", soon())).toBeUndefined();
    expect(await witness.compareAndSet("shop", 0, record(1), soon())).toEqual({ ok: true, record: record(1) });
    expect(await witness.compareAndSet("shop", 0, record(2), soon())).toEqual({ ok: false, current: record(1) });
    expect(await witness.compareAndSet("shop", 1, record(5), soon())).toMatchObject({ ok: true });
    expect(await new FileWitness(directory).read("shop", soon())).toEqual(record(5));
    await expect(witness.compareAndSet("shop", 5, record(5), soon())).rejects.toMatchObject({ code: "invalid-input" });
  });

  it("survives a torn write and refuses a damaged record", async () => {
    const witness = new FileWitness(directory);
    await witness.compareAndSet("shop", 0, record(1), soon());
    await appendFile(join(directory, "shop.witness.jsonl"), '{"application":"sh');
    expect(await witness.read("shop", soon())).toEqual(record(1));
    expect(await witness.compareAndSet("shop", 1, record(2), soon())).toMatchObject({ ok: true });
    expect(await witness.read("shop", soon())).toEqual(record(2));
    await writeFile(join(directory, "shop.witness.jsonl"), '{"epoch":9}\n');
    await expect(witness.read("shop", soon())).rejects.toMatchObject({ code: "fatal" });
  });

  it("loses no increment between processes", async () => {
    const script = join(import.meta.dirname, "support", "count-up.ts");
    const run = promisify(execFile);
    await Promise.all(Array.from({ length: 3 }, () => run(process.execPath, [script, directory, "12"])));
    expect((await new FileWitness(directory).read("shop", soon()))?.epoch).toBe(36);
  });
});
