import { type DriverError, toDriverError } from "../../domain/errors.ts";
import { withDeadline } from "../../lib/deadline.ts";
import type { Stage } from "../stages/stage.ts";
import { backoffMs, type RunContext, stageRecord } from "./run-context.ts";
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
  const { log, ports, settings, session, stop, emit } = scope;
  emit({ type: "stage-compensating", stage: stage.name });
  for (let attempt = 1; ; attempt += 1) {
    const wait = backoffMs(scope, attempt);
    await log.append({ type: "compensation-intent", stage: stage.name, attempt });
    try {
      const evidence = await withDeadline(
        {
          clock: ports.clock,
          milliseconds: stage.deadlineMs,
          signal: stop.signal,
          what: `undoing ${stage.name}`,
          settleMs: settings.settleSeconds * 1000,
        },
        async (signal) => {
          await session.requireHeld(signal);
          const context = stageContext(scope, stage, { signal, lastAttempt: wait === undefined, found: {} });
          return (await stage.compensate?.(context)) ?? {};
        },
      );
      await log.append({ type: "compensation-result", stage: stage.name, evidence });
      emit({ type: "stage-compensated", stage: stage.name });
      return undefined;
    } catch (thrown) {
      throwIfLost(scope, thrown);
      stop.throwIfStopped();
      const error = toDriverError(thrown);
      const retrying = error.retryable && wait !== undefined;
      await log.append({ type: "compensation-failed", stage: stage.name, attempt, error: error.toJSON(), retrying });
      emit({ type: "stage-failed", stage: `undo ${stage.name}`, error: error.toJSON(), retrying });
      if (!retrying) return error;
      await ports.clock.sleep(wait, stop.signal);
    }
  }
}
