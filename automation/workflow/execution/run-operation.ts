import { DriverError, toDriverError } from "../../domain/errors.ts";
import type { OperationRecord, OperationState } from "../../domain/operation.ts";
import type { ProtectionEvent } from "../../domain/protection.ts";
import { retry } from "../../lib/retry.ts";
import { buildPlan } from "../plans/build-plan.ts";
import type { Ports } from "../ports.ts";
import type { DriverSettings } from "../settings.ts";
import type { Stage } from "../stages/stage.ts";
import { Cancellation } from "./cancellation.ts";
import { compensate } from "./compensate.ts";
import type { OnEvent } from "./events.ts";
import { OperationLog } from "./operation-log.ts";
import { OperatorAnswers } from "./operator-answers.ts";
import { type RunContext, restsOf, stageRecord } from "./run-context.ts";
import { noteIfLost, runStage, throwIfLost } from "./run-stage.ts";
import { WitnessSession } from "./witness-session.ts";

export interface RunOptions {
  /** As journaled: just started, or read back. The caller holds the application's lock. */
  readonly record: OperationRecord;
  readonly resumed: boolean;
  /** Who runs it, for the journal. */
  readonly by: string;
  readonly ports: Ports;
  readonly settings: DriverSettings;
  /** SIGTERM: stops at once and leaves the operation resumable. */
  readonly signal: AbortSignal;
  readonly onEvent: OnEvent;
  /** For jitter; default Math.random. */
  readonly random?: () => number;
}

/**
 * Runs an operation to an end: `succeeded`, `failed` or `aborted` (undone), or `needs-operator`. Throws `interrupted` when stopped,
 * `stale-epoch` when another driver took over, and the journal's error when that cannot be written.
 */
export async function runOperation(options: RunOptions): Promise<OperationRecord> {
  const scope = makeScope(options);
  const { log, stop, emit } = scope;
  const unhook = onInterrupt(options.signal, stop);
  try {
    if (options.resumed) await resume(scope, options.by);
    emit({ type: "operation-started", operation: log.record, resumed: options.resumed });
    await withAnswers(scope, () => toAnEnd(scope));
    return log.record;
  } catch (thrown) {
    throwIfLost(scope, thrown);
    if (stop.reason === undefined) throw thrown;
    const reason = stop.reason.error.message;
    await log.append({ type: "operation-interrupted", reason });
    emit({ type: "operation-interrupted", operationId: log.record.id, reason });
    throw stop.reason.error;
  } finally {
    unhook();
  }
}

function onInterrupt(signal: AbortSignal, stop: Cancellation): () => void {
  const interrupt = (): void =>
    stop.stop({
      kind: "interrupted",
      error: new DriverError("interrupted", "the driver was stopped; `resume` continues"),
    });
  if (signal.aborted) interrupt();
  signal.addEventListener("abort", interrupt, { once: true });
  return () => signal.removeEventListener("abort", interrupt);
}

async function withAnswers(scope: RunContext, work: () => Promise<void>): Promise<void> {
  const ended = new AbortController();
  const served = scope.answers.serve(AbortSignal.any([scope.stop.signal, ended.signal]));
  try {
    await work();
  } finally {
    ended.abort();
    await served;
  }
}

function makeScope({ record, ports, settings, signal, onEvent, random }: RunOptions): RunContext {
  const log = new OperationLog(ports.journal, record, () => ports.clock.now());
  const stop = new Cancellation();
  const answers = new OperatorAnswers({
    journal: ports.journal,
    log,
    clock: ports.clock,
    onTrouble: (text) => onEvent({ type: "log", stage: "answers", text }),
    onAbort: ({ by, reason }) => {
      if (log.record.phase === "compensating") return;
      if (scope.committed) {
        onEvent({
          type: "log",
          stage: "answers",
          text: `${by} asked to abort, but promotion has begun: it can only go forward`,
        });
        return;
      }
      stop.stop({ kind: "aborted", error: new DriverError("interrupted", `aborted by ${by}: ${reason}`) });
    },
  });
  const scope: RunContext = {
    plan: buildPlan(record, settings),
    ports,
    settings,
    log,
    session: new WitnessSession(ports.witness, ports.clock, () => log.record),
    answers,
    stop,
    interrupt: signal,
    emit: onEvent,
    random: random ?? Math.random,
    committed: record.pointOfNoReturnAt !== undefined,
  };
  return scope;
}

async function resume({ log }: RunContext, by: string): Promise<void> {
  await log.append({ type: "operation-resumed", by });
  const state: OperationState = log.record.questions.some((each) => !each.closed) ? "waiting" : "running";
  if (log.record.state !== state) await log.append({ type: "operation-state", state });
}

async function toAnEnd(scope: RunContext): Promise<void> {
  const { log, stop } = scope;
  await begin(scope);
  if (log.record.phase === "forward") {
    const failure = await forward(scope);
    if (stop.reason?.kind === "interrupted" || stop.reason?.kind === "lost") throw stop.reason.error;
    if (failure === undefined && stop.reason === undefined)
      return await end(scope, "succeeded", scope.plan.finish(log.record));
    const error = stop.reason?.error ?? failure ?? new DriverError("fatal", "the operation did not end");
    if (log.record.pointOfNoReturnAt !== undefined) return await end(scope, "needs-operator", undefined, error);
    await log.append({ type: "compensating", cause: error.toJSON(), aborted: stop.reason?.kind === "aborted" });
    scope.emit({ type: "operation-compensating", operationId: log.record.id, cause: error.toJSON() });
  }
  await backward(scope);
}

/** A person's wish to abort waits until this is over: only a begun operation can be undone. */
async function begin(scope: RunContext): Promise<void> {
  const { log, stop, emit, interrupt } = scope;
  try {
    const confirm = (epoch: number): Promise<void> => log.append({ type: "holding", epoch });
    const move = await withRetries(scope, (signal) => scope.session.begin(signal, confirm), interrupt);
    if (move !== undefined) emit({ type: "log", stage: "operation", text: move.comment });
  } catch (thrown) {
    throwIfLost(scope, thrown);
    if (interrupt.aborted) stop.throwIfStopped();
    // Nothing was done yet, so there is nothing to resume either.
    const untouched = log.record.stages.every((stage) => stage.attempts === 0);
    if (untouched)
      await log.append({ type: "operation-state", state: "failed", error: toDriverError(thrown).toJSON() });
    throw thrown;
  }
}

/** What was stopped is over; undoing has a switch of its own. */
async function backward(outer: RunContext): Promise<void> {
  const stop = new Cancellation();
  const unhook = onInterrupt(outer.interrupt, stop);
  const scope: RunContext = { ...outer, stop };
  try {
    const failed = await compensate(scope);
    if (failed !== undefined) return await end(scope, "needs-operator", undefined, failed);
    return await end(scope, scope.log.record.abortRequested ? "aborted" : "failed", "undo");
  } catch (thrown) {
    throwIfLost(scope, thrown);
    if (stop.reason !== undefined) outer.stop.stop(stop.reason);
    throw thrown;
  } finally {
    unhook();
  }
}

/** Runs every stage whose needs are met, until nothing is left that can run. Returns the first failure. */
async function forward(scope: RunContext): Promise<DriverError | undefined> {
  const { log, plan, stop } = scope;
  const running = new Map<string, Promise<void>>();
  const tried = new Set<string>();
  let failure: DriverError | undefined;
  const isDone = (name: string): boolean => stageRecord(log.record, name).state === "done";
  const fail = (thrown: unknown): void => {
    noteIfLost(scope, thrown);
    const error = toDriverError(thrown);
    if (stop.reason === undefined) failure ??= error;
    // Past the point of no return everything else goes on: the more is done, the less is left to repair.
    if (!scope.committed) stop.stop({ kind: "failed", error });
  };
  const launch = (stage: Stage): void => {
    tried.add(stage.name);
    running.set(
      stage.name,
      runStage(scope, stage)
        .catch(fail)
        .finally(() => running.delete(stage.name)),
    );
  };
  for (;;) {
    const ready = plan.stages.filter(
      (stage) => !tried.has(stage.name) && !isDone(stage.name) && stage.needs.every(isDone),
    );
    if (stop.reason === undefined) for (const stage of ready) launch(stage);
    if (running.size === 0) return failure;
    await Promise.race(running.values());
  }
}

async function end(
  scope: RunContext,
  state: OperationState,
  event: ProtectionEvent | undefined,
  error?: DriverError,
): Promise<void> {
  const { log, ports, settings, emit, session } = scope;
  const { plan } = log.record;
  const moved = state === "succeeded" && (plan === "failover" || plan === "failback");
  const cooldownUntil = new Date(ports.clock.now().getTime() + settings.cooldownSeconds * 1000).toISOString();
  const told = await withRetries(scope, (signal) =>
    session.advance({ event, state, ...(moved ? { changes: { cooldownUntil } } : {}) }, signal),
  ).then(
    () => undefined,
    (thrown: unknown) => {
      throwIfLost(scope, thrown);
      scope.stop.throwIfStopped();
      return toDriverError(thrown);
    },
  );
  // An end that the witness does not know of is none.
  const last: OperationState = told === undefined ? state : "needs-operator";
  const shown = error ?? told;
  await log.append({ type: "operation-state", state: last, ...(shown === undefined ? {} : { error: shown.toJSON() }) });
  emit({
    type: "operation-state",
    operationId: log.record.id,
    state: last,
    ...(shown === undefined ? {} : { error: shown.toJSON() }),
  });
}

/** For the runner's own calls of the witness: retried like a stage. */
function withRetries<T>(
  scope: RunContext,
  work: (signal: AbortSignal) => Promise<T>,
  signal: AbortSignal = scope.stop.signal,
): Promise<T> {
  const { ports, random } = scope;
  return retry({ what: "the witness", signal, rests: restsOf(scope), clock: ports.clock, random }, work);
}
