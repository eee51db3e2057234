import type { Guard } from "../../domain/guards.ts";
import { type Prediction, predict, type TimedOperation } from "../../domain/prediction.ts";
import type { DriverSettings } from "../settings.ts";
import { buildPlan } from "./build-plan.ts";
import type { PlanInput } from "./plan.ts";

export interface DescribedStage {
  readonly name: string;
  readonly needs: readonly string[];
  readonly summary: string;
  /** One attempt's. */
  readonly deadlineSeconds: number;
  /** It is undone when the operation fails before the point of no return. */
  readonly undoable: boolean;
  readonly pointOfNoReturn: boolean;
}

/** What an operation would do, without doing any of it. */
export interface PlanDescription {
  readonly plan: PlanInput["plan"];
  readonly mode: PlanInput["mode"];
  readonly direction: PlanInput["direction"];
  /** In an order in which every stage comes after its needs. */
  readonly stages: readonly DescribedStage[];
  /** As they stand now; a fence that cannot be confirmed shows only when it is tried. */
  readonly guards: readonly Guard[];
  /** From past operations of the application; waiting for people left out. */
  readonly predicted: Prediction;
}

export function describePlan(
  input: PlanInput,
  context: {
    readonly settings: DriverSettings;
    readonly guards: readonly Guard[];
    readonly past: readonly TimedOperation[];
  },
): PlanDescription {
  const { stages } = buildPlan(input, context.settings);
  return {
    plan: input.plan,
    mode: input.mode,
    direction: input.direction,
    guards: context.guards,
    predicted: predict(stages, input, context.past),
    stages: stages.map((stage) => ({
      name: stage.name,
      needs: stage.needs,
      summary: stage.summary,
      deadlineSeconds: stage.deadlineMs / 1000,
      undoable: stage.compensate !== undefined,
      pointOfNoReturn: stage.pointOfNoReturn === true,
    })),
  };
}
