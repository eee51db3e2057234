import { DriverError } from "../../domain/errors.ts";
import { pause } from "../../lib/interruption.ts";
import { systemTimer } from "../../lib/timer.ts";
import { standardError } from "./run-engine.ts";
import { describeLock, lockState, parseLocks } from "./stack-lock.ts";

export interface LockPatience {
  readonly what: string;
  readonly signal: AbortSignal;
  readonly onProgress: ((line: string) => void) | undefined;
  /** Milliseconds to wait for a run of this machine that is still at work. */
  readonly waitMs: number;
  /** Removes the stack's lock. */
  readonly cancel: () => Promise<void>;
}

/**
 * Runs `work`; where the stack is locked: by a process of this machine that is gone, the lock is removed, once; by one that lives (a
 * killed driver leaves its engine running) its end is waited for; by anybody else, it is an error that says who and since when.
 */
export async function withLockPatience<T>(patience: LockPatience, work: () => Promise<T>): Promise<T> {
  const began = systemTimer.monotonic();
  const isOver = (): boolean => systemTimer.monotonic().since(began) > patience.waitMs;
  let mayCancel = true;
  for (;;) {
    let locked: DriverError;
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof DriverError) || error.code !== "locked") throw error;
      locked = error;
    }
    const locks = parseLocks(standardError(locked.cause));
    const owners = locks.map((lock) => describeLock(lock, new Date())).join("; ");
    const states = await Promise.all(locks.map(lockState));
    if (locks.length === 0 || states.includes("elsewhere")) throw lockedBy(patience.what, owners, locked);
    if (states.every((state) => state === "dead")) {
      if (!mayCancel) throw lockedBy(patience.what, owners, locked);
      mayCancel = false;
      patience.onProgress?.(`removing the lock of a process that is gone: ${owners}`);
      await patience.cancel();
      continue;
    }
    if (isOver()) throw lockedBy(patience.what, owners, locked);
    patience.onProgress?.(`waiting for another update of this stack: ${owners}`);
    while (!isOver() && (await Promise.all(locks.map(lockState))).includes("here")) {
      await pause(patience.what, 500, patience.signal);
    }
  }
}

function lockedBy(what: string, owners: string, cause: DriverError): DriverError {
  const who = owners === "" ? "another update (the backend does not say whose)" : owners;
  return new DriverError("locked", `${what}: the stack is locked by ${who}`, {
    field: "stack lock",
    value: owners,
    expected: "that update to end; if its process is gone for good, `pulumi cancel`",
    cause: cause.cause,
  });
}
