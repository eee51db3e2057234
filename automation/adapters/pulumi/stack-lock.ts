import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { hostname } from "node:os";

/** Who holds the lock of a stack in a self-managed backend (a file, a bucket), as the engine's message says. */
export interface StackLock {
  readonly user: string;
  readonly host: string;
  readonly pid: number;
  readonly since: string;
}

/** From the text of the engine's error; empty when it does not name every holder (Pulumi Cloud names none). */
export function parseLocks(text: string): readonly StackLock[] {
  const locks = [...text.matchAll(/created by (.+?)@(\S+) \(pid (\d+)\) at (\S+)/g)].map(
    ([, user = "", host = "", pid = "", since = ""]) => ({
      user,
      host,
      pid: Number(pid),
      since,
    }),
  );
  const told = Number(/locked by (\d+) lock/.exec(text)?.[1] ?? locks.length);
  // `pulumi cancel` removes all of them: one that is not known may be alive.
  return locks.length < told ? [] : locks;
}

/** `dead`: on this machine, and its process is gone. `here`: on this machine and at work. `elsewhere`: we cannot know. */
export async function lockState(lock: StackLock): Promise<"dead" | "here" | "elsewhere"> {
  if (lock.host !== hostname()) return "elsewhere";
  return (await isEngine(lock.pid)) ? "here" : "dead";
}

export function describeLock(lock: StackLock, now: Date): string {
  const age = Math.max(0, Math.round((now.getTime() - Date.parse(lock.since)) / 1000));
  return `${lock.user}@${lock.host} (pid ${lock.pid}), since ${lock.since}${Number.isNaN(age) ? "" : ` (${age} s)`}`;
}

/** A process with this pid that is the engine's command line; a pid given to something else since does not count. */
async function isEngine(pid: number): Promise<boolean> {
  if (process.platform === "linux") {
    const args = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
    return args.includes("pulumi");
  }
  return new Promise((resolve) => {
    execFile("ps", ["-o", "args=", "-p", String(pid)], { timeout: 2000 }, (error, stdout) => {
      resolve(error === null && stdout.includes("pulumi"));
    });
  });
}
