import type { Site } from "../../stacks/outputs.ts";
import { DriverError } from "./errors.ts";
import type { PlanName } from "./operation.ts";
import type { Protection } from "./witness-record.ts";

/**
 * `begin` starts a plan, `promote` is its point of no return, `finish` its good end, `finish-alone` its good end where the old
 * site could not be made to follow, `undo` its end without effect.
 */
export type ProtectionEvent = "begin" | "promote" | "finish" | "finish-alone" | "undo";

export interface Transition {
  readonly from: Protection;
  readonly plan: PlanName;
  readonly event: ProtectionEvent;
  readonly to: Protection;
  /** Becomes the log line. */
  readonly comment: string;
}

const row = (
  from: Protection,
  plan: PlanName,
  event: ProtectionEvent,
  to: Protection,
  comment: string,
): Transition => ({ from, plan, event, to, comment });

/** The whole machine of an application. What is not in the table does not happen. */
export const transitions: readonly Transition[] = [
  row("unprotected", "reprotect", "begin", "protecting", "making the standby follow the primary"),
  row("protecting", "reprotect", "finish", "protected", "the standby follows the primary, verified in sync"),
  row("protecting", "reprotect", "undo", "unprotected", "the standby could not be made to follow"),
  row(
    "protecting",
    "reprotect",
    "begin",
    "protecting",
    "making the standby follow, once more after an operation that was given up",
  ),
  row("protected", "reprotect", "begin", "protecting", "checking, and where needed renewing, the standby's copy"),

  row("protected", "failover", "begin", "failing-over", "moving from the primary to the standby"),
  row(
    "failing-over",
    "failover",
    "begin",
    "failing-over",
    "moving once more, after a failover that was given up before promotion",
  ),
  row("failing-over", "failover", "promote", "promoting", "the standby takes over: no way back from here"),
  row("failing-over", "failover", "undo", "protected", "the failover was undone, the primary stays active"),
  row("promoting", "failover", "finish", "failed-over", "the standby is active, nothing follows it yet"),
  row("promoting", "failover", "finish-alone", "failed-over", "the standby is active, nothing follows it yet"),

  row("failed-over", "reprotect", "begin", "reprotecting", "making the primary follow the standby"),
  row("reprotecting", "reprotect", "finish", "reprotected", "the primary follows the standby, verified in sync"),
  row("reprotecting", "reprotect", "undo", "failed-over", "the primary could not be made to follow"),
  row(
    "reprotecting",
    "reprotect",
    "begin",
    "reprotecting",
    "making the primary follow, once more after an operation that was given up",
  ),
  row("reprotected", "reprotect", "begin", "reprotecting", "checking, and where needed renewing, the primary's copy"),

  row("reprotected", "failback", "begin", "failing-back", "moving home from the standby to the primary"),
  row(
    "failing-back",
    "failback",
    "begin",
    "failing-back",
    "moving home once more, after a failback that was given up before promotion",
  ),
  row("failing-back", "failback", "promote", "promoting-home", "the primary takes over: no way back from here"),
  row("failing-back", "failback", "undo", "reprotected", "the failback was undone, the standby stays active"),
  row("promoting-home", "failback", "finish", "protected", "the primary is active, the standby follows it"),
  row(
    "promoting-home",
    "failback",
    "finish-alone",
    "unprotected",
    "the primary is active, but nothing follows it: reprotect",
  ),
];

/** Undefined: not in the table. */
export function transition(from: Protection, plan: PlanName, event: ProtectionEvent): Transition | undefined {
  return transitions.find((each) => each.from === from && each.plan === plan && each.event === event);
}

/** In words, why a plan does not fit and what to do instead. */
const advice: Readonly<Partial<Record<PlanName, Readonly<Partial<Record<Protection, string>>>>>> = {
  failover: {
    unprotected: "the standby does not follow the primary yet: run reprotect first",
    protecting: "the standby does not follow the primary yet: resume or repeat reprotect",
    promoting: "the last failover is past its point of no return: resume it",
    "failed-over": "already failed over: the standby is active",
    reprotecting: "already failed over: the standby is active",
    reprotected: "already failed over: the standby is active; failback moves home",
    "failing-back": "a failback has begun: resume it",
    "promoting-home": "a failback is past its point of no return: resume it",
  },
  failback: {
    unprotected: "already home: the primary is active",
    protecting: "already home: the primary is active",
    protected: "already home: the primary is active",
    "failing-over": "a failover has begun: resume it",
    promoting: "a failover is past its point of no return: resume it, then reprotect",
    "failed-over": "the primary does not follow the standby yet: run reprotect first",
    reprotecting: "the primary is not verified in sync yet: resume or repeat reprotect first",
    "promoting-home": "the last failback is past its point of no return: resume it",
  },
  reprotect: {
    "failing-over": "a failover has begun: resume it",
    promoting: "a failover is past its point of no return: resume it first",
    "failing-back": "a failback has begun: resume it",
    "promoting-home": "a failback is past its point of no return: resume it",
  },
};

/** Undefined: the plan may begin from here. */
export function whyNot(from: Protection, plan: PlanName): string | undefined {
  if (transition(from, plan, "begin") !== undefined) return undefined;
  return advice[plan]?.[from] ?? `plan ${plan} is not available while the application is ${from}`;
}

/** Throws `refused` where the table has no row. */
export function requireTransition(from: Protection, plan: PlanName, event: ProtectionEvent): Transition {
  const found = transition(from, plan, event);
  if (found !== undefined) return found;
  const reason = event === "begin" ? whyNot(from, plan) : `${plan} cannot ${event} while the application is ${from}`;
  throw new DriverError("refused", `${plan} refused: ${reason}`, {
    field: "plan",
    value: plan,
    expected: `one that fits ${from}: ${plansFrom(from).join(", ") || "resume the operation that is under way"}`,
  });
}

/** Plans that may begin from a state. */
export function plansFrom(from: Protection): readonly PlanName[] {
  return transitions.filter((each) => each.from === from && each.event === "begin").map((each) => each.plan);
}

/** An operation has begun and has not ended: nothing else may write, not even heartbeats. */
export function inFlight(protection: Protection): boolean {
  return transitions.some((each) => each.from === protection && each.event !== "begin");
}

export function otherSite(site: Site): Site {
  return site === "primary" ? "standby" : "primary";
}
