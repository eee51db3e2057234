import { DriverError } from "../domain/errors.ts";
import { endpointOf, type Target } from "../domain/failover-state.ts";
import { decide, noMemory, type WatchMemory } from "../domain/failure-threshold.ts";
import { score } from "../domain/health-score.ts";
import { currentState } from "./current-state.ts";
import type { FunctionAnswer, FunctionDependencies } from "./failover-functions.ts";

/** Writes that may be lost to somebody else's before this one gives up. */
const tries = 5;

/**
 * `health_check`: probes the active target and writes down what it found. Answers `{healthy, active_target, reason}`. What cannot be
 * measured (an error of our own) is no reason to fail over, and counts as healthy with that reason.
 */
export async function healthCheck(dependencies: FunctionDependencies, signal: AbortSignal): Promise<FunctionAnswer> {
  const { store, clock } = dependencies;
  let known = await currentState(dependencies, signal);
  const active = known.state.active_target;
  const { healthy, reason } = await judge(dependencies, endpointOf(known.state, active), signal);
  for (let attempt = 0; attempt < tries; attempt++) {
    const found = {
      last_status: healthy ? ("OK" as const) : ("ERROR" as const),
      last_reason: reason,
      last_check_utc: clock.now().toISOString(),
    };
    if (await store.replace({ ...known.state, ...found }, known.etag, signal))
      return { status: 200, body: { healthy, active_target: active, reason } };
    known = await currentState(dependencies, signal);
    if (known.state.active_target !== active) throw overtaken(active);
  }
  throw new DriverError("conflict", `the state was changed by others ${tries} times in a row`, { retryable: true });
}

function overtaken(active: Target): DriverError {
  return new DriverError("conflict", `${active} stopped being the active target during the check: check again`, {
    retryable: true,
  });
}

/** As the driver's watch does: scored by its weights, and only so many bad readings in a row count. */
async function judge(
  { probe, clock, rules }: FunctionDependencies,
  endpoint: string,
  signal: AbortSignal,
): Promise<{ readonly healthy: boolean; readonly reason: string }> {
  let memory: WatchMemory = noMemory;
  for (;;) {
    const reading = await probe(endpoint, signal);
    const health = score([reading]);
    // With one endpoint to look at there is nothing to add up: what the driver would heal is what fails over here.
    const level = health.level === 0 ? 0 : 3;
    const at = clock.now().toISOString();
    const next = decide(memory, { ...health, level }, at, rules.probeAttempts, "auto");
    if (next.decision.action !== "suspect")
      return { healthy: next.decision.action !== "failover", reason: reading.reason ?? reading.reading };
    memory = next.memory;
    await clock.sleep(rules.probePauseSeconds * 1000, signal);
  }
}
