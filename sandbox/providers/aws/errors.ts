import { setTimeout as sleep } from "node:timers/promises";

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : "";
}

/** The thing asked for does not exist. Every service has a name of its own for this. */
export function isMissing(error: unknown): boolean {
  return /NotFound|NoSuch/.test(nameOf(error));
}

/** Undefined when the thing does not exist. */
export async function orMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Tries again while the error's name matches: what the thing depends on, or what depends on it, is on its way. */
export async function retryWhile<T>(names: RegExp, signal: AbortSignal, attempt: () => Promise<T>): Promise<T> {
  const until = Date.now() + 120_000;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!names.test(nameOf(error)) || Date.now() > until) throw error;
      await sleep(500, undefined, { signal });
    }
  }
}

/** Asks every 500 ms until `look` gives a value. @throws the signal's reason, with `what` as the message. */
export async function poll<T>(what: string, signal: AbortSignal, look: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (signal.aborted) throw new Error(`gave up waiting: ${what}`, { cause: signal.reason });
    await sleep(500, undefined, { signal }).catch((error: unknown) => {
      throw new Error(`gave up waiting: ${what}`, { cause: error });
    });
  }
}
