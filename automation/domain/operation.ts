import { z } from "zod";
import { siteSchema } from "../../stacks/outputs.ts";
import { evidenceSchema } from "./evidence.ts";
import { type GuardName, guardNameSchema, overrideSchema } from "./guards.ts";

export { type Evidence, evidenceSchema } from "./evidence.ts";

export const planNameSchema = z.enum([
  "failover",
  "failback",
  "reprotect",
  "drill",
  "warm-up",
  "stand-down",
  "self-heal",
  "zonal-recovery",
]);
export type PlanName = z.infer<typeof planNameSchema>;

export const modeSchema = z.enum(["planned", "forced"]);
/** `planned`: nothing may be lost, stop when unsure. `forced`: the old site is failing, go on without it. */
export type Mode = z.infer<typeof modeSchema>;

export const operationStateSchema = z.enum(["running", "waiting", "succeeded", "failed", "needs-operator", "aborted"]);
/**
 * `waiting`: a person must answer a guard. `failed`: it did not happen and was undone. `aborted`: the same, on request.
 * `needs-operator`: neither done nor undone; `resume` continues once the cause is fixed.
 */
export type OperationState = z.infer<typeof operationStateSchema>;

export const errorRecordSchema = z.object({
  code: z.enum([
    "invalid-input",
    "not-found",
    "unreachable",
    "timeout",
    "conflict",
    "locked",
    "denied",
    "throttled",
    "capacity",
    "guard",
    "refused",
    "stale-epoch",
    "interrupted",
    "unverified",
    "fatal",
  ]),
  message: z.string(),
  retryable: z.boolean(),
  field: z.string().optional(),
  value: z.string().optional(),
  expected: z.string().optional(),
  guard: z.string().optional(),
});

export const triggerSchema = z.object({
  kind: z.enum(["manual", "auto"]),
  /** Who or what asked. */
  by: z.string().min(1),
  reason: z.string().optional(),
  /** When the trouble was first seen (ISO): recovery time counts from here. */
  firstFailedAt: z.iso.datetime().optional(),
});
export type Trigger = z.infer<typeof triggerSchema>;

export const directionSchema = z.object({ from: siteSchema, to: siteSchema });
/** `from` was active before (failover, failback) or stays so (reprotect); `to` is the other site. */
export type Direction = z.infer<typeof directionSchema>;

export const stageStateSchema = z.enum([
  "pending",
  "running",
  "waiting",
  "done",
  "failed",
  "compensating",
  "compensated",
  "compensation-failed",
]);
export type StageState = z.infer<typeof stageStateSchema>;

export const stageRecordSchema = z.object({
  name: z.string(),
  needs: z.array(z.string()),
  state: stageStateSchema,
  attempts: z.number().int().nonnegative(),
  startedAt: z.iso.datetime().optional(),
  endedAt: z.iso.datetime().optional(),
  error: errorRecordSchema.optional(),
  /** Order of the first intent; undefined: no effect was ever begun, so nothing is to be undone. */
  intent: z.number().int().optional(),
  /** What was there before the effect, as read before the first intent. */
  before: evidenceSchema.optional(),
});
export type StageRecord = z.infer<typeof stageRecordSchema>;

export const questionSchema = z.object({
  stage: z.string(),
  guard: guardNameSchema,
  reason: z.string(),
  askedAt: z.iso.datetime(),
  found: evidenceSchema,
  closed: z.boolean(),
});
export type Question = z.infer<typeof questionSchema>;

export const grantedOverrideSchema = overrideSchema.extend({
  at: z.iso.datetime(),
  /** The answer that gave it; undefined: given when the operation was started. */
  answerId: z.string().optional(),
  /** The stage that used it, and with that used it up. */
  usedBy: z.string().optional(),
});
export type GrantedOverride = z.infer<typeof grantedOverrideSchema>;

/** One run of a plan: what the journal's entries add up to. */
export const operationRecordSchema = z.object({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{2,79}$/, "lower-case letters, digits and dashes, 3 to 80 of them"),
  application: z.string().min(1),
  environment: z.string().min(1),
  plan: planNameSchema,
  mode: modeSchema,
  direction: directionSchema,
  /** Reprotect only: this is the first protection, nothing is to be salvaged from `to`. */
  first: z.boolean().default(false),
  /** Reprotect only: the move that left `to` behind, and when the other site could write. */
  promotion: z.object({ operationId: z.string(), at: z.iso.datetime() }).optional(),
  /** Failover only: the standby was lit, or was being lit, ahead of it; that light is this one's now, and is scaled down should it be undone. */
  lit: z.boolean().optional(),
  /** Self-heal only: the service whose pods are restarted. */
  service: z.string().min(1).optional(),
  /** Zonal recovery only: the availability zone of the primary that is moved out of. */
  zone: z.string().min(1).optional(),
  /** Zonal recovery only: the zone is well again, and its nodes are opened. */
  reopen: z.boolean().optional(),
  trigger: triggerSchema,
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime().optional(),
  state: operationStateSchema,
  /** `forward` until it fails or is aborted before the point of no return, then `compensating`. */
  phase: z.enum(["forward", "compensating"]),
  pointOfNoReturnAt: z.iso.datetime().optional(),
  /** Why it is compensating, or else what a person must fix. */
  cause: errorRecordSchema.optional(),
  /** A person asked for its end: `aborted` rather than `failed`, once undone. */
  abortRequested: z.boolean().default(false),
  stages: z.array(stageRecordSchema),
  questions: z.array(questionSchema),
  overrides: z.array(grantedOverrideSchema),
  /** By stage. */
  evidence: z.record(z.string(), evidenceSchema),
});
export type OperationRecord = z.infer<typeof operationRecordSchema>;

/** Nothing more happens to it; `needs-operator` is not ended: it can be resumed. */
export function isEnded(state: OperationState): boolean {
  return state === "succeeded" || state === "failed" || state === "aborted";
}

/** Whether an override was used for this guard in this operation; one that was given and not needed does not count. */
export function wasOverridden({ overrides }: OperationRecord, guard: GuardName): boolean {
  return overrides.some((each) => each.guard === guard && each.usedBy !== undefined);
}
