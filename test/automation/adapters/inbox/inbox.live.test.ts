import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FileInbox } from "../../../../automation/adapters/inbox/file-inbox.ts";
import type { Alert } from "../../../../automation/ports/inbox.ts";

const alert = (key: string, receivedAt = "2026-11-21T03:00:05.000Z"): Alert => ({
  ...{ key, source: "alertmanager", status: "firing", summary: key, receivedAt },
});
const fileOf = (key: string): string => `${createHash("sha256").update(key).digest("hex")}.json`;
const day = 24 * 3600;

describe("the alert inbox", () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "inbox-"));
  });
  afterEach(() => rm(directory, { recursive: true }));

  /** As versions before this one left them: decided and undecided in one directory. */
  function fill(count: number, more: object = {}): void {
    for (let index = 0; index < count; index++) {
      writeFileSync(join(directory, fileOf(`old-${index}`)), JSON.stringify({ ...alert(`old-${index}`), ...more }));
    }
  }

  it("opens few files, takes little memory and answers at once with 100,000 entries", {
    timeout: 180_000,
  }, async () => {
    fill(100_000, { decision: "watched: score 0" });
    const script = `
      const { FileInbox } = await import(${JSON.stringify(resolve("automation/adapters/inbox/file-inbox.ts"))});
      const inbox = new FileInbox(process.argv[1]);
      const timed = async (work) => { const began = performance.now(); const value = await work(); return [value, performance.now() - began]; };
      const before = process.memoryUsage().rss;
      const [fresh, putMs] = await timed(() => inbox.put(${JSON.stringify(alert("new"))}));
      const first = await inbox.pending();
      await inbox.done("new", "watched");
      const [again] = await timed(() => inbox.put(${JSON.stringify(alert("new"))}));
      await inbox.pending();
      const [later, pendingMs] = await timed(() => inbox.pending());
      const grown = (process.memoryUsage().rss - before) / 1048576;
      console.log(JSON.stringify({ fresh, first: first.map(({ key }) => key), again, later, putMs, pendingMs, grown }));
    `;
    const shell = 'ulimit -n 256; exec "$0" --input-type=module -e "$1" "$2"';
    const { stdout } = await promisify(execFile)("bash", ["-c", shell, process.execPath, script, directory]);
    const seen = JSON.parse(stdout);
    expect(seen).toMatchObject({ fresh: true, first: ["new"], again: false, later: [] });
    // How long the one look takes that clears what earlier versions left depends on the disk; it runs beside the watch.
    expect(seen.putMs).toBeLessThan(5000);
    expect(seen.pendingMs).toBeLessThan(5000);
    expect(seen.grown).toBeLessThan(200);
    // What is beyond the bounds is gone from the disk, not only from sight.
    expect(readdirSync(directory).length + readdirSync(join(directory, "decided")).length).toBeLessThanOrEqual(10_002);
  });

  it("keeps the newest alerts where none is ever decided on, as in a driver that stands by", async () => {
    const inbox = new FileInbox(directory, { waiting: 20, decided: 30, page: 10 });
    for (let index = 0; index < 100; index++) expect(await inbox.put(alert(`a-${index}`))).toBe(true);
    const names = await readdir(directory);
    expect(names.filter((name) => name.endsWith(".json")).length).toBeLessThanOrEqual(30);
    expect(names).toContain(fileOf("a-99"));
    expect((await readdir(join(directory, "decided"))).length).toBeLessThanOrEqual(30);
  });

  it("forgets decided alerts by age and by count, and no others", async () => {
    const inbox = new FileInbox(directory, { decided: 5 });
    for (let index = 0; index < 10; index++) {
      await inbox.put(alert(`a-${index}`));
      await inbox.done(`a-${index}`, "watched");
      const at = Date.now() / 1000 - (10 - index) * day;
      utimesSync(join(directory, "decided", fileOf(`a-${index}`)), at, at);
    }
    await inbox.put(alert("waits"));
    utimesSync(join(directory, fileOf("waits")), 0, 0);
    // As after a restart: the first look prunes. a-3 is 7 days old and a bit, a-4 is not.
    const restarted = new FileInbox(directory, { decided: 6 });
    expect(await restarted.pending()).toMatchObject([{ key: "waits" }]);
    expect((await readdir(join(directory, "decided"))).sort()).toEqual(
      [4, 5, 6, 7, 8, 9].map((n) => fileOf(`a-${n}`)).sort(),
    );
    expect(await restarted.put(alert("a-9"))).toBe(false);
    expect(await restarted.put(alert("a-0"))).toBe(true);
  });

  it("reads a bounded number at a time, and comes to all of them", async () => {
    const inbox = new FileInbox(directory, { page: 7 });
    for (let index = 0; index < 20; index++)
      await inbox.put(alert(`a-${index}`, `2026-11-21T03:00:${10 + index}.000Z`));
    const sizes: number[] = [];
    for (;;) {
      const page = await inbox.pending();
      if (page.length === 0) break;
      sizes.push(page.length);
      expect(page.map(({ receivedAt }) => receivedAt)).toEqual(page.map(({ receivedAt }) => receivedAt).toSorted());
      for (const { key } of page) await inbox.done(key, "watched");
    }
    expect(sizes).toEqual([7, 7, 6]);
  });

  it("takes an alert again whose file was torn, and clears what a crash left", async () => {
    const inbox = new FileInbox(directory);
    await writeFile(join(directory, fileOf("torn")), '{"key":"to');
    await writeFile(join(directory, "left.draft"), "{");
    utimesSync(join(directory, "left.draft"), 0, 0);
    expect(await inbox.pending()).toEqual([]);
    expect(await inbox.put(alert("torn"))).toBe(true);
    expect(await readdir(directory)).toEqual(expect.arrayContaining([fileOf("torn"), "decided"]));
    expect(await readdir(directory)).toHaveLength(2);
  });

  it("says that it cannot read its directory instead of finding nothing there", async () => {
    const inbox = new FileInbox(join(directory, "file"));
    writeFileSync(join(directory, "file"), "");
    await expect(inbox.pending()).rejects.toMatchObject({ message: expect.stringContaining("ENOTDIR") });
    mkdirSync(join(directory, "none"));
    expect(await new FileInbox(join(directory, "none")).pending()).toEqual([]);
  });
});
