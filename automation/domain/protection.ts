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

/** Where a service may be restarted, or a zone left: nothing is under way. It changes nothing about where the application stands. */
const healable = [
  "unprotected",
  "protected",
  "warm",
  "failed-over",
  "reprotected",
] as const satisfies readonly Protection[];

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

  row("protected", "warm-up", "begin", "warming", "lighting the standby ahead of a failover that may come"),
  row("warming", "warm-up", "begin", "warming", "lighting the standby, once more after an operation that was given up"),
  row("warming", "warm-up", "finish", "warm", "the standby is lit, nothing was moved"),
  row("warming", "warm-up", "undo", "protected", "the standby was not lit, or was scaled down again"),
  row("warming", "failover", "begin", "failing-over", "moving; the failover takes over the light that is being lit"),
  row("warm", "failover", "begin", "failing-over", "moving; the failover takes over the light"),
  row("warm", "stand-down", "begin", "standing-down", "scaling the standby down: no failover came"),
  row(
    "standing-down",
    "stand-down",
    "begin",
    "standing-down",
    "scaling the standby down, once more after an operation that was given up",
  ),
  row("standing-down", "stand-down", "finish", "protected", "the standby is dark again"),
  row("standing-down", "stand-down", "undo", "warm", "the standby could not be scaled down"),
  row("standing-down", "failover", "begin", "failing-over", "moving; the failover lights what is being scaled down"),
  row("protected", "drill", "begin", "drilling", "rehearsing at the standby, next to the replica and away from users"),
  row("drilling", "drill", "begin", "drilling", "rehearsing once more, after a drill that was given up"),
  row("drilling", "drill", "finish", "protected", "rehearsed: the standby is as it was before"),
  row("drilling", "drill", "undo", "protected", "the drill was undone, the standby is as it was before"),
  row("drilling", "failover", "begin", "failing-over", "moving; the failover takes over what the drill has lit"),

  ...healable.flatMap((at) => [
    row(at, "self-heal", "begin", at, "restarting the pods of one service at the active site"),
    row(at, "self-heal", "finish", at, "the service answers again"),
    row(at, "self-heal", "undo", at, "the service was started again, and is not well"),
    row(at, "zonal-recovery", "begin", at, "moving out of a zone of the primary, or opening it again"),
    row(at, "zonal-recovery", "finish", at, "the zone was left, or is open again"),
    row(at, "zonal-recovery", "undo", at, "the zone's nodes were opened again"),
  ]),

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

/**
 * They move nothing and touch no data: the application is served, watched and protected meanwhile, and a failover never waits for them. It
 * takes over what they have begun.
 */
const auxiliaryPlans: ReadonlySet<PlanName> = new Set([
  "warm-up",
  "stand-down",
  "drill",
  "self-heal",
  "zonal-recovery",
]);
/** Those that light the standby, or scale it down. */
const lightPlans: ReadonlySet<PlanName> = new Set(["warm-up", "stand-down", "drill"]);

export function isLighting(plan: PlanName): boolean {
  return lightPlans.has(plan);
}

/** The plan is auxiliary: it runs alongside moves, under a lock of its own. */
export function isAuxiliary(plan: PlanName): boolean {
  return auxiliaryPlans.has(plan);
}

/** A plan that lights the standby has begun and has not ended, or has left it lit. */
export function hasAuxiliary(protection: Protection): boolean {
  return transitions.some((each) => each.to === protection && isLighting(each.plan)) && protection !== "protected";
}

/** The inactive site follows the active one, verified, and nothing moves. */
export function isProtected(protection: Protection): boolean {
  return protection === "protected" || protection === "reprotected" || hasAuxiliary(protection);
}

const auxiliary = {
  warming: "the standby is being lit: wait, abort that, or fail over",
  warm: "the standby is lit ahead of a failover: scale it down first (`pilotlight warm-up --undo`), or fail over",
  "standing-down": "the standby is being scaled down: wait for it, or fail over",
  drilling: "a drill is under way: wait for it, abort it, or fail over",
} as const;
const elsewhere = {
  unprotected: "the standby does not follow the primary yet: run reprotect first",
  protecting: "the standby does not follow the primary yet: resume or repeat reprotect",
  "failing-over": "a failover has begun: resume it",
  promoting: "a failover is past its point of no return: resume it",
  "failed-over": "the standby is active: there is none to light",
  reprotecting: "the standby is active: there is none to light",
  reprotected: "the standby is active: there is none to light",
  "failing-back": "a failback has begun: resume it",
  "promoting-home": "a failback is past its point of no return: resume it",
} as const;

const underWay = {
  ...auxiliary,
  protecting: "an operation is under way: resume or repeat reprotect",
  "failing-over": "a failover has begun: resume it",
  promoting: "a failover is past its point of no return: resume it",
  reprotecting: "an operation is under way: resume or repeat reprotect",
  "failing-back": "a failback has begun: resume it",
  "promoting-home": "a failback is past its point of no return: resume it",
} as const;

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
    warming: "already home: the primary is active",
    warm: "already home: the primary is active",
    "standing-down": "already home: the primary is active",
    drilling: "already home: the primary is active",
    "failing-over": "a failover has begun: resume it",
    promoting: "a failover is past its point of no return: resume it, then reprotect",
    "failed-over": "the primary does not follow the standby yet: run reprotect first",
    reprotecting: "the primary is not verified in sync yet: resume or repeat reprotect first",
    "promoting-home": "the last failback is past its point of no return: resume it",
  },
  "warm-up": { ...elsewhere, ...auxiliary, warm: "the standby is lit already" },
  "stand-down": {
    ...elsewhere,
    ...auxiliary,
    protected: "nothing was lit ahead of a failover: there is nothing to scale down",
    "failed-over": "the standby is active: it must stay lit",
    reprotecting: "the standby is active: it must stay lit",
    reprotected: "the standby is active: it must stay lit",
  },
  drill: { ...elsewhere, ...auxiliary },
  "self-heal": underWay,
  "zonal-recovery": underWay,
  reprotect: {
    ...auxiliary,
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

/** An operation has begun and has not ended: nothing else may write, not even heartbeats. Auxiliary plans do not count. */
export function inFlight(protection: Protection): boolean {
  return transitions.some((each) => each.from === protection && each.event !== "begin" && !isAuxiliary(each.plan));
}

export function otherSite(site: Site): Site {
  return site === "primary" ? "standby" : "primary";
}
