import { serialiseError } from "../domain/errors.ts";
import { type FailoverState, otherTarget } from "../domain/failover-state.ts";
import { cooldown } from "../domain/guards.ts";
import { currentState } from "./current-state.ts";
import type { FunctionAnswer, FunctionDependencies, Toggle } from "./failover-functions.ts";
import { untilWritten } from "./write-state.ts";

/**
 * `do_failover`: makes the other target the active one, unless a toggle is too recent. Answers `{changed: true, status: "FAILOVER_DONE",
 * new_active_target, …}` or `{changed: false, status: "FAILOVER_SKIPPED", …}`. A field moves nothing by itself: the driver, where one is
 * configured, is notified afterwards, and a failed notification changes nothing about the toggle.
 */
export async function doFailover(dependencies: FunctionDependencies, signal: AbortSignal): Promise<FunctionAnswer> {
  const { store, clock, rules } = dependencies;
  return await untilWritten(dependencies, signal, async () => {
    const { state, etag } = await currentState(dependencies, signal);
    const now = clock.now();
    const locked = cooldown(state.lock_until_utc === "" ? undefined : state.lock_until_utc, now);
    if (locked !== undefined) return skipped(state, locked.reason);
    const to = otherTarget(state.active_target);
    const next: FailoverState = {
      ...state,
      active_target: to,
      failover_count: state.failover_count + 1,
      lock_until_utc: new Date(now.getTime() + rules.cooldownSeconds * 1000).toISOString(),
      last_status: "FAILOVER_DONE",
      last_reason: `failover from ${state.active_target} to ${to}`,
    };
    if (!(await store.replace(next, etag, signal))) return "lost";
    const toggle = { from: state.active_target, to, count: next.failover_count, at: now.toISOString() };
    return done(next, await tell(dependencies, toggle, signal));
  });
}

function skipped({ active_target, lock_until_utc }: FailoverState, reason: string): FunctionAnswer {
  return { status: 200, body: { changed: false, status: "FAILOVER_SKIPPED", active_target, lock_until_utc, reason } };
}

function done(
  { active_target, failover_count, lock_until_utc, last_reason }: FailoverState,
  driver: string,
): FunctionAnswer {
  return {
    status: 200,
    body: {
      changed: true,
      status: "FAILOVER_DONE",
      new_active_target: active_target,
      failover_count,
      lock_until_utc,
      reason: last_reason,
      driver,
    },
  };
}

async function tell({ notify }: FunctionDependencies, toggle: Toggle, signal: AbortSignal): Promise<string> {
  if (notify === undefined) return "not configured";
  return notify(toggle, signal).then(
    () => "told",
    (error: unknown) => `not told: ${serialiseError(error).message}`,
  );
}
