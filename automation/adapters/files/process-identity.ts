import { execFile } from "node:child_process";
import { readFile, readlink } from "node:fs/promises";
import { hostname } from "node:os";
import { z } from "zod";

export const processIdentitySchema = z.object({
  pid: z.number().int().positive(),
  host: z.string(),
  /** ISO, for people. */
  startedAt: z.string(),
  /** Boot and process namespace; a pid means something only inside both. */
  scope: z.string(),
  /** Start of the process as the system counts it: exact, and untouched by changes of the clock. */
  start: z.string(),
});
export type ProcessIdentity = z.infer<typeof processIdentitySchema>;
export type Liveness = "alive" | "dead" | "unknown";

let own: Promise<ProcessIdentity> | undefined;

/** This process, in a form that tells it from a later one with the same pid. */
export function ownIdentity(): Promise<ProcessIdentity> {
  own ??= (async () => ({
    pid: process.pid,
    host: hostname(),
    startedAt: new Date(Date.now() - process.uptime() * 1000).toISOString(),
    scope: await scope(),
    start: (await startOf(process.pid)) ?? "unknown",
  }))();
  return own;
}

/** `dead` only when that is certain: same machine, and the pid is free or belongs to a process that started at another time. */
export async function livenessOf(identity: ProcessIdentity): Promise<Liveness> {
  if (identity.host !== hostname()) return "unknown";
  const here = await scope();
  if (identity.scope !== here) {
    const [theirBoot] = identity.scope.split(" ");
    const [ourBoot] = here.split(" ");
    return theirBoot !== "" && ourBoot !== "" && theirBoot !== ourBoot ? "dead" : "unknown";
  }
  return (await startOf(identity.pid)) === identity.start ? "alive" : "dead";
}

/** Whether a process with this pid runs on this machine, whoever it is. */
export async function isRunning(pid: number): Promise<boolean> {
  return (await startOf(pid)) !== undefined;
}

/** Boot id and pid namespace on Linux; empty parts elsewhere. */
async function scope(): Promise<string> {
  const boot = await readFile("/proc/sys/kernel/random/boot_id", "utf8").catch(() => "");
  const namespace = await readlink("/proc/self/ns/pid").catch(() => "");
  return `${boot.trim()} ${namespace}`;
}

/** Undefined: no such process, or only its remains (zombie). */
async function startOf(pid: number): Promise<string | undefined> {
  if (process.platform !== "linux") return startByPs(pid);
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  if (stat === undefined) return undefined;
  // The name in brackets may hold anything, also brackets and blanks.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields[0] === "Z" || fields[0] === "X" ? undefined : fields[19];
}

async function startByPs(pid: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile("ps", ["-o", "lstart=", "-p", String(pid)], { timeout: 2000 }, (error, stdout) => {
      resolve(error === null && stdout.trim() !== "" ? stdout.trim() : undefined);
    });
  });
}
