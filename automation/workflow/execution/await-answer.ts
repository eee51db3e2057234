import { GuardError } from "../../domain/guards.ts";
import type { Stage } from "../stages/stage.ts";
import type { RunContext } from "./run-context.ts";

/**
 * Writes the question down and waits for a person; meanwhile tries again every `guardRecheckSeconds`, because the cause may go by itself.
 * `again`: an override is there, the stage is to be run with it. `done`: the stage got through without one.
 */
export async function waitForAnswer(
  scope: RunContext,
  stage: Stage,
  first: GuardError,
  attempt: (signal: AbortSignal) => Promise<void>,
): Promise<"again" | "done"> {
  const { guard } = first;
  await ask(scope, stage, first);
  for (;;) {
    scope.stop.throwIfStopped();
    const answered = new AbortController();
    const waiting = scope.answers.waitFor(
      guard.name,
      stage.name,
      AbortSignal.any([scope.stop.signal, answered.signal]),
    );
    try {
      await Promise.race([waiting, rest(scope, answered.signal)]);
      scope.stop.throwIfStopped();
      if (scope.answers.usable(guard.name, stage.name) !== undefined) {
        await close(scope, stage, guard.name, "override");
        return "again";
      }
      if (await cleared(scope, guard.name, attempt, waiting)) {
        await close(scope, stage, guard.name, "cleared");
        return "done";
      }
    } finally {
      answered.abort();
    }
  }
}

/** One try without an override; an answer that comes meanwhile ends it. */
async function cleared(
  scope: RunContext,
  guard: string,
  attempt: (signal: AbortSignal) => Promise<void>,
  waiting: Promise<void>,
): Promise<boolean> {
  const cut = new AbortController();
  const trying = attempt(AbortSignal.any([scope.stop.signal, cut.signal])).then(
    () => ({ done: true as const }),
    (error: unknown) => ({ done: false as const, error }),
  );
  waiting.then(() => cut.abort(new Error("answered")));
  const outcome = await trying;
  if (outcome.done) return true;
  if (scope.stop.reason !== undefined || scope.log.broken !== undefined) throw outcome.error;
  const { error } = outcome;
  const harmless =
    cut.signal.aborted || (error instanceof GuardError ? error.guard.name === guard : isRetryable(error));
  if (!harmless) throw error;
  return false;
}

function isRetryable(error: unknown): boolean {
  return error instanceof Error && "retryable" in error && error.retryable === true;
}

async function ask(scope: RunContext, stage: Stage, { guard, found }: GuardError): Promise<void> {
  const { log, ports, emit } = scope;
  const askedAt = ports.clock.now().toISOString();
  await log.append({
    type: "question",
    question: { stage: stage.name, guard: guard.name, reason: guard.reason, askedAt, found, closed: false },
  });
  if (log.record.state === "running") await setState(scope, "waiting");
  emit({ type: "stage-waiting", stage: stage.name, operationId: log.record.id, guard });
  // Not waited for: a notification must not hold anything up.
  ports.notifier
    .notify({
      severity: "critical",
      title: `${log.record.application}: ${log.record.plan} waits for a person (${guard.name})`,
      text: `${log.record.id}, stage ${stage.name}: ${guard.reason}`,
      at: askedAt,
    })
    .catch(() =>
      emit({ type: "log", stage: stage.name, text: "no notification could be sent that an answer is needed" }),
    );
}

async function close(scope: RunContext, stage: Stage, guard: string, how: "override" | "cleared"): Promise<void> {
  const { log, emit } = scope;
  await log.append({ type: "question-closed", stage: stage.name, guard, how });
  if (log.record.questions.every((each) => each.closed) && log.record.state === "waiting")
    await setState(scope, "running");
  emit({ type: "stage-released", stage: stage.name, guard, how });
}

async function setState({ log, emit }: RunContext, state: "running" | "waiting"): Promise<void> {
  await log.append({ type: "operation-state", state });
  emit({ type: "operation-state", operationId: log.record.id, state });
}

async function rest({ ports, settings }: RunContext, signal: AbortSignal): Promise<void> {
  await ports.clock.sleep(settings.guardRecheckSeconds * 1000, signal).catch(() => undefined);
}
