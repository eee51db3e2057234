import { execFile } from "node:child_process";
import { appendFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { FileLock } from "../../../../automation/adapters/files/file-lock.ts";
import { FileWitness } from "../../../../automation/adapters/witness/file-witness.ts";
import { record, soon, type WitnessBench, witnessSuite } from "../../../support/witness-suite.ts";

let directory: string;

async function fileBench(): Promise<WitnessBench> {
  directory = await mkdtemp(join(tmpdir(), "pilotlight-witness-"));
  return {
    open: () => new FileWitness(directory),
    damage: (application) => writeFile(join(directory, `${application}.witness.jsonl`), '{"epoch":9}\n'),
    // It has no process.
    restart: async () => {},
    hang: async (application) => {
      // As a writer does that was stopped in the middle.
      const result = await new FileLock(join(directory, `${application}.lock.d`)).acquire("witness", () => false);
      if (!("handle" in result)) throw new Error("somebody else writes");
      return () => result.handle.release();
    },
    close: () => rm(directory, { recursive: true, force: true }),
  };
}

witnessSuite("file witness", fileBench, (bench) => {
  it("survives a torn write", async () => {
    const witness = bench().open();
    await witness.compareAndSet("torn", 0, record("torn", 1), soon());
    await appendFile(join(directory, "torn.witness.jsonl"), '{"application":"to');
    expect(await witness.read("torn", soon())).toEqual(record("torn", 1));
    expect(await witness.compareAndSet("torn", 1, record("torn", 2), soon())).toMatchObject({ ok: true });
    expect(await witness.read("torn", soon())).toEqual(record("torn", 2));
  });

  it("loses no increment between processes", async () => {
    const script = join(import.meta.dirname, "../../../support", "count-up.ts");
    const counted = await mkdtemp(join(directory, "counted-"));
    const run = promisify(execFile);
    await Promise.all(Array.from({ length: 3 }, () => run(process.execPath, [script, counted, "12"])));
    expect((await new FileWitness(counted).read("shop", soon()))?.epoch).toBe(36);
  });
});
