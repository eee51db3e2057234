import { z } from "zod";
import type { Site } from "../../../stacks/outputs.ts";
import {
  type Advice,
  adviceGuard,
  approvalGuard,
  type ControlState,
  pauseGuard,
} from "../../domain/application-facts.ts";
import { DriverError, invalidInput, serialiseError } from "../../domain/errors.ts";
import {
  cooldown,
  type Guard,
  GuardError,
  notReprotected,
  type Override,
  operationRunning,
  operatorNeeded,
  overridableGuards,
  overrideSchema,
} from "../../domain/guards.ts";
import type { PlanName, Trigger } from "../../domain/operation.ts";
import { isAuxiliary, otherSite, whyNot } from "../../domain/protection.ts";
import { type Estate, requireMovableData, requireSupportedTraffic } from "../../domain/supported-topology.ts";
import type { WitnessRecord } from "../../domain/witness-record.ts";
import type { PlanInput, PlanSubject } from "../plans/plan.ts";
import type { DriverSettings } from "../settings.ts";

/** Throws where a plan does not fit the state of the application: `refused`, or `guard` where going home comes too early. */
export function admit(plan: PlanName, witness: WitnessRecord | undefined): void {
  const protection = witness?.protection ?? "unprotected";
  if (plan === "failback" && (protection === "failed-over" || protection === "reprotecting")) {
    throw new GuardError(notReprotected("the primary"));
  }
  const newest = witness?.lastOperation;
  // A failover does not wait for an auxiliary operation: it takes it over.
  const moves = plan === "failover" || plan === "failback";
  const last = newest !== undefined && isAuxiliary(newest.plan) && moves ? undefined : newest;
  if (last !== undefined && (last.state === "running" || last.state === "waiting")) {
    throw new GuardError(operationRunning(last.id, "its driver", false));
  }
  const reason = whyNot(protection, plan);
  if (reason === undefined) return;
  throw new DriverError("refused", `${plan} refused: ${reason}`, {
    field: "plan",
    value: plan,
    expected: `a plan that fits ${protection}`,
  });
}

export interface Beginning {
  readonly plan: PlanName;
  readonly trigger: Trigger;
  readonly witness: WitnessRecord | undefined;
  readonly controls: ControlState;
  readonly advice: Advice | undefined;
  readonly mode: DriverSettings["mode"];
  readonly now: Date;
}

/** Every guard that holds an operation back from beginning, whatever its plan; the most severe first. */
export function beginningGuards({ plan, trigger, witness, controls, advice, mode, now }: Beginning): readonly Guard[] {
  const last = witness?.lastOperation;
  const automatic = trigger.kind === "auto";
  return [
    automatic && last?.state === "needs-operator" && !isAuxiliary(last.plan) ? operatorNeeded(last.id) : undefined,
    pauseGuard(controls),
    automatic && !isAuxiliary(plan) ? cooldown(witness?.cooldownUntil, now) : undefined,
    adviceGuard(advice, trigger),
    approvalGuard(controls, mode, trigger),
  ].filter((each) => each !== undefined);
}

/** Throws the first guard that cannot be overridden. */
export function requireBeginning(beginning: Beginning, overrides: readonly Override[]): void {
  const manual = beginning.trigger.kind === "manual";
  const holding = beginningGuards(beginning).find(
    (each) => !(manual && overrides.some((override) => override.guard === each.override)),
  );
  if (holding !== undefined) throw new GuardError(holding);
}

/** Throws `refused` where the estate holds what a plan would have to move and this driver cannot. */
export function requireSupported(plan: PlanName, estate: Estate): void {
  if (plan === "self-heal" || plan === "zonal-recovery") return;
  requireMovableData(estate);
  if (plan !== "reprotect" && plan !== "stand-down" && estate.standby !== undefined)
    requireSupportedTraffic(estate.standby.traffic);
}

/** Why `requireSupported` would throw; undefined: it would not. */
export function whyNotSupported(plan: PlanName, estate: Estate): string | undefined {
  try {
    requireSupported(plan, estate);
    return undefined;
  } catch (error) {
    return serialiseError(error).message;
  }
}

/** The graph's input for a plan that begins now. */
export function planInput(
  plan: PlanName,
  mode: PlanInput["mode"],
  witness: WitnessRecord | undefined,
  more: Pick<PlanInput, "lit"> & PlanSubject = {},
): PlanInput {
  const from: Site = witness?.activeSite ?? "primary";
  const promotion = plan === "reprotect" ? witness?.promotion : undefined;
  return {
    plan,
    mode,
    direction: { from, to: otherSite(from) },
    first: plan === "reprotect" && promotion === undefined,
    ...(promotion === undefined ? {} : { promotion }),
    ...(plan === "failover" && more.lit === true ? { lit: true } : {}),
    ...(plan === "self-heal" && more.service !== undefined ? { service: more.service } : {}),
    ...(plan === "zonal-recovery" && more.zone !== undefined ? { zone: more.zone } : {}),
    ...(plan === "zonal-recovery" && more.reopen === true ? { reopen: true } : {}),
  };
}

/** `invalid-input` for a guard that nothing breaks, or without a reason or a name. */
export function parseOverrides(overrides: readonly Override[]): readonly Override[] {
  return overrides.map((each) => {
    const parsed = overrideSchema.safeParse(each);
    if (!parsed.success) throw invalidInput("override", each, z.prettifyError(parsed.error));
    requireOverridable(parsed.data.guard);
    return parsed.data;
  });
}

export function requireOverridable(guard: Override["guard"]): void {
  if (!overridableGuards.includes(guard))
    throw invalidInput("override.guard", guard, `one of ${overridableGuards.join(", ")}`);
}
