import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { ProcessSpec } from "../../../sandbox/contracts/contracts.ts";
import { environmentOf, familyOf, processEntry } from "../../../sandbox/supervise/proc.ts";
import { SupervisedProcesses } from "../../../sandbox/supervise/processes.ts";
import { RunFiles } from "../../../sandbox/supervise/run-files.ts";

let directory: string;
let processes: SupervisedProcesses;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "pilotlight-processes-"));
  processes = new SupervisedProcesses({ directory, stopGraceMs: 400, firstBackOffMs: 50 });
});

afterEach(async () => {
  await processes.stopAll();
  await new RunFiles(directory).endLeftovers(0);
  await rm(directory, { recursive: true, force: true });
});

function shell(name: string, script: string, more: Partial<ProcessSpec> = {}): ProcessSpec {
  return { name, cloud: "aws", command: "/bin/sh", args: ["-c", script], ...more };
}

function pidOf(name: string): number {
  const pid = processes.list().find((status) => status.name === name)?.pid;
  if (pid === undefined) throw new Error(`${name} has no pid`);
  return pid;
}

const stateOf = (pid: number): string | undefined => {
  try {
    return readFileSync(`/proc/${pid}/stat`, "latin1").split(") ")[1]?.[0];
  } catch {
    return undefined;
  }
};
const isGone = (pid: number): boolean => processEntry(pid) === undefined;

async function family(pid: number, size: number): Promise<readonly number[]> {
  const identity = { pid, startTime: processEntry(pid)?.startTime ?? "" };
  await vi.waitFor(() => expect(familyOf(identity)).toHaveLength(size));
  return familyOf(identity);
}

test("starts with a small environment, waits until ready, logs, stops", async () => {
  vi.stubEnv("SOMETHING_SECRET", "yes");
  const flag = join(directory, "ready");
  await processes.start(
    shell("server", `echo hello; sleep 0.2; touch ${flag}; exec sleep 60`, {
      env: { EXTRA: "1" },
      ready: async () => readFileSync(flag) !== undefined,
    }),
  );
  const pid = pidOf("server");
  const environment = environmentOf(pid);
  expect(environment?.get("PILOTLIGHT_SANDBOX_SITE")).toBe("aws");
  expect(environment?.get("EXTRA")).toBe("1");
  expect(environment?.has("SOMETHING_SECRET")).toBe(false);
  expect(readFileSync(join(directory, "logs", "server.log"), "utf8")).toBe("hello\n");
  expect(processes.list()[0]?.state).toBe("running");
  await processes.stop("server");
  expect(isGone(pid)).toBe(true);
  vi.unstubAllEnvs();
});

test("says why it did not start, with the log's end", async () => {
  const spec = shell("broken", "echo the disk is full; exit 3", { ready: async () => false });
  await expect(processes.start(spec)).rejects.toThrow(/broken exited with code 3.*broken\.log\nthe disk is full/s);
  await expect(processes.start({ ...spec, name: "absent", command: "/nowhere/at-all" })).rejects.toThrow(
    /cannot be started/,
  );
});

test("gives up on one that does not get ready, and ends it", async () => {
  const spec = shell("slow", "exec sleep 60", { ready: async () => false, readyTimeoutMs: 300 });
  await expect(processes.start(spec)).rejects.toThrow(/slow was not ready after 0\.3 s/);
  expect(processes.list()[0]).toMatchObject({ state: "failed", pid: undefined });
});

test("kills one that ignores the stop signal, also what left its group", async () => {
  await processes.start(shell("stubborn", "trap '' TERM; setsid sleep 61 & sleep 62"));
  const members = await family(pidOf("stubborn"), 3);
  await processes.stop("stubborn");
  await vi.waitFor(() => expect(members.filter((pid) => !isGone(pid))).toEqual([]));
});

test("freezes and thaws a process with children that made sessions of their own", async () => {
  await processes.start(shell("tree", "setsid sleep 61 & sleep 62 & wait"));
  const members = await family(pidOf("tree"), 3);
  processes.freezeCloud("azure");
  expect(members.map(stateOf)).not.toContain("T");
  processes.freezeCloud("aws");
  await vi.waitFor(() => expect(members.map(stateOf)).toEqual(["T", "T", "T"]));
  expect(processes.list()[0]?.state).toBe("frozen");
  processes.thawCloud("aws");
  await vi.waitFor(() => expect(members.map(stateOf)).not.toContain("T"));
  processes.freeze("tree");
  await processes.stop("tree");
  await vi.waitFor(() => expect(members.every(isGone)).toBe(true));
});

test("holds up starts in a frozen cloud", async () => {
  processes.freezeCloud("aws");
  const starting = processes.start(shell("late", "exec sleep 60"));
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(processes.list()[0]?.pid).toBeUndefined();
  processes.thawCloud("aws");
  await starting;
  expect(processes.list()[0]?.state).toBe("running");
});

test("restarts after a kill, with back-off, and not after a stop", async () => {
  const exits: unknown[] = [];
  await processes.start(
    shell("phoenix", "exec sleep 60", { restart: true, onExit: (_, signal) => exits.push(signal) }),
  );
  const first = pidOf("phoenix");
  await processes.kill("phoenix");
  expect(isGone(first)).toBe(true);
  await vi.waitFor(() => expect(processes.list()[0]?.state).toBe("running"));
  const second = pidOf("phoenix");
  expect(second).not.toBe(first);
  await processes.stop("phoenix");
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(isGone(second)).toBe(true);
  expect(processes.list()).toEqual([]);
  expect(exits).toEqual(["SIGKILL", "SIGTERM"]);
});

test("names what there is when a name is unknown", async () => {
  await processes.start(shell("alpha", "exec sleep 60"));
  expect(() => processes.freeze("beta")).toThrow('no process is named "beta"; there are: alpha');
});

test("ends what a killed supervisor left, and never a recycled pid", async () => {
  // A supervisor that dies by SIGKILL, in a process of its own.
  const code = `
    import { SupervisedProcesses } from ${JSON.stringify(join(import.meta.dirname, "../../../sandbox/supervise/processes.ts"))};
    const processes = new SupervisedProcesses({ directory: process.argv[2] });
    await processes.start({ name: "left", cloud: "aws", command: "/bin/sh", args: ["-c", "setsid sleep 61 & sleep 62 & wait"] });
    console.log(processes.list()[0].pid);
    setInterval(() => {}, 1000);`;
  const script = join(directory, "supervisor.mjs");
  writeFileSync(script, code);
  const supervisor: ChildProcess = spawn(process.execPath, [script, directory], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const pid = await new Promise<number>((resolve) =>
    supervisor.stdout?.once("data", (data) => resolve(Number(String(data)))),
  );
  const members = await family(pid, 3);
  supervisor.kill("SIGKILL");

  // The pid of an innocent process with another start time: as if the number had been given out anew.
  const innocent = spawn("/bin/sleep", ["30"]);
  const innocentPid = innocent.pid ?? 0;
  const runFiles = new RunFiles(directory);
  runFiles.record("recycled", { pid: innocentPid, startTime: "1" }, "SIGTERM");
  try {
    expect(members.every((member) => !isGone(member))).toBe(true);
    const ended = await runFiles.endLeftovers(2000);
    expect(ended).toContain("left");
    await vi.waitFor(() => expect(members.filter((member) => !isGone(member))).toEqual([]));
    expect(isGone(innocentPid)).toBe(false);
    expect(runFiles.leftovers()).toEqual([]);
  } finally {
    innocent.kill("SIGKILL");
  }
});
