import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFile, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FileJournal } from "../../../../automation/adapters/journal/file-journal.ts";
import type { JournalEntryBody } from "../../../../automation/domain/journal-entry.ts";
import type { Answer } from "../../../../automation/ports/journal.ts";

let directory: string;
let journal: FileJournal;
const children: ChildProcess[] = [];
const at = "2026-11-21T10:00:00.000Z";
const path = (id: string): string => join(directory, "operations", `${id}.entries.jsonl`);

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "pilotlight-journal-"));
  journal = new FileJournal(directory);
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  await rm(directory, { recursive: true, force: true });
});

function started(id: string, startedAt = at): JournalEntryBody {
  return {
    type: "operation-started",
    at: startedAt,
    operation: {
      id,
      application: "shop",
      environment: "trial",
      plan: "failover",
      mode: "forced",
      direction: { from: "primary", to: "standby" },
      first: false,
      abortRequested: false,
      trigger: { kind: "manual", by: "ann" },
      startedAt,
      state: "running",
      phase: "forward",
      stages: [],
      questions: [],
      overrides: [],
      evidence: {},
    },
  };
}
const ended: JournalEntryBody = { type: "operation-state", at, state: "succeeded" };
const progress = (stage: string): JournalEntryBody => ({ type: "point-of-no-return", at, stage });

async function holdElsewhere(operationId: string): Promise<ChildProcess> {
  const script = join(import.meta.dirname, "../../../support", "hold-lock.ts");
  const child = spawn(process.execPath, [script, directory, "shop", operationId], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.push(child);
  if (child.stdout === null) throw new Error("no output");
  await once(child.stdout, "data");
  return child;
}

describe("file journal: entries", () => {
  it("numbers overlapping calls in their order and reads them back elsewhere", async () => {
    await Promise.all([
      journal.append("op-1", started("op-1")),
      ...["a", "b", "c"].map((stage) => journal.append("op-1", progress(stage))),
    ]);
    const entries = await new FileJournal(directory).read("op-1");
    expect(entries.map((entry) => entry.sequence)).toEqual([1, 2, 3, 4]);
    expect(entries.slice(1).map(({ body }) => (body.type === "point-of-no-return" ? body.stage : ""))).toEqual([
      "a",
      "b",
      "c",
    ]);
  });

  it("wants an operation started first, and once", async () => {
    await expect(journal.append("op-1", ended)).rejects.toMatchObject({ code: "not-found" });
    await expect(journal.read("op-1")).rejects.toMatchObject({ code: "not-found" });
    await expect(journal.read("../op")).rejects.toMatchObject({ code: "invalid-input" });
    await journal.append("op-1", started("op-1"));
    await expect(journal.append("op-1", started("op-1"))).rejects.toMatchObject({ code: "conflict" });
  });

  it("drops a torn last line, for good with the next entry, at every place it may tear", async () => {
    await journal.append("op-1", started("op-1"));
    await journal.append("op-1", progress("a"));
    const whole = await readFile(path("op-1"));
    const firstLine = whole.indexOf(0x0a) + 1;
    for (const length of [firstLine + 1, firstLine + 40, whole.length - 1]) {
      await writeFile(path("op-1"), whole.subarray(0, length));
      const fresh = new FileJournal(directory);
      expect(await fresh.read("op-1")).toHaveLength(1);
      expect((await fresh.append("op-1", progress("b"))).sequence).toBe(2);
      expect(await fresh.read("op-1")).toHaveLength(2);
    }
  });

  it("begins again where the very first line was torn", async () => {
    await journal.append("op-1", started("op-1"));
    await writeFile(path("op-1"), (await readFile(path("op-1"))).subarray(0, 30));
    const fresh = new FileJournal(directory);
    await expect(fresh.read("op-1")).rejects.toMatchObject({ code: "not-found" });
    expect((await fresh.append("op-1", started("op-1"))).sequence).toBe(1);
  });

  it("never reads past damage in the middle", async () => {
    await journal.append("op-1", started("op-1"));
    const line = await readFile(path("op-1"), "utf8");
    await appendFile(path("op-1"), `{"torn\n${line}`);
    await expect(new FileJournal(directory).read("op-1")).rejects.toMatchObject({
      code: "fatal",
      message: expect.stringContaining("line 2"),
    });
    await writeFile(path("op-1"), line + line);
    await expect(new FileJournal(directory).read("op-1")).rejects.toMatchObject({ code: "fatal" });
  });

  it("lists operations of an application, newest first, with their state", async () => {
    expect(await journal.list("shop")).toEqual([]);
    await journal.append("op-1", started("op-1"));
    await journal.append("op-1", ended);
    await journal.append("op-2", started("op-2", "2026-11-21T11:00:00.000Z"));
    expect((await journal.list("shop")).map(({ id, state }) => [id, state])).toEqual([
      ["op-2", "running"],
      ["op-1", "succeeded"],
    ]);
    expect(await journal.list("other")).toEqual([]);
  });

  it("keeps its files to its user", async () => {
    await journal.append("op-1", started("op-1"));
    expect((await stat(path("op-1"))).mode & 0o777).toBe(0o600);
    expect((await stat(join(directory, "operations"))).mode & 0o777).toBe(0o700);
  });
});

describe("file journal: answers", () => {
  const answer = (id: string): Answer => ({ kind: "abort", id, reason: "no", by: "ann", at });

  it("gives those there and each new one, each id once, over a torn line", async () => {
    await journal.append("op-1", started("op-1"));
    await expect(journal.answer("op-2", answer("x"))).rejects.toMatchObject({ code: "not-found" });
    await journal.answer("op-1", answer("one"));
    const controller = new AbortController();
    const seen: string[] = [];
    const reader = (async () => {
      for await (const { id } of journal.answers("op-1", controller.signal)) {
        seen.push(id);
        if (id === "three") controller.abort();
      }
    })();
    await appendFile(join(directory, "operations", "op-1.answers.jsonl"), '{"kind":"abo');
    await new FileJournal(directory).answer("op-1", answer("two"));
    await journal.answer("op-1", answer("two"));
    const began = Date.now();
    await journal.answer("op-1", answer("three"));
    await reader;
    expect(Date.now() - began).toBeLessThan(1000);
    expect(seen).toEqual(["one", "two", "three"]);
  });
});

describe("file journal: lock", () => {
  it("is for one process at a time, and free again after release", async () => {
    const lock = await journal.lock({ application: "shop", operationId: "op-1", how: "start" });
    expect(await journal.holder("shop")).toMatchObject({
      operationId: "op-1",
      liveness: "alive",
      owner: { pid: process.pid },
    });
    for (const how of ["start", "resume", "seize"] as const) {
      await expect(journal.lock({ application: "shop", operationId: "op-1", how })).rejects.toMatchObject({
        code: "guard",
      });
    }
    await (await journal.lock({ application: "other", operationId: "op-9", how: "start" })).release();
    await lock.release();
    await lock.release();
    expect(await journal.holder("shop")).toBeUndefined();
    await journal.lock({ application: "shop", operationId: "op-2", how: "start" });
    await lock.release();
    expect(await journal.holder("shop")).toMatchObject({ operationId: "op-2" });
  });

  it("of a killed process is taken by a resume of its operation only", async () => {
    const child = await holdElsewhere("op-1");
    await expect(journal.lock({ application: "shop", operationId: "op-1", how: "resume" })).rejects.toMatchObject({
      code: "guard",
    });
    child.kill("SIGSTOP");
    expect(await journal.holder("shop")).toMatchObject({ liveness: "alive" });
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(await journal.holder("shop")).toMatchObject({ liveness: "dead" });
    await expect(journal.lock({ application: "shop", operationId: "op-2", how: "start" })).rejects.toThrow(/resume it/);
    await expect(journal.lock({ application: "shop", operationId: "op-2", how: "resume" })).rejects.toMatchObject({
      code: "guard",
    });
    await journal.lock({ application: "shop", operationId: "op-1", how: "resume" });
    expect(await journal.holder("shop")).toMatchObject({ liveness: "alive", owner: { pid: process.pid } });
  });

  it("of a dead process is free where its operation came to its end", async () => {
    await journal.append("op-1", started("op-1"));
    await journal.append("op-1", ended);
    const child = await holdElsewhere("op-1");
    child.kill("SIGKILL");
    await once(child, "exit");
    await journal.lock({ application: "shop", operationId: "op-2", how: "start" });
  });

  it("does not believe a pid that was given to another process, nor one of an earlier boot; another host is unknown", async () => {
    await journal.lock({ application: "shop", operationId: "op-1", how: "start" });
    const locks = join(directory, "locks", "app-shop");
    const file = join(locks, (await readdir(locks)).find((name) => name.endsWith(".lock")) ?? "");
    const record = JSON.parse(await readFile(file, "utf8"));
    const holder = async (owner: object) => {
      await writeFile(file, JSON.stringify({ ...record, owner: { ...record.owner, ...owner } }));
      return (await journal.holder("shop"))?.liveness;
    };
    expect(await holder({})).toBe("alive");
    expect(await holder({ start: "1" })).toBe("dead");
    expect(await holder({ scope: `00000000-0000-0000-0000-000000000000 ${record.owner.scope.split(" ")[1]}` })).toBe(
      "dead",
    );
    expect(await holder({ scope: `${record.owner.scope.split(" ")[0]} pid:[1]` })).toBe("unknown");
    expect(await holder({ host: "elsewhere" })).toBe("unknown");
    await expect(journal.lock({ application: "shop", operationId: "op-1", how: "resume" })).rejects.toMatchObject({
      code: "guard",
    });
    await new FileJournal(directory).lock({ application: "shop", operationId: "op-1", how: "seize" });
    await expect(journal.append("op-1", started("op-1"))).rejects.toMatchObject({ code: "stale-epoch" });
  });

  it("goes to exactly one of many that take over the same dead holder", async () => {
    for (let round = 0; round < 3; round++) {
      const child = await holdElsewhere("op-1");
      child.kill("SIGKILL");
      await once(child, "exit");
      const rivals = Array.from({ length: 12 }, () =>
        new FileJournal(directory).lock({ application: "shop", operationId: "op-1", how: "resume" }),
      );
      const won = (await Promise.allSettled(rivals)).filter((result) => result.status === "fulfilled");
      expect(won).toHaveLength(1);
      await won[0]?.value.release();
    }
  });
});
