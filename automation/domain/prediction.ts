import type { JournalEntry } from "./journal-entry.ts";
import { replay } from "./journal-state.ts";
import type { Mode, OperationRecord, PlanName } from "./operation.ts";

/** How long one stage took, all attempts together, without the time in which it waited for a person. */
export interface StageTime {
  readonly stage: string;
  readonly seconds: number;
}

/** What one operation teaches. */
export interface TimedOperation {
  readonly id: string;
  readonly plan: PlanName;
  readonly mode: Mode;
  readonly startedAt: string;
  readonly stages: readonly StageTime[];
}

export interface PredictedStage {
  readonly name: string;
  /** After the operation's start. Undefined: it, or something that it needs, was never timed. */
  readonly startsAfterSeconds: number | undefined;
  /** Median of the newest operations that ran it. */
  readonly seconds: number | undefined;
  /** How many operations that is of. */
  readonly samples: number;
}

export interface Prediction {
  /** The critical path's length. Undefined where a stage on a path to the end was never timed. */
  readonly seconds: number | undefined;
  /** Until users are served again: the end of `verify-public`; undefined in plans without it. */
  readonly recoverySeconds: number | undefined;
  /** The stages that decide on `seconds`, first to last. With unknown ones: of what is known. */
  readonly criticalPath: readonly string[];
  readonly stages: readonly PredictedStage[];
}

interface Node {
  readonly name: string;
  readonly needs: readonly string[];
}

/** So many of the newest operations count: older ones tell of another estate. */
const newestCount = 10;

/** From a whole journal. A stage that was found done, undone, or not finished teaches nothing. */
export function timesOf(entries: readonly JournalEntry[]): TimedOperation {
  const { id, plan, mode, startedAt } = replay(entries);
  const stages = entries.flatMap(({ body }): StageTime[] => {
    if (body.type !== "stage-result" || body.already) return [];
    const seconds = secondsOf(entries, body.stage, Date.parse(body.at));
    return seconds === undefined ? [] : [{ stage: body.stage, seconds }];
  });
  return { id, plan, mode, startedAt, stages };
}

/** Undefined: it was broken off in between, and how long nobody was at work is not known. */
function secondsOf(entries: readonly JournalEntry[], stage: string, endedAt: number): number | undefined {
  let startedAt: number | undefined;
  let askedAt: number | undefined;
  let waited = 0;
  for (const { body } of entries) {
    const at = Date.parse(body.at ?? "");
    if (at > endedAt) break;
    if (body.type === "stage-started" && body.stage === stage) startedAt ??= at;
    if (body.type === "operation-resumed" && startedAt !== undefined) return undefined;
    if (body.type === "question" && body.question.stage === stage) askedAt ??= at;
    if (body.type === "question-closed" && body.stage === stage && askedAt !== undefined) {
      waited += at - askedAt;
      askedAt = undefined;
    }
  }
  // It got through by itself while it still waited: the answer is written down after the result.
  if (askedAt !== undefined) waited += endedAt - askedAt;
  return startedAt === undefined ? undefined : Math.max(0, endedAt - startedAt - waited) / 1000;
}

/**
 * Predicts a graph from past operations: same plan and mode where there are any, else the same plan, else any plan that has the stage.
 */
export function predict(
  graph: readonly Node[],
  { plan, mode }: Pick<OperationRecord, "plan" | "mode">,
  past: readonly TimedOperation[],
): Prediction {
  const timed = new Map(graph.map(({ name }) => [name, typical(name, plan, mode, past)]));
  return schedule(graph, (name) => timed.get(name) ?? { seconds: undefined, samples: 0 });
}

interface Typical {
  readonly seconds: number | undefined;
  readonly samples: number;
}

function typical(stage: string, plan: PlanName, mode: Mode, past: readonly TimedOperation[]): Typical {
  const newestFirst = past.toSorted((a, b) => b.startedAt.localeCompare(a.startedAt));
  const kinds: readonly ((each: TimedOperation) => boolean)[] = [
    (each) => each.plan === plan && each.mode === mode,
    (each) => each.plan === plan,
    () => true,
  ];
  for (const isLike of kinds) {
    const seconds = newestFirst
      .filter(isLike)
      .flatMap(({ stages }) => stages.filter((each) => each.stage === stage).map((each) => each.seconds))
      .slice(0, newestCount);
    if (seconds.length > 0) return { seconds: median(seconds), samples: seconds.length };
  }
  return { seconds: undefined, samples: 0 };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const [low = 0, high = low] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]];
  return (low + high) / 2;
}

/** Every stage as early as its needs allow: what the runner does. */
function schedule(graph: readonly Node[], timeOf: (name: string) => Typical): Prediction {
  const ends = new Map<
    string,
    { readonly known: number; readonly sure: boolean; readonly after: string | undefined }
  >();
  const stages = graph.map(({ name, needs }): PredictedStage => {
    const before = needs.flatMap((need) => ends.get(need) ?? []);
    const start = Math.max(0, ...before.map((each) => each.known));
    const sure = before.every((each) => each.sure);
    const after = needs.find((need) => ends.get(need)?.known === start);
    const { seconds, samples } = timeOf(name);
    ends.set(name, { known: start + (seconds ?? 0), sure: sure && seconds !== undefined, after });
    return { name, startsAfterSeconds: sure ? start : undefined, seconds, samples };
  });
  const last = [...ends].reduce<string | undefined>(
    (found, [name, { known }]) => (found === undefined || known >= (ends.get(found)?.known ?? 0) ? name : found),
    undefined,
  );
  const path: string[] = [];
  for (let at = last; at !== undefined; at = ends.get(at)?.after) path.unshift(at);
  const total = (name: string | undefined): number | undefined => {
    const end = name === undefined ? undefined : ends.get(name);
    return end?.sure === true ? end.known : undefined;
  };
  return {
    seconds: [...ends.values()].every((each) => each.sure) ? total(last) : undefined,
    recoverySeconds: total(ends.has("verify-public") ? "verify-public" : undefined),
    criticalPath: path,
    stages,
  };
}

/** How much longer an operation that is under way will take; undefined where that is not known. What runs has its typical time less what has passed. */
export function secondsLeft(record: OperationRecord, past: readonly TimedOperation[], now: Date): number | undefined {
  const { seconds } = schedule(record.stages, (name) => {
    const stage = record.stages.find((each) => each.name === name);
    if (stage?.state === "done") return { seconds: 0, samples: 1 };
    const { seconds: usual, samples } = typical(name, record.plan, record.mode, past);
    const since = stage?.state === "running" ? stage.startedAt : undefined;
    const passed = since === undefined ? 0 : (now.getTime() - Date.parse(since)) / 1000;
    return { seconds: usual === undefined ? undefined : Math.max(0, usual - passed), samples };
  });
  return seconds;
}

export interface StageComparison {
  readonly name: string;
  readonly predictedSeconds: number | undefined;
  readonly actualSeconds: number | undefined;
}

/** Predicted against actual. */
export interface Comparison {
  readonly predictedSeconds: number | undefined;
  /** As the stages took, one after the other where they need each other; without the waiting for people. */
  readonly actualSeconds: number | undefined;
  readonly predictedPath: readonly string[];
  /** What decided on the time that it took: the lower bound of this run. */
  readonly actualPath: readonly string[];
  readonly stages: readonly StageComparison[];
}

/** What would have been predicted from the operations before it, and what came of it. */
export function compare(entries: readonly JournalEntry[], past: readonly TimedOperation[]): Comparison {
  const record = replay(entries);
  const earlier = past.filter((each) => each.startedAt < record.startedAt && each.id !== record.id);
  const predicted = predict(record.stages, record, earlier);
  const own = new Map(timesOf(entries).stages.map(({ stage, seconds }) => [stage, seconds]));
  const actual = schedule(record.stages, (name) => ({ seconds: own.get(name), samples: 1 }));
  return {
    predictedSeconds: predicted.seconds,
    actualSeconds: actual.seconds,
    predictedPath: predicted.criticalPath,
    actualPath: actual.criticalPath,
    stages: predicted.stages.map(({ name, seconds }) => ({
      name,
      predictedSeconds: seconds,
      actualSeconds: own.get(name),
    })),
  };
}
