import { mkdir, mkdtemp, readFile, rename, rm, rmdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";

const ownerSchema = z.object({ pid: z.number().int().positive(), startedAt: z.string().optional() });
export type LockOwner = z.infer<typeof ownerSchema>;

export interface LockOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called once for each other owner that is waited for. */
  readonly onWait?: ((owner: LockOwner) => void) | undefined;
  /** Milliseconds between looks; default 250. */
  readonly pollMs?: number;
}

const breakerExpiryMs = 10_000;

/**
 * Runs `work` while this process alone holds the lock directory `path`. The lock of a process that is gone is broken.
 * Rejects with the signal's reason when aborted while waiting.
 */
export async function withLock<T>(path: string, options: LockOptions, work: () => Promise<T>): Promise<T> {
  await acquire(path, options);
  try {
    return await work();
  } finally {
    await discard(path);
  }
}

async function acquire(path: string, options: LockOptions): Promise<void> {
  const self: LockOwner = { pid: process.pid, startedAt: await startTime(process.pid) };
  let waitedFor: number | undefined;
  while (!(await claim(path, self))) {
    options.signal?.throwIfAborted();
    const owner = await readOwner(path);
    if (owner !== undefined && !(await isAlive(owner))) {
      await breakStale(path);
      continue;
    }
    if (owner !== undefined && owner.pid !== waitedFor) {
      waitedFor = owner.pid;
      options.onWait?.(owner);
    }
    await sleep(options.pollMs ?? 250, undefined, options.signal ? { signal: options.signal } : {});
  }
}

/** The directory is filled first and then renamed into place, so that a lock is never seen without its owner. */
async function claim(path: string, self: LockOwner): Promise<boolean> {
  const prepared = await mkdtemp(`${path}.claim-`);
  try {
    await writeFile(join(prepared, "owner.json"), JSON.stringify(self));
    await rename(prepared, path);
    return true;
  } catch (error) {
    await rm(prepared, { recursive: true, force: true });
    if (isCode(error, "ENOTEMPTY") || isCode(error, "EEXIST")) return false;
    throw error;
  }
}

/**
 * Two waiters may find the same dead owner. Only the one that makes the breaker directory removes the lock, and it looks
 * again first: without that, the slower one would remove the lock that the faster one has just taken.
 */
async function breakStale(path: string): Promise<void> {
  const breaker = `${path}.breaking`;
  try {
    await mkdir(breaker);
  } catch (error) {
    if (!isCode(error, "EEXIST")) throw error;
    const age = await stat(breaker).then(
      (found) => Date.now() - found.mtimeMs,
      () => 0,
    );
    if (age > breakerExpiryMs) await rmdir(breaker).catch(() => undefined);
    await sleep(50);
    return;
  }
  try {
    const owner = await readOwner(path);
    if (owner !== undefined && !(await isAlive(owner))) await discard(path);
  } finally {
    await rmdir(breaker).catch(() => undefined);
  }
}

/** Gone in one step (rename), emptied afterwards. */
async function discard(path: string): Promise<void> {
  const grave = `${path}.released-${process.pid}-${Math.random().toString(36).slice(2)}`;
  try {
    await rename(path, grave);
  } catch (error) {
    if (isCode(error, "ENOENT")) return;
    throw error;
  }
  await rm(grave, { recursive: true, force: true });
}

async function readOwner(path: string): Promise<LockOwner | undefined> {
  try {
    return ownerSchema.parse(JSON.parse(await readFile(join(path, "owner.json"), "utf8")));
  } catch {
    return undefined; // released between our two looks
  }
}

/** The start time tells the owner from a later process that was given the same pid. */
export async function isAlive(owner: LockOwner): Promise<boolean> {
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    if (!isCode(error, "EPERM")) return false;
  }
  return owner.startedAt === undefined || owner.startedAt === (await startTime(owner.pid));
}

/** Clock ticks since boot at which the process started; undefined where there is no /proc. */
async function startTime(pid: number): Promise<string | undefined> {
  try {
    const line = await readFile(`/proc/${pid}/stat`, "utf8");
    // The command name is in parentheses and may hold spaces; field 22 counts from the first one.
    return line.slice(line.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return undefined;
  }
}

export function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
