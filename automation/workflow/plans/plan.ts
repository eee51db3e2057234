import { DriverError } from "../../domain/errors.ts";
import type { OperationRecord } from "../../domain/operation.ts";
import type { ProtectionEvent } from "../../domain/protection.ts";
import type { Stage } from "../stages/stage.ts";

/** A graph of stages, listed in an order in which every stage comes after its needs. */
export interface Plan {
  readonly stages: readonly Stage[];
  /** With which event of the plan the operation ended well. */
  finish(operation: OperationRecord): ProtectionEvent;
}

/** What decides on a graph. All of it is in the operation's record, so a resumed operation gets the same graph. */
export type PlanInput = Pick<
  OperationRecord,
  "plan" | "mode" | "direction" | "first" | "promotion" | "lit" | "service" | "zone" | "reopen"
>;

/** What a plan is about, where it is not the whole application. */
export type PlanSubject = Pick<PlanInput, "service" | "zone" | "reopen">;

/** Every need is a stage that comes before, so the graph has no cycle. `fatal` otherwise. */
export function requireGraph(stages: readonly Stage[]): void {
  const seen = new Set<string>();
  for (const stage of stages) {
    const missing = stage.needs.find((need) => !seen.has(need));
    if (missing !== undefined)
      throw new DriverError("fatal", `stage ${stage.name} needs ${missing}, which does not come before it`);
    if (seen.has(stage.name)) throw new DriverError("fatal", `two stages are called ${stage.name}`);
    seen.add(stage.name);
  }
}
