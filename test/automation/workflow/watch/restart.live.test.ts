import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FileJournal } from "../../../../automation/adapters/journal/file-journal.ts";

const program = join(import.meta.dirname, "../../../support/watch-on-disk.ts");

/** Processes of their own, and the journal, its lock and the witness on disk between them. */
describe("a watch that is started again", () => {
  let directory: string;
  let children: ChildProcess[] = [];
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "pilotlight-restart-"));
  });
  afterEach(() => {
    for (const child of children) child.kill("SIGKILL");
    children = [];
    rmSync(directory, { recursive: true, force: true });
  });

  function start(what: "move" | "watch") {
    const child = spawn(process.execPath, [program, directory, what], { stdio: ["ignore", "pipe", "inherit"] });
    children.push(child);
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
    const closed = new Promise((resolve) => child.once("close", resolve));
    const says = async (wanted: RegExp): Promise<void> => {
      const deadline = AbortSignal.timeout(30_000);
      while (!wanted.test(output)) {
        if (deadline.aborted) throw new Error(`not within 30 s: ${wanted}; ${output}`);
        await sleep(20);
      }
    };
    return { child, closed, says };
  }

  it.each(["SIGTERM", "SIGKILL"] as const)(
    "ends the failover whose driver got %s in the middle",
    async (signal) => {
      const moving = start("move");
      await moving.says(/in the middle/);
      moving.child.kill(signal);
      await moving.closed;
      const journal = new FileJournal(join(directory, "journal"));
      const [left] = await journal.list("app");
      expect(left).toMatchObject({ plan: "failover", state: "running" });
      expect((await journal.holder("app"))?.liveness).toBe(signal === "SIGKILL" ? "dead" : undefined);

      const watching = start("watch");
      await watching.says(new RegExp(`abandoned ${left?.id}: nobody runs it`));
      await watching.says(new RegExp(`ended ${left?.id} succeeded`));
      expect((await journal.list("app"))[0]).toMatchObject({ id: left?.id, state: "succeeded" });
      expect(await journal.holder("app")).toBeUndefined();
      watching.child.kill("SIGTERM");
      await watching.closed;
    },
    60_000,
  );
});
