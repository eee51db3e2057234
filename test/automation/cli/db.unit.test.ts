import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { LocalSalvageFiles } from "../../../automation/adapters/files/salvage-files.ts";
import { registerDb } from "../../../automation/cli/db.ts";
import { registerReport } from "../../../automation/cli/report.ts";
import type { DatabaseAudit, VerifyOptions } from "../../../automation/ports/database-audit.ts";
import { fakeDriver, protectedWorld } from "../../support/fake-driver.ts";
import { runCommand } from "./support/run-command.ts";

const nothing: DatabaseAudit = {
  verify: async () => ({ tables: 2, rows: 10, differences: 0, absent: [], unsettled: 0 }),
  restoreLost: async () => ({ tables: [], conflicts: [] }),
};

async function appWith(databaseAudit: Partial<DatabaseAudit>) {
  const directory = await mkdtemp(join(tmpdir(), "pilotlight-db-"));
  const world = await protectedWorld();
  const { driver } = fakeDriver(world);
  const app = {
    driver: async () => ({ driver, application: "app" }),
    databaseAudit: { ...nothing, ...databaseAudit },
    salvageFiles: new LocalSalvageFiles(directory),
  };
  return { app, directory, world, driver };
}

it("db verify says equal, or which rows differ, from the active site to the other", async () => {
  const asked: VerifyOptions[] = [];
  const { app } = await appWith({
    verify: async (options) => {
      asked.push(options);
      if (options.only !== undefined) options.take({ table: "public.t", key: { id: "7" }, left: { id: "7" } });
      return { tables: 2, rows: 10, differences: options.only === undefined ? 0 : 1, absent: [], unsettled: 0 };
    },
  });
  expect(await runCommand(registerDb, app, ["db", "verify", "--rate", "500"])).toMatchObject({
    code: 0,
    text: "equal: 10 rows of 2 tables",
  });
  expect(asked[0]).toMatchObject({ from: "primary", to: "standby", rowsPerSecond: 500 });
  const differs = await runCommand(registerDb, app, ["db", "verify", "--only", "t"]);
  expect(differs.code).toBe(1);
  expect(differs.text).toContain("public.t id=7: not at standby");
  const wrong = await runCommand(registerDb, app, ["db", "verify", "--rate", "fast"]);
  expect(wrong.error).toMatchObject({ code: "invalid-input", field: "--rate", value: "fast" });
});

it("db restore-lost tries first, does it with --yes, and names what is no salvage file", async () => {
  const asked: object[] = [];
  const { app, directory } = await appWith({
    restoreLost: async (site, writes, options) => {
      let rows = 0;
      for await (const _ of writes()) rows += 1;
      asked.push({ site, rows, ...options });
      const conflict = {
        table: "public.t",
        kind: "update" as const,
        key: { id: "1" },
        reason: "the row has been written since",
      };
      return {
        tables: [{ table: "public.t", restored: 1, present: 0, conflicts: 1 }],
        conflicts: [{ ...conflict, there: { id: "1", note: "theirs" } }],
      };
    },
  });
  const line = {
    schema: "public",
    table: "t",
    key: { id: "1" },
    kind: "insert",
    after: { id: "1", note: "a\u2028b" },
    basis: "stream",
  };
  await writeFile(join(directory, "reprotect-1.jsonl"), `${JSON.stringify(line)}\n${JSON.stringify(line)}\n`);
  const dry = await runCommand(registerDb, app, ["db", "restore-lost", "reprotect-1.jsonl", "--to", "standby"]);
  expect(dry.code).toBe(1);
  expect(dry.text).toContain("dry run, nothing is changed");
  expect(dry.text).toContain("conflict: update public.t id=1: the row has been written since");
  expect(dry.text).toContain("there: id=1, note=theirs");
  await runCommand(registerDb, app, [
    "db",
    "restore-lost",
    "reprotect-1.jsonl",
    "--to",
    "standby",
    "--only",
    "t",
    "--yes",
  ]);
  expect(asked).toEqual([
    { site: "standby", rows: 2, apply: false },
    { site: "standby", rows: 2, apply: true, only: "t" },
  ]);
  const absent = await runCommand(registerDb, app, ["db", "restore-lost", "other.jsonl", "--to", "standby"]);
  expect(absent.error).toMatchObject({ code: "invalid-input", field: "file" });
  const nowhere = await runCommand(registerDb, app, ["db", "restore-lost", "reprotect-1.jsonl", "--to", "moon"]);
  expect(nowhere.error).toMatchObject({ code: "invalid-input", field: "--to", value: "moon" });
  await writeFile(join(directory, "bad.jsonl"), `${JSON.stringify(line)}\n{"table": "t"}\n`);
  const bad = await runCommand(registerDb, app, [
    "db",
    "restore-lost",
    join(directory, "bad.jsonl"),
    "--to",
    "standby",
  ]);
  expect(bad.error?.message).toContain("line 2 of");
});

it("report names losses table by table, with the file and its hash", async () => {
  const { app, world, driver } = await appWith({});
  world.sites.primary.up = false;
  const overrides = (["fence-unconfirmed", "rpo-exceeded"] as const).map((guard) => ({
    guard,
    reason: "dark",
    by: "ann",
  }));
  const move = await driver.failover({ mode: "forced", overrides });
  world.sites.primary.up = true;
  world.sites.primary.open = false;
  const change = { schema: "public", key: { id: "1" }, basis: "stream" as const, committedAt: "2026-01-01T00:00:00Z" };
  world.sites.primary.stranded = [
    { ...change, table: "a", kind: "insert" },
    { ...change, table: "b", kind: "update" },
    { ...change, table: "c", kind: "delete" },
  ];
  await driver.reprotect();
  const { text } = await runCommand(registerReport, app, ["report", move.id]);
  for (const line of [
    "public.a: 1 insert lost",
    "public.b: 1 update lost",
    "public.c: 1 delete lost",
    "rows           3 in reprotect",
  ])
    expect(text).toContain(line);
});
