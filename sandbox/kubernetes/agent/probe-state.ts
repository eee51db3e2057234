import type { Probe } from "../api/objects.ts";

/** What a probe's results so far say. `undecided` until a threshold is reached for the first time. */
export interface ProbeState {
  readonly verdict: "undecided" | "success" | "failure";
  readonly successes: number;
  readonly failures: number;
}

export const undecided: ProbeState = { verdict: "undecided", successes: 0, failures: 0 };

/** The state after one more result; the verdict turns only at its threshold. */
export function afterResult(
  state: ProbeState,
  ok: boolean,
  thresholds: Pick<Probe, "successThreshold" | "failureThreshold">,
): ProbeState {
  const successes = ok ? state.successes + 1 : 0;
  const failures = ok ? 0 : state.failures + 1;
  if (ok && successes >= thresholds.successThreshold) return { verdict: "success", successes, failures };
  if (!ok && failures >= thresholds.failureThreshold) return { verdict: "failure", successes, failures };
  return { verdict: state.verdict, successes, failures };
}

export interface Health {
  readonly startup: ProbeState | undefined;
  readonly readiness: ProbeState | undefined;
  readonly liveness: ProbeState | undefined;
}

/** Probes that the container does not have count as passed. Liveness and readiness wait for startup. */
export function judge(health: Health): {
  readonly started: boolean;
  readonly ready: boolean;
  readonly kill: "startup" | "liveness" | undefined;
} {
  const started = health.startup === undefined || health.startup.verdict === "success";
  const ready = started && (health.readiness === undefined || health.readiness.verdict === "success");
  if (health.startup?.verdict === "failure") return { started: false, ready: false, kill: "startup" };
  return { started, ready, kill: started && health.liveness?.verdict === "failure" ? "liveness" : undefined };
}
