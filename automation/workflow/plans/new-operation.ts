import { randomBytes } from "node:crypto";
import type { Override } from "../../domain/guards.ts";
import {
  type OperationRecord,
  operationRecordSchema,
  type PlanName,
  type StageRecord,
  type Trigger,
} from "../../domain/operation.ts";
import type { DriverSettings } from "../settings.ts";
import { buildPlan } from "./build-plan.ts";
import type { PlanInput } from "./plan.ts";

export interface NewOperation {
  readonly id: string;
  readonly application: string;
  readonly environment: string;
  readonly input: PlanInput;
  readonly trigger: Trigger;
  readonly overrides: readonly Override[];
  /** One of the same plan that was given up in the middle. What it had begun is this one's to undo, should it fail. */
  readonly givenUp: OperationRecord | undefined;
  /** ISO. */
  readonly at: string;
}

/** The record of an operation that has done nothing yet. */
export function newOperation(options: NewOperation, settings: DriverSettings): OperationRecord {
  const { id, application, environment, input, trigger, overrides, givenUp, at } = options;
  return operationRecordSchema.parse({
    ...input,
    ...(givenUp?.lit === true ? { lit: true } : {}),
    id,
    application,
    environment,
    trigger,
    startedAt: at,
    state: "running",
    phase: "forward",
    stages: buildPlan(input, settings).stages.map(({ name, needs }) => ({
      ...{ name, needs, state: "pending", attempts: 0 },
      ...begunBy(givenUp, name),
    })),
    questions: [],
    overrides: overrides.map((each) => ({
      ...each,
      at,
      // Starting uses up the approval that allowed it.
      ...(each.guard === "paused" ? { usedBy: "admission" } : {}),
    })),
    evidence: {},
  });
}

/** What was there before the very first attempt; this one must not take the other's effect for it. */
function begunBy(givenUp: OperationRecord | undefined, name: string): Pick<StageRecord, "intent" | "before"> {
  const { intent, before, state } = givenUp?.stages.find((stage) => stage.name === name) ?? {};
  return intent === undefined || state === "compensated" ? {} : { intent, before };
}

/** e.g. `failover-20260101t000000z-9f3c`: sorts by time, and no two drivers make the same. */
export function newOperationId(plan: PlanName, now: string): string {
  const stamp = now.replace(/[-:]|\.\d+/g, "").toLowerCase();
  return `${plan}-${stamp}-${randomBytes(2).toString("hex")}`;
}
