import type { DriverError } from "../../domain/errors.ts";
import type { Evidence } from "../../domain/operation.ts";
import { withDeadline } from "../../lib/deadline.ts";
import { retry } from "../../lib/retry.ts";
import type { Stage } from "../stages/stage.ts";
import { type RunContext, restsOf, stageRecord } from "./run-context.ts";
import { throwIfLost } from "./run-stage.ts";
import { stageContext } from "./stage-context.ts";

/**
 * Undoes what was begun, last first, and stops at the first that cannot be undone: what came before it may have to
 * stay. Returns that error.
 */
export async function compensate(scope: RunContext): Promise<DriverError | undefined> {
  const begun = scope.plan.stages
    .map((stage) => ({ stage, record: stageRecord(scope.log.record, stage.name) }))
    .filter(
      ({ stage, record }) =>
        stage.compensate !== undefined && record.intent !== undefined && record.state !== "compensated",
    )
    .sort((a, b) => (b.record.intent ?? 0) - (a.record.intent ?? 0));
  for (const { stage } of begun) {
    const error = await undo(scope, stage);
    if (error !== undefined) return error;
  }
  return undefined;
}

async function undo(scope: RunContext, stage: Stage): Promise<DriverError | undefined> {
  const { log, ports, stop, emit, random } = scope;
  emit({ type: "stage-compensating", stage: stage.name });
  let failure: DriverError | undefined;
  try {
    await retry(
      {
        what: `undoing ${stage.name}`,
        signal: stop.signal,
        rests: restsOf(scope),
        clock: ports.clock,
        random,
        async onFailure({ attempt, error, retrying }) {
          throwIfLost(scope, error);
          stop.throwIfStopped();
          const entry = { attempt: attempt.number, error: error.toJSON(), retrying };
          await log.append({ type: "compensation-failed", stage: stage.name, ...entry });
          emit({ type: "stage-failed", stage: `undo ${stage.name}`, error: error.toJSON(), retrying });
          if (!retrying) failure = error;
        },
      },
      async (_signal, { number, last }) => {
        await log.append({ type: "compensation-intent", stage: stage.name, attempt: number });
        const evidence = await undoOnce(scope, stage, last);
        await log.append({ type: "compensation-result", stage: stage.name, evidence });
        emit({ type: "stage-compensated", stage: stage.name });
      },
    );
    return undefined;
  } catch (thrown) {
    // What was written down as this stage's failure; anything else ends the run.
    if (failure !== undefined) return failure;
    throw thrown;
  }
}

function undoOnce(scope: RunContext, stage: Stage, lastAttempt: boolean): Promise<Evidence> {
  const { ports, settings, session, stop } = scope;
  return withDeadline(
    {
      clock: ports.clock,
      milliseconds: stage.deadlineMs,
      signal: stop.signal,
      what: `undoing ${stage.name}`,
      retryable: false,
      settleMs: settings.settleSeconds * 1000,
    },
    async (signal) => {
      await session.requireHeld(signal);
      const context = stageContext(scope, stage, { signal, lastAttempt, found: {} });
      return (await stage.compensate?.(context)) ?? {};
    },
  );
}
