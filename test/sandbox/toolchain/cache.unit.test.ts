import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { cacheDirectory, cacheRoot, isComplete, makeOnce } from "../../../sandbox/toolchain/cache.ts";
import { withLock } from "../../../sandbox/toolchain/lock.ts";

let root: string;
let directory: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "pilotlight-cache-"));
  directory = join(root, "tool-1.0");
});
afterEach(() => rm(root, { recursive: true, force: true }));

const run = (...args: string[]): Promise<number | NodeJS.Signals | null> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, "slow-build.ts"), ...args], { stdio: "inherit" });
    child.once("close", (code, signal) => resolve(signal ?? code));
  });
const buildWhole = (temporary: string): Promise<void> => writeFile(join(temporary, "tool"), "whole");
/** What is left beside the finished directory. */
const others = async (): Promise<readonly string[]> => (await readdir(root)).filter((name) => name !== "tool-1.0");

describe("makeOnce", () => {
  it("builds once and leaves only the finished directory", async () => {
    let builds = 0;
    const build = (temporary: string): Promise<void> => {
      builds += 1;
      return buildWhole(temporary);
    };
    await makeOnce(directory, {}, build);
    await makeOnce(directory, {}, build);
    expect(builds).toBe(1);
    expect(await isComplete(directory)).toBe(true);
    expect(await others()).toEqual([]);
  });

  it("leaves nothing of a build that failed", async () => {
    await expect(makeOnce(directory, {}, () => Promise.reject(new Error("no compiler")))).rejects.toThrow(
      "no compiler",
    );
    expect(await readdir(root)).toEqual([]);
  });

  it("builds again after a crash between build and marker, and sweeps what that left", async () => {
    const log = join(root, "log");
    expect(await run(directory, log, "crash")).toBe("SIGKILL");
    expect(await isComplete(directory)).toBe(false);
    expect((await others()).filter((name) => /building|lock/.test(name))).toHaveLength(2);
    await makeOnce(directory, {}, buildWhole);
    expect(await readFile(join(directory, "tool"), "utf8")).toBe("whole");
    expect(await others()).toEqual(["log"]);
  });

  it("does not take a directory without its marker for a finished one", async () => {
    await mkdir(directory);
    await writeFile(join(directory, "tool"), "half");
    await makeOnce(directory, {}, buildWhole);
    expect(await readFile(join(directory, "tool"), "utf8")).toBe("whole");
  });

  it("builds once when two processes want it at the same time", async () => {
    const log = join(root, "log");
    expect(await Promise.all([run(directory, log), run(directory, log)])).toEqual([0, 0]);
    const said = (await readFile(log, "utf8")).trim().split("\n").sort();
    expect(said).toEqual(["building", "done", "done", "waiting"]);
  });
});

describe("withLock", () => {
  const held = async (owner: unknown): Promise<string> => {
    const path = join(root, "lock");
    await mkdir(path);
    await writeFile(join(path, "owner.json"), JSON.stringify(owner));
    return path;
  };

  it.each([
    ["a process that is gone", { pid: 4_194_304 }],
    ["an earlier process of the same pid", { pid: process.pid, startedAt: "1" }],
  ])("breaks the lock of %s", async (_what, owner) => {
    const path = await held(owner);
    expect(await withLock(path, { signal: AbortSignal.timeout(2_000) }, async () => "worked")).toBe("worked");
    expect(await readdir(root)).toEqual([]);
  });

  it("waits for a live owner, says so once, and gives up when aborted", async () => {
    const path = await held({ pid: process.ppid });
    const waits: number[] = [];
    const options = {
      signal: AbortSignal.timeout(200),
      pollMs: 20,
      onWait: ({ pid }: { pid: number }) => waits.push(pid),
    };
    await expect(withLock(path, options, async () => "worked")).rejects.toThrow(/abort|timeout/i);
    expect(waits).toEqual([process.ppid]);
  });

  it("lets one in at a time, also when many find the same dead owner", async () => {
    const path = await held({ pid: 4_194_304 });
    let inside = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      inside += 1;
      most = Math.max(most, inside);
      await new Promise((resolve) => setTimeout(resolve, 5));
      inside -= 1;
    };
    await Promise.all(Array.from({ length: 12 }, () => withLock(path, { pollMs: 5 }, work)));
    expect(most).toBe(1);
  });
});

describe("cache paths", () => {
  it("follow XDG_CACHE_HOME when it is absolute", () => {
    expect(cacheRoot({ XDG_CACHE_HOME: "/somewhere" })).toBe("/somewhere/pilotlight");
    expect(cacheRoot({ XDG_CACHE_HOME: "relative" })).toMatch(/\.cache\/pilotlight$/);
  });

  it("asks for a folder where the user has no home", () => {
    const none = () => {
      throw new Error("A system error occurred: uv_os_homedir returned ENOENT");
    };
    expect(() => cacheRoot({}, none)).toThrow(/no home.*set XDG_CACHE_HOME/);
    expect(cacheRoot({ XDG_CACHE_HOME: "/somewhere" }, none)).toBe("/somewhere/pilotlight");
  });

  it("asks for another folder where it cannot be made", async () => {
    await writeFile(join(root, "file"), "");
    const inside = join(root, "file", "pilotlight", "tool-1.0");
    await expect(makeOnce(inside, {}, buildWhole)).rejects.toThrow(/cannot be kept in .*ENOTDIR.*set XDG_CACHE_HOME/);
  });

  it("change with every input, wherever one ends", () => {
    const of = (...inputs: string[]): string => cacheDirectory("/cache", { part: "tool", version: "1", inputs });
    expect(new Set([of("ab", "c"), of("a", "bc"), of("abc"), of("ab", "d")]).size).toBe(4);
    expect(of("a")).toMatch(new RegExp(`^/cache/tool-1-${process.platform}-${process.arch}-[0-9a-f]{12}$`));
  });
});
