/** Entry of a worker thread: walks through histories, with the driver's source as it is or with a mutation. */
import { registerHooks } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parentPort, workerData } from "node:worker_threads";
import type { Mutation } from "./mutations.ts";

export interface WalkOrder {
  readonly runs: number;
  readonly seed: number;
  /** See `historyOf`. */
  readonly every: number;
  readonly first: number;
  readonly mutation?: Mutation;
  /** Of auxiliary plans. */
  readonly auxiliary?: boolean;
  /** With a person who runs `up` with an old file. */
  readonly hand?: boolean;
}

export interface WalkResult {
  readonly runs: number;
  readonly states: number;
  readonly steps: number;
  /** The first history that violated an invariant, made small unless there is a mutation. */
  readonly violations: readonly string[];
  readonly history: string | undefined;
  /** Edits whose text was not found exactly once. */
  readonly misplaced: readonly string[];
}

const order = workerData as WalkOrder;
const root = resolve(import.meta.dirname, "../..");
const misplaced: string[] = [];
const pending = new Set(order.mutation?.edits ?? []);

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    const edits = [...pending].filter((edit) => pathToFileURL(resolve(root, edit.file)).href === url);
    if (edits.length === 0 || loaded.source === undefined || loaded.source === null) return loaded;
    let source =
      typeof loaded.source === "string" ? loaded.source : Buffer.from(loaded.source as Uint8Array).toString();
    for (const edit of edits) {
      pending.delete(edit);
      if (source.split(edit.find).length !== 2) misplaced.push(`${edit.file}: ${edit.find}`);
      source = source.replace(edit.find, () => edit.replace);
    }
    return { ...loaded, source };
  },
});

const { default: fc } = await import("fast-check");
const { auxiliaryHistoryOf, handHistoryOf, historyOf } = await import("./actions.ts");
const { Explorer } = await import("./explorer.ts");

const histories = order.auxiliary === true ? auxiliaryHistoryOf : order.hand === true ? handHistoryOf : historyOf;
const explorer = new Explorer();
let runs = 0;
const result = await fc.check(
  fc.asyncProperty(histories(order.every, order.first), async (history) => {
    runs += 1;
    const violations = await explorer.walk(history);
    if (violations.length > 0) throw new Error(violations.join("\n"));
  }),
  { numRuns: order.runs, seed: order.seed, endOnFailure: order.mutation !== undefined },
);
const thrown = result.errorInstance;
const answer: WalkResult = {
  runs,
  states: explorer.states,
  steps: explorer.steps,
  violations: thrown instanceof Error ? thrown.message.split("\n") : [],
  history: result.counterexample?.map((each) => JSON.stringify(each)).join(),
  misplaced: [...misplaced, ...[...pending].map((edit) => `${edit.file}: never loaded`)],
};
parentPort?.postMessage(answer);
