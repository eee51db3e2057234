import type { OperationState } from "../domain/operation.ts";

/** What the command tells its caller; documented in the README. */
export const exitCodes = { done: 0, failed: 1, refused: 2, waits: 3, interrupted: 130 } as const;

/** The exit code for how an operation ended. */
export function exitCodeOf(state: OperationState): number {
  if (state === "succeeded") return exitCodes.done;
  return state === "waiting" || state === "needs-operator" ? exitCodes.waits : exitCodes.failed;
}
