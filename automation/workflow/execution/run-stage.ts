import { DriverError, toDriverError } from "../../domain/errors.ts";
import { GuardError } from "../../domain/guards.ts";
import type { Evidence } from "../../domain/operation.ts";
import { withDeadline } from "../../lib/deadline.ts";
import { retry } from "../../lib/retry.ts";
import type { Stage, StageContext } from "../stages/stage.ts";
import { waitForAnswer } from "./await-answer.ts";
import { type RunContext, restsOf, stageRecord } from "./run-context.ts";
import { stageContext } from "./stage-context.ts";

/** Runs one stage to its end: attempts, retries, and questions to a person. Throws what it finally failed with. */
export async function runStage(scope: RunContext, stage: Stage): Promise<void> {
  const { log, ports, stop, emit, random } = scope;
  let attempt = 0;
  await retry(
    {
      what: stage.name,
      signal: stop.signal,
      rests: restsOf(scope, stage.retries),
      clock: ports.clock,
      random,
      async onFailure({ error, retrying }) {
        throwIfLost(scope, error);
        stop.throwIfStopped();
        await log.append({ type: "stage-failed", stage: stage.name, attempt, error: error.toJSON(), retrying });
        emit({ type: "stage-failed", stage: stage.name, error: error.toJSON(), retrying });
      },
    },
    async (_signal, { last }) => {
      stop.throwIfStopped();
      attempt = stageRecord(log.record, stage.name).attempts + 1;
      await log.append({ type: "stage-started", stage: stage.name, attempt });
      emit({ type: "stage-started", stage: stage.name, attempt });
      await untilPastGuards(scope, stage, last);
    },
  );
}

async function untilPastGuards(scope: RunContext, stage: Stage, lastAttempt: boolean): Promise<void> {
  const question = scope.log.record.questions.find((each) => each.stage === stage.name && !each.closed);
  let found: Evidence = question?.found ?? {};
  for (;;) {
    try {
      await attemptStage(scope, stage, { lastAttempt, found });
      return;
    } catch (error) {
      if (!(error instanceof GuardError) || error.guard.override === undefined || scope.stop.reason !== undefined)
        throw error;
      found = error.found;
      const outcome = await waitForAnswer(scope, stage, error, (signal) =>
        attemptStage(scope, stage, { lastAttempt, found: {}, signal, settleMs: 1000 }),
      );
      if (outcome === "done") return;
    }
  }
}

interface Attempt {
  readonly lastAttempt: boolean;
  readonly found: Evidence;
  /** Ends the attempt earlier than the operation's stop. */
  readonly signal?: AbortSignal;
  readonly settleMs?: number;
}

async function attemptStage(scope: RunContext, stage: Stage, options: Attempt): Promise<void> {
  const { log, ports, settings, stop, emit } = scope;
  const result = await withDeadline(
    {
      clock: ports.clock,
      milliseconds: stage.deadlineMs,
      signal: options.signal ?? stop.signal,
      what: stage.name,
      retryable: false,
      settleMs: options.settleMs ?? settings.settleSeconds * 1000,
    },
    (signal) => attemptOnce(scope, stage, stageContext(scope, stage, { ...options, signal })),
  );
  const { attempts, startedAt } = stageRecord(log.record, stage.name);
  await log.append({ type: "stage-result", stage: stage.name, attempt: attempts, ...result });
  // Begun by another process, maybe: by what was written down, and for display alone.
  const seconds = Math.max(0, (ports.clock.now().getTime() - Date.parse(startedAt ?? "")) / 1000);
  emit({ type: "stage-finished", stage: stage.name, ...result, seconds });
}

interface AttemptResult {
  readonly evidence: Evidence;
  readonly already: boolean;
}

async function attemptOnce(scope: RunContext, stage: Stage, context: StageContext): Promise<AttemptResult> {
  const { signal } = context;
  await scope.session.requireHeld(signal);
  await stage.precheck?.(context);
  signal.throwIfAborted();
  const there = await stage.verify?.(context);
  if (there !== undefined) return { evidence: there, already: true };
  await registerIntent(scope, stage, context);
  signal.throwIfAborted();
  const evidence = await stage.run(context);
  if (stage.verify === undefined) return { evidence, already: false };
  const seen = await stage.verify(context);
  if (seen === undefined) throw new DriverError("unverified", `${stage.name} was done and its effect cannot be found`);
  return { evidence: { ...evidence, ...seen }, already: false };
}

/** Before any effect: from here on the stage counts as begun, and is undone should the operation fail. */
async function registerIntent(scope: RunContext, stage: Stage, context: StageContext): Promise<void> {
  const { log } = scope;
  const { intent, attempts } = stageRecord(log.record, stage.name);
  if (intent === undefined) {
    const before = (await stage.before?.(context)) ?? {};
    context.signal.throwIfAborted();
    await log.append({ type: "stage-intent", stage: stage.name, attempt: attempts, before });
  }
  if (stage.pointOfNoReturn !== true || log.record.pointOfNoReturnAt !== undefined) return;
  scope.stop.throwIfStopped();
  scope.committed = true;
  await log.append({ type: "point-of-no-return", stage: stage.name });
}

/** Without a journal, or with another driver at work, nothing more may be done: not even undone. */
export function noteIfLost({ log, stop }: RunContext, thrown: unknown): void {
  if (log.broken !== undefined) stop.stop({ kind: "lost", error: toDriverError(log.broken) });
  else if (thrown instanceof DriverError && thrown.code === "stale-epoch") stop.stop({ kind: "lost", error: thrown });
}

export function throwIfLost(scope: RunContext, thrown: unknown): void {
  noteIfLost(scope, thrown);
  if (scope.stop.reason?.kind === "lost") throw scope.stop.reason.error;
}
