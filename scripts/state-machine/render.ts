import { guardCatalogue } from "../../automation/domain/guards.ts";
import { isEnded, operationStateSchema } from "../../automation/domain/operation.ts";
import { operationMoves } from "../../automation/domain/operation-machine.ts";
import { inFlight, transitions } from "../../automation/domain/protection.ts";
import { protectionSchema } from "../../automation/domain/witness-record.ts";

/** docs/state-machine.md, from the tables that the driver itself follows. */
export function renderStateMachine(): string {
  return [
    "# The state machines",
    "",
    "Generated from `automation/domain/protection.ts`, `operation-machine.ts` and `guards.ts` by `npm run docs:state-machine`;",
    "do not edit. The driver follows these tables: what is not in them does not happen.",
    "",
    "## An application",
    "",
    "Kept in the witness. In the grey states an operation is under way: nobody else writes, not even heartbeats.",
    "",
    "```mermaid",
    "stateDiagram-v2",
    "  [*] --> unprotected",
    ...transitions.map(({ from, plan, event, to }) => `  ${from} --> ${to}: ${plan} ${event}`),
    "  classDef underWay fill:#ddd,color:#000",
    `  class ${protectionSchema.options.filter(inFlight).join(",")} underWay`,
    "```",
    "",
    ...table(
      ["from", "plan", "event", "to", "comment"],
      transitions.map(({ from, plan, event, to, comment }) => [from, plan, event, to, comment]),
    ),
    "",
    "## An operation",
    "",
    "Kept in its journal. Nothing leads out of an end; `needs-operator` is left only by a person.",
    "",
    "```mermaid",
    "stateDiagram-v2",
    "  [*] --> running",
    ...operationMoves.map(({ from, event, to }) => `  ${from} --> ${to}: ${event}`),
    ...operationStateSchema.options.filter(isEnded).map((state) => `  ${state} --> [*]`),
    "```",
    "",
    ...table(
      ["from", "event", "to", "comment"],
      operationMoves.map(({ from, event, to, comment }) => [from, event, to, comment]),
    ),
    "",
    "## Guards",
    "",
    "Why an operation may not begin or go on. An override is given for one guard of one operation, with a reason, and is journaled.",
    "",
    ...table(
      ["guard", "stands when", "holds", "override"],
      Object.entries(guardCatalogue).map(([name, { stands, holds, overridable, instead }]) => [
        `\`${name}\``,
        stands,
        holds,
        overridable ? `\`--override ${name}\`: ${instead}` : `none: ${instead}`,
      ]),
    ),
    "",
  ].join("\n");
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)];
}
