import { z } from "zod";
import { adviceHolds, approvalMissing, type Guard, paused } from "./guards.ts";
import type { Trigger } from "./operation.ts";

const at = z.iso.datetime();
const said = { at, by: z.string().min(1), reason: z.string().min(1) };

/** What people, and the watch, say of an application between its operations. Only ever added to. */
export const applicationFactSchema = z.discriminatedUnion("type", [
  /** No operation begins from here on; `until`: not for longer than that. */
  z.object({ type: z.literal("paused"), ...said, until: at.optional() }),
  z.object({ type: z.literal("unpaused"), ...said }),
  /** The watch asks for a failover (mode `approve`). */
  z.object({ type: z.literal("failover-proposed"), ...said, firstFailedAt: at }),
  /** A person lets the watch start one failover before `until`. */
  z.object({ type: z.literal("failover-approved"), ...said, until: at }),
  /** The approval that stood is used up: one approval, one failover. */
  z.object({ type: z.literal("approval-used"), at, operationId: z.string() }),
  /** A drill succeeded. `rehearsal`: beside the replica, away from users; `live`: users were moved there and home. */
  z.object({ type: z.literal("drilled"), at, kind: z.enum(["rehearsal", "live"]), operationId: z.string() }),
]);
export type ApplicationFact = z.infer<typeof applicationFactSchema>;

type FactOf<Type extends ApplicationFact["type"]> = Extract<ApplicationFact, { readonly type: Type }>;

/** What the facts add up to at an instant. */
export interface ControlState {
  readonly pause: FactOf<"paused"> | undefined;
  readonly approval: FactOf<"failover-approved"> | undefined;
  /** Asked for, and neither approved nor overtaken by a failover since. */
  readonly proposal: FactOf<"failover-proposed"> | undefined;
  readonly lastDrill: FactOf<"drilled"> | undefined;
}

export const noControls: ControlState = {
  pause: undefined,
  approval: undefined,
  proposal: undefined,
  lastDrill: undefined,
};

/** Adds up. A pause takes back an approval that was given before it: whoever pauses wants nothing to begin. */
export function controlState(facts: readonly ApplicationFact[], now: Date): ControlState {
  const sum = facts.reduce(after, noControls);
  return {
    pause: isOver(sum.pause?.until, now) ? undefined : sum.pause,
    approval: isOver(sum.approval?.until, now) ? undefined : sum.approval,
    proposal: sum.proposal,
    lastDrill: sum.lastDrill,
  };
}

function after(sum: ControlState, fact: ApplicationFact): ControlState {
  switch (fact.type) {
    case "paused":
      return { ...sum, pause: fact, approval: undefined };
    case "unpaused":
      return { ...sum, pause: undefined };
    case "failover-proposed":
      return { ...sum, proposal: fact };
    case "failover-approved":
      return { ...sum, approval: fact, proposal: undefined };
    case "approval-used":
      return { ...sum, approval: undefined, proposal: undefined };
    case "drilled":
      return { ...sum, lastDrill: fact };
  }
}

function isOver(until: string | undefined, now: Date): boolean {
  return until !== undefined && now.getTime() >= Date.parse(until);
}

/** Undefined: not paused. */
export function pauseGuard({ pause }: ControlState): Guard | undefined {
  return pause === undefined ? undefined : paused(pause.by, pause.reason, pause.until);
}

/** Mode `approve`: what starts by itself needs a person's word; what a person starts is one. */
export function approvalGuard(
  { approval }: ControlState,
  mode: "observe" | "approve" | "auto",
  trigger: Pick<Trigger, "kind" | "reason">,
): Guard | undefined {
  if (trigger.kind === "manual" || mode === "auto" || (mode === "approve" && approval !== undefined)) return undefined;
  return approvalMissing(trigger.reason === undefined ? "an automatic failover" : `a failover for ${trigger.reason}`);
}

/** What an advisor says of a failing application. */
export const adviceSchema = z.object({
  action: z.enum(["none", "self_heal", "zonal_recovery", "trigger_dr"]),
  confidence: z.enum(["low", "medium", "high"]),
  reasoning: z.string(),
});
export type Advice = z.infer<typeof adviceSchema>;

/** No advisor (undefined) holds nothing back; with one, only a confident `trigger_dr` lets an automatic failover begin. */
export function adviceGuard(advice: Advice | undefined, trigger: Pick<Trigger, "kind">): Guard | undefined {
  if (advice === undefined || trigger.kind === "manual") return undefined;
  if (advice.action === "trigger_dr" && advice.confidence === "high") return undefined;
  return adviceHolds(`it recommends ${advice.action} with ${advice.confidence} confidence (${advice.reasoning})`);
}
