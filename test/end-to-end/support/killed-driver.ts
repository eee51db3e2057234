import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { DriverRun } from "./driver-run.ts";

const entrySchema = z.object({
  operationId: z.string(),
  sequence: z.number(),
  body: z.looseObject({ type: z.string(), stage: z.string().optional(), state: z.string().optional() }),
});

export interface Kills {
  /** Every kind of entry that the journal got, in order. */
  readonly seen: readonly string[];
  /** What the journal had just got when the driver was killed, in order. */
  readonly at: readonly string[];
  readonly operation: string;
}

/** Which kinds of entries to kill at: each `every`-th of those that come, from the one with the index `from` on. */
export interface KillAt {
  readonly every: number;
  readonly from: number;
}

/**
 * Runs a plan, and kills the driver (SIGKILL) as soon as the journal has a kind of entry that it did not have before, each time going on
 * with `resume`, until nothing new is written and the operation ends. The journal is read from outside, as anybody could.
 */
export async function killAtWrites(
  projectRoot: string,
  stateDirectory: string,
  plan: readonly string[],
  { every, from }: KillAt,
): Promise<Kills> {
  const journal = join(stateDirectory, "journal", "operations");
  const before = new Set(await names(journal));
  const seen: string[] = [];
  const killed: string[] = [];
  let operation: string | undefined;
  let run = new DriverRun(projectRoot, plan, {});
  for (;;) {
    operation ??= (await names(journal)).find((name) => !before.has(name));
    const fresh =
      operation === undefined ? [] : (await entries(join(journal, operation))).filter((key) => !seen.includes(key));
    const wanted = fresh.some((_, index) => (seen.length + index) % every === from);
    seen.push(...fresh);
    if (wanted && !run.ended) {
      killed.push(...fresh);
      run.signal("SIGKILL");
      await run.exit;
      run = new DriverRun(projectRoot, ["resume"], {});
      continue;
    }
    if (run.ended) {
      const code = await run.exit;
      if (code === 0) break;
      const last = `${killed.length} kills, the last at ${killed.at(-1)}`;
      throw new Error(`the driver ended with ${code} after ${last}: ${run.errors.slice(-1000)}`);
    }
    await sleep(5);
  }
  return { seen, at: killed, operation: operation?.replace(/\.jsonl$/, "") ?? "" };
}

async function names(journal: string): Promise<readonly string[]> {
  const found = await readdir(journal).catch((): string[] => []);
  return found.filter((name) => name.endsWith(".jsonl") && !name.includes("answers"));
}

/** Whole lines only: the last one may be half written when a driver dies. */
async function entries(file: string): Promise<readonly string[]> {
  const lines = (await readFile(file, "utf8")).split("\n").slice(0, -1);
  return lines.flatMap((line) => {
    const entry = entrySchema.safeParse(parseJson(line)).data;
    if (entry === undefined) return [];
    const { type, stage, state } = entry.body;
    return [[type, stage ?? state].filter((part) => part !== undefined).join(" ")];
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
