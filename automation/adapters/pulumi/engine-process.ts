import { execFile } from "node:child_process";

/** SIGKILL for the child of ours whose arguments hold `token`. The Automation API does not give its process out. */
export async function killCommand(token: string): Promise<void> {
  const list = await new Promise<string>((resolve) => {
    execFile(
      "ps",
      ["-A", "-ww", "-o", "pid=,ppid=,args="],
      { timeout: 5000, maxBuffer: 16 * 1024 * 1024 },
      (_error, stdout) => resolve(stdout),
    );
  });
  for (const line of list.split("\n")) {
    const [, pid, parent, args = ""] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    if (Number(parent) !== process.pid || !args.includes(token)) continue;
    try {
      process.kill(Number(pid), "SIGKILL");
    } catch {
      // It ended by itself in the meantime.
    }
  }
}
