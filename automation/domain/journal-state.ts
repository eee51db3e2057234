import { DriverError } from "./errors.ts";
import type { JournalEntry, JournalEntryBody } from "./journal-entry.ts";
import { isEnded, type OperationRecord, type Question, type StageRecord } from "./operation.ts";
import { requireOperationMove } from "./operation-machine.ts";

function withStage(
  record: OperationRecord,
  name: string,
  change: (stage: StageRecord) => StageRecord,
): OperationRecord {
  if (!record.stages.some((stage) => stage.name === name)) {
    throw new DriverError("fatal", `the journal of ${record.id} speaks of stage ${name}, which its plan does not have`);
  }
  return { ...record, stages: record.stages.map((stage) => (stage.name === name ? change(stage) : stage)) };
}

function nextIntent(record: OperationRecord): number {
  return 1 + Math.max(0, ...record.stages.map((stage) => stage.intent ?? 0));
}

function withoutError(stage: StageRecord): StageRecord {
  const { error: _, ...rest } = stage;
  return rest;
}

/** The record after one entry more. Pure: a live runner and a resumed one come to the same record. */
export function applyEntry(record: OperationRecord, body: JournalEntryBody): OperationRecord {
  switch (body.type) {
    case "operation-started":
      throw new DriverError("fatal", `the journal of ${record.id} starts twice`);
    case "operation-resumed":
      // Whatever was under way when the process went is pending again; what it had begun is in `intent`.
      return {
        ...record,
        stages: record.stages.map((stage) =>
          stage.state === "running" || stage.state === "waiting" || stage.state === "failed"
            ? { ...withoutError(stage), state: "pending" }
            : stage.state === "compensating" || stage.state === "compensation-failed"
              ? { ...withoutError(stage), state: "compensating" }
              : stage,
        ),
      };
    case "holding":
    case "operation-interrupted":
      return record;
    case "operation-state":
      return withState(record, body);
    case "compensating":
      return { ...record, phase: "compensating", cause: body.cause, abortRequested: body.aborted };
    case "stage-started":
      return withStage(record, body.stage, (stage) => ({
        ...withoutError(stage),
        state: "running",
        attempts: stage.attempts + 1,
        startedAt: stage.startedAt ?? body.at,
      }));
    case "stage-intent":
      // A later attempt must not take our own effect for what was there before.
      return withStage(record, body.stage, (stage) =>
        stage.intent === undefined ? { ...stage, intent: nextIntent(record), before: body.before } : stage,
      );
    case "point-of-no-return":
      return { ...record, pointOfNoReturnAt: record.pointOfNoReturnAt ?? body.at };
    case "stage-result":
      return {
        ...withStage(record, body.stage, (stage) => ({ ...withoutError(stage), state: "done", endedAt: body.at })),
        evidence: { ...record.evidence, [body.stage]: body.evidence },
      };
    case "stage-failed":
      return withStage(record, body.stage, (stage) => ({
        ...stage,
        state: body.retrying ? "running" : "failed",
        error: body.error,
        ...(body.retrying ? {} : { endedAt: body.at }),
      }));
    case "question":
      return {
        ...withStage(record, body.question.stage, (stage) => ({ ...stage, state: "waiting" })),
        questions: [
          // A resumed operation asks again; that is the same question.
          ...record.questions.filter((each) => each.closed || !isSame(each, body.question)),
          body.question,
        ],
      };
    case "question-closed":
      return {
        ...withStage(record, body.stage, (stage) =>
          stage.state === "waiting" ? { ...stage, state: "running" } : stage,
        ),
        questions: record.questions.map((each) =>
          each.stage === body.stage && each.guard === body.guard ? { ...each, closed: true } : each,
        ),
      };
    case "override-granted":
      return {
        ...record,
        overrides: [...record.overrides, { ...body.override, at: body.at, answerId: body.answerId }],
      };
    case "override-used":
      return useOverride(record, body.guard, body.stage);
    case "compensation-intent":
      return withStage(record, body.stage, (stage) => ({ ...stage, state: "compensating" }));
    case "compensation-result":
      return {
        ...withStage(record, body.stage, (stage) => ({
          ...withoutError(stage),
          state: "compensated",
          endedAt: body.at,
        })),
        evidence: { ...record.evidence, [`undo ${body.stage}`]: body.evidence },
      };
    case "compensation-failed":
      return withStage(record, body.stage, (stage) => ({
        ...stage,
        state: body.retrying ? "compensating" : "compensation-failed",
        error: body.error,
      }));
  }
}

function withState(
  record: OperationRecord,
  body: Extract<JournalEntryBody, { type: "operation-state" }>,
): OperationRecord {
  requireOperationMove(record.id, record.state, body.state);
  const { cause, ...rest } = record;
  // Why it is being undone stays the cause; its stage reports what cannot be undone.
  const shown =
    body.state === "succeeded" ? undefined : record.phase === "compensating" ? cause : (body.error ?? cause);
  return {
    ...rest,
    state: body.state,
    ...(shown === undefined ? {} : { cause: shown }),
    ...(isEnded(body.state) ? { endedAt: body.at } : {}),
  };
}

function isSame(a: Question, b: Question): boolean {
  return a.stage === b.stage && a.guard === b.guard;
}

function useOverride(record: OperationRecord, guard: string, stage: string): OperationRecord {
  const index = record.overrides.findIndex((each) => each.guard === guard && each.usedBy === undefined);
  return {
    ...record,
    overrides: record.overrides.map((each, at) => (at === index ? { ...each, usedBy: stage } : each)),
  };
}

/** Adds up a whole journal. `fatal` where the first entry is missing. */
export function replay(entries: readonly JournalEntry[]): OperationRecord {
  const [first, ...rest] = entries;
  if (first?.body.type !== "operation-started") {
    throw new DriverError(
      "fatal",
      `the journal of ${first?.operationId ?? "an operation"} does not begin with its start`,
    );
  }
  return rest.reduce((record, entry) => applyEntry(record, entry.body), first.body.operation);
}
