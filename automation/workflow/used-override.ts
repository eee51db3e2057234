import type { GuardName } from "../domain/guards.ts";
import type { OperationRecord } from "../domain/operation.ts";

/** A guard that stood in this operation was broken; one that was given and not needed does not count. */
export function isBroken({ overrides }: OperationRecord, guard: GuardName): boolean {
  return overrides.some((each) => each.guard === guard && each.usedBy !== undefined);
}
