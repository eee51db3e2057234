import { DriverError } from "../../domain/errors.ts";
import { GuardError } from "../../domain/guards.ts";
import type { Evidence } from "../../domain/operation.ts";
import { withDeadline } from "../../lib/deadline.ts";
import type { Stage, StageContext } from "../stages/stage.ts";
import { epochGuardedPorts } from "./epoch-guarded-ports.ts";
import { type RunContext, stageRecord } from "./run-context.ts";

export interface AttemptOptions {
  readonly signal: AbortSignal;
  readonly lastAttempt: boolean;
  readonly found: Evidence;
}

/** What `stage` sees in one attempt. */
export function stageContext(scope: RunContext, stage: Stage, options: AttemptOptions): StageContext {
  const { log, ports, settings, answers, session, emit } = scope;
  const { signal } = options;
  const { clock } = ports;
  const say = (text: string): void => emit({ type: "log", stage: stage.name, text });
  return {
    get operation() {
      return log.record;
    },
    from: log.record.direction.from,
    to: log.record.direction.to,
    ports: epochGuardedPorts(ports, (inner) => session.requireFresh(inner), log.record.id),
    settings,
    clock,
    signal,
    lastAttempt: options.lastAttempt,
    get before() {
      // Read in this very attempt, where it is the first.
      return stageRecord(log.record, stage.name).before ?? {};
    },
    found: options.found,
    get pastPointOfNoReturn() {
      return log.record.pointOfNoReturnAt !== undefined;
    },
    evidence(name) {
      const found = log.record.evidence[name];
      if (found === undefined)
        throw new DriverError("fatal", `stage ${stage.name} asks for what ${name} found before it was done`);
      return found;
    },
    isOverridden: (guard) => log.record.overrides.some((each) => each.guard === guard),
    async passGuard(guard, found = {}) {
      const override = guard.override === undefined ? undefined : answers.usable(guard.override, stage.name);
      if (override === undefined) throw new GuardError(guard, found);
      if (override.usedBy === undefined) {
        await log.append({ type: "override-used", stage: stage.name, guard: guard.name });
        say(`guard ${guard.name} overridden by ${override.by}: ${override.reason}`);
      }
      return override;
    },
    activate: () => session.activate(signal),
    lease: {
      withhold: () => session.withholdLease(signal),
      restore: () => session.restoreLease(signal),
      note: (lease) => session.noteLease(lease, signal),
    },
    within: (seconds, what, work) =>
      withDeadline({ clock, milliseconds: seconds * 1000, signal, what, retryable: false }, work),
    async until(what, check, everyMs = 1000) {
      let last = "";
      for (;;) {
        try {
          signal.throwIfAborted();
          const answer = await check();
          if ("done" in answer) return answer.done;
          if (answer.not !== last) say(`${what}: ${answer.not}`);
          last = answer.not;
          await clock.sleep(everyMs, signal);
        } catch (error) {
          const late = signal.aborted && signal.reason instanceof DriverError && signal.reason.code === "timeout";
          if (late && last !== "") {
            throw new DriverError("timeout", `${what}: ${last} (${stage.deadlineMs / 1000} s)`, { retryable: false });
          }
          throw error;
        }
      }
    },
    log: say,
  };
}
