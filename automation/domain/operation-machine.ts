import { DriverError } from "./errors.ts";
import { isEnded, type OperationState } from "./operation.ts";

/** `resume` is a person's (`pilotlight resume`) or, after a crash, the next driver's; all others are the runner's own. */
export type OperationEvent =
  | "ask"
  | "answered"
  | "succeed"
  | "undone"
  | "undone-on-request"
  | "taken-over"
  | "stuck"
  | "resume";

export interface OperationMove {
  readonly from: OperationState;
  readonly event: OperationEvent;
  readonly to: OperationState;
  readonly comment: string;
}

const underWay = ["running", "waiting"] as const satisfies readonly OperationState[];
const row = (from: OperationState, event: OperationEvent, to: OperationState, comment: string): OperationMove => ({
  from,
  event,
  to,
  comment,
});

/** What may become of an operation. What is not in the table does not happen; nothing leads out of an end. */
export const operationMoves: readonly OperationMove[] = [
  row("running", "ask", "waiting", "a stage stands before a guard: a person must answer"),
  row("waiting", "answered", "running", "the guard was overridden, or its cause went by itself"),
  ...underWay.flatMap((from) => [
    row(from, "succeed", "succeeded", "every stage is done, and the witness knows"),
    row(from, "undone", "failed", "it did not happen: what was begun was undone"),
    row(from, "undone-on-request", "aborted", "a person ended it: what was begun was undone"),
    row(
      from,
      "taken-over",
      "aborted",
      "a failover took over what it had begun: nothing is undone (warm-up, stand-down, drill)",
    ),
    row(from, "stuck", "needs-operator", "neither done nor undone: a person must fix the cause"),
  ]),
  row("needs-operator", "resume", "running", "a person says that the cause is mended: it goes on"),
  row("needs-operator", "resume", "waiting", "a person resumes it, and an earlier question is still open"),
  row("running", "resume", "waiting", "its driver died before it had written down that it waits"),
  row("waiting", "resume", "running", "its driver died before it had written down that it goes on"),
];

/** Throws `fatal` where the table has no such move: a journal says what cannot have happened. */
export function requireOperationMove(id: string, from: OperationState, to: OperationState): void {
  if (operationMoves.some((each) => each.from === from && each.to === to)) return;
  const why = isEnded(from) ? "it had ended" : "there is no such move";
  throw new DriverError("fatal", `operation ${id} cannot go from ${from} to ${to}: ${why}`);
}
