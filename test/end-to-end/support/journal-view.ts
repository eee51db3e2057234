import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { machineText, patienceSignal } from "../../support/patience.ts";

const entrySchema = z.object({
  body: z.looseObject({ type: z.string(), stage: z.string().optional(), guard: z.string().optional() }),
});
type Entry = z.infer<typeof entrySchema>["body"];

/** A driver's journal as anybody may read it: the files. */
export class JournalView {
  readonly #operations: string;

  constructor(stateDirectory: string) {
    this.#operations = join(stateDirectory, "journal", "operations");
  }

  /** Ids of all operations, the oldest first. */
  async ids(): Promise<readonly string[]> {
    const ending = ".entries.jsonl";
    const names = await readdir(this.#operations).catch((): string[] => []);
    const stamp = (id: string): string => id.split("-").at(-2) ?? id;
    return names
      .filter((name) => name.endsWith(ending))
      .map((name) => name.slice(0, -ending.length))
      .toSorted((a, b) => stamp(a).localeCompare(stamp(b)));
  }

  async text(id: string): Promise<string> {
    return readFile(join(this.#operations, `${id}.entries.jsonl`), "utf8");
  }

  /** Whole lines only: the last one may be half written just now. */
  async entries(id: string): Promise<readonly Entry[]> {
    const lines = (await this.text(id)).split("\n").slice(0, -1);
    return lines.map((line) => entrySchema.parse(JSON.parse(line)).body);
  }

  /** The first operation that is not among `known`, as soon as its journal has an entry of this type (and stage, or guard). */
  async until(
    known: readonly string[],
    wanted: { readonly type: string; readonly stage?: string; readonly guard?: string },
    seconds = 300,
  ): Promise<string> {
    const deadline = patienceSignal(seconds * 1000);
    for (;;) {
      const id = (await this.ids()).find((each) => !known.includes(each));
      const entries = id === undefined ? [] : await this.entries(id);
      if (id !== undefined && entries.some((entry) => matches(entry, wanted))) return id;
      if (deadline.aborted) {
        const last = entries.at(-1);
        throw new Error(
          `not within ${seconds} s (${machineText()}): ${JSON.stringify(wanted)}; ${id}: last ${JSON.stringify(last)}`,
        );
      }
      await sleep(20);
    }
  }
}

function matches(entry: Entry, wanted: { readonly type: string; readonly stage?: string; readonly guard?: string }) {
  const question = z.object({ guard: z.string() }).safeParse(entry["question"]).data;
  return (
    entry.type === wanted.type &&
    (wanted.stage === undefined || entry.stage === wanted.stage) &&
    (wanted.guard === undefined || (entry.guard ?? question?.guard) === wanted.guard)
  );
}
