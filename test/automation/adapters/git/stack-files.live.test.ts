import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { StackFiles } from "../../../../automation/adapters/git/stack-files.ts";

const signal = AbortSignal.timeout(60_000);
let folder: string;
let checkout: string;

const git = (...args: string[]): string =>
  execFileSync("git", ["-c", "user.name=ann", "-c", "user.email=ann@example.com", ...args], {
    cwd: checkout,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
const write = (site: string, epoch: number): void =>
  writeFileSync(
    join(checkout, `stacks/Pulumi.shop-${site}.yaml`),
    `config:\n  pilotlight:epoch: "${epoch}"\n  pilotlight:activeSite: primary\n`,
  );

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pilotlight-git-"));
  checkout = join(folder, "checkout");
  mkdirSync(join(checkout, "stacks"), { recursive: true });
  git("init", "--quiet", "--initial-branch", "main");
  git("config", "user.name", "ann");
  git("config", "user.email", "ann@example.com");
  for (const site of ["primary", "standby"]) write(site, 3);
  writeFileSync(join(checkout, "notes.txt"), "of a person\n");
  git("add", "-A");
  git("commit", "--quiet", "-m", "begin");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("the stack files in git", () => {
  it("tells the epoch that is committed, not the one in the folder", async () => {
    const files = new StackFiles(checkout, "shop");
    write("standby", 4);
    expect(await files.committedEpoch("standby", signal)).toBe(3);
    expect(await files.commit("switches", false, signal)).toMatch(/^[0-9a-f]{7,}$/);
    expect(await files.committedEpoch("standby", signal)).toBe(4);
    expect(await files.commit("switches", false, signal)).toBeUndefined();
  });

  it("commits the two files alone, whatever else was staged or changed", async () => {
    write("primary", 4);
    writeFileSync(join(checkout, "notes.txt"), "half written\n");
    git("add", "notes.txt");
    await new StackFiles(checkout, "shop").commit("switches after failover", false, signal);
    expect(git("show", "--name-only", "--format=%s", "HEAD").trim().split("\n").filter(Boolean)).toEqual([
      "switches after failover",
      "stacks/Pulumi.shop-primary.yaml",
    ]);
    expect(git("status", "--porcelain").trim()).toBe("M  notes.txt");
  });

  it("pushes, and delivers later what an earlier push could not", async () => {
    const files = new StackFiles(checkout, "shop");
    const remote = join(folder, "remote.git");
    git("remote", "add", "origin", remote);
    git("config", "branch.main.remote", "origin");
    git("config", "branch.main.merge", "refs/heads/main");
    write("standby", 4);
    await expect(files.commit("switches", true, signal)).rejects.toThrow();
    execFileSync("git", ["init", "--quiet", "--bare", "--initial-branch", "main", remote]);
    expect(await files.commit("switches", true, signal)).toBeUndefined();
    const head = execFileSync("git", ["-C", remote, "rev-parse", "main"], { encoding: "utf8" });
    expect(head).toBe(git("rev-parse", "HEAD"));
  });

  it("knows of no epoch where there is no repository, no such file, or nothing that can be read", async () => {
    const away = mkdtempSync(join(folder, "away-"));
    expect(await new StackFiles(away, "shop").committedEpoch("standby", signal)).toBeUndefined();
    expect(await new StackFiles(checkout, "other").committedEpoch("standby", signal)).toBeUndefined();
    writeFileSync(join(checkout, "stacks/Pulumi.shop-standby.yaml"), "config: 7\n");
    git("commit", "--quiet", "-am", "damaged");
    expect(await new StackFiles(checkout, "shop").committedEpoch("standby", signal)).toBeUndefined();
  });
});
