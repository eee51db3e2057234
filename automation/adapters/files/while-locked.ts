import { pause } from "../../lib/interruption.ts";
import { durable } from "./durable.ts";
import { FileLock, type FileLockHandle } from "./file-lock.ts";

export interface LockedOptions {
  /** Directory of the lock; made with its parents. */
  readonly lock: string;
  readonly note: string;
  /** Of what the lock is, for errors. */
  readonly what: string;
  readonly signal: AbortSignal;
}

/** Runs short work alone among the processes of this machine: waits for a holder that lives, takes over from one that is dead. */
export async function whileLocked<T>(options: LockedOptions, work: () => Promise<T>): Promise<T> {
  const handle = await acquire(options);
  try {
    return await work();
  } finally {
    await handle.release();
  }
}

async function acquire({ lock, note, what, signal }: LockedOptions): Promise<FileLockHandle> {
  await durable.directory(lock);
  const held = new FileLock(lock);
  for (;;) {
    const result = await held.acquire(note, (holder) => holder.liveness === "dead");
    if ("handle" in result) return result.handle;
    await pause(`lock of ${what}`, 10, signal);
  }
}
