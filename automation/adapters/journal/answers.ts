import { watch } from "node:fs";
import { basename, dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { guardNameSchema } from "../../domain/guards.ts";
import type { Answer } from "../../ports/journal.ts";
import { durable } from "../files/durable.ts";

const common = { id: z.string().min(1), reason: z.string(), by: z.string(), at: z.string() };
const answerSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("override"), guard: guardNameSchema, ...common }),
  z.object({ kind: z.literal("abort"), ...common }),
]);

/** Milliseconds between looks where the file system tells us nothing. */
const pollMs = 500;

/** Adds an answer, durably. Many processes may write: a line that a crashed one tore is closed off first. */
export async function addAnswer(path: string, answer: Answer): Promise<void> {
  const before = await durable.read(path);
  const torn = before !== undefined && before.length > 0 && before.at(-1) !== 0x0a;
  await durable.append(path, `${torn ? "\n" : ""}${JSON.stringify(answerSchema.parse(answer))}\n`);
}

/** All answers so far, oldest first, each id once; what cannot be read was torn by a crash and never acknowledged. */
export async function readAnswers(path: string): Promise<readonly Answer[]> {
  const text = (await durable.read(path))?.toString("utf8") ?? "";
  const answers = new Map<string, Answer>();
  for (const line of text.split("\n").slice(0, -1)) {
    const parsed = answerSchema.safeParse(parseJson(line));
    if (parsed.success && !answers.has(parsed.data.id)) answers.set(parsed.data.id, parsed.data);
  }
  return [...answers.values()];
}

/** Those there, then each new one, until `signal` aborts. The directory is watched, and looked at anyway every half second. */
export async function* followAnswers(path: string, signal: AbortSignal): AsyncIterable<Answer> {
  const seen = new Set<string>();
  let wake = new AbortController();
  // A file system that cannot be watched is looked at only.
  const watcher = tryWatch(dirname(path), (name) => {
    if (name === null || name === basename(path)) wake.abort();
  });
  const onAbort = (): void => wake.abort();
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    while (!signal.aborted) {
      wake = new AbortController();
      for (const answer of await readAnswers(path)) {
        if (signal.aborted) return;
        if (seen.has(answer.id)) continue;
        seen.add(answer.id);
        yield answer;
      }
      if (!signal.aborted) await sleep(pollMs, undefined, { signal: wake.signal }).catch(() => {});
    }
  } finally {
    signal.removeEventListener("abort", onAbort);
    watcher?.close();
  }
}

function tryWatch(directory: string, onChange: (name: string | null) => void) {
  try {
    const watcher = watch(directory, (_event, name) => onChange(name));
    watcher.on("error", () => watcher.close());
    return watcher;
  } catch {
    return undefined;
  }
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
