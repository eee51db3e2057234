import { DriverError } from "../../domain/errors.ts";
import { pause } from "../../lib/interruption.ts";

/** How often, and after how many milliseconds, a state is read again that was met half written. */
const rereads = { most: 10, afterMs: 300 } as const;

/** The state of a stack that is being updated is written anew at every resource, and not atomically by every backend. */
export async function reread<T>(read: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await read();
    } catch (error) {
      const said = error instanceof DriverError && error.code === "fatal" ? error.message : "";
      if (tries > rereads.most || !/failed to load checkpoint/i.test(said)) throw error;
      await pause("the stack's state", rereads.afterMs, signal);
    }
  }
}
