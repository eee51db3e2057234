import type { OperationRecord } from "../domain/operation.ts";
import type { CommandContext, RegisterCommand } from "./command.ts";
import { exitCodeOf, exitCodes } from "./exit-codes.ts";
import {
  addOperateOptions,
  askedFirst,
  type OperateOptions,
  operate,
  overridesOf,
  withProgressOfAll,
} from "./operate.ts";
import { planText } from "./plan-text.ts";

interface DrillOptions extends OperateOptions {
  readonly live?: boolean;
}

/** `pilotlight drill [--live]` */
export const registerDrill: RegisterCommand = (program, run) => {
  addOperateOptions(
    program
      .command("drill")
      .description(
        "rehearse a failover at the standby, next to its replica and away from users, and restore everything",
      )
      .option("--live", "the whole way, with users: planned failover, reprotect, planned failback"),
  ).action(
    run<DrillOptions>((context, options) => {
      if (options.live === true) return live(context, options);
      const trigger = { kind: "manual", by: context.person } as const;
      return operate(context, options, { name: "drill", mode: "planned" }, (driver, overrides) =>
        driver.drill({ overrides, signal: context.signal, trigger }),
      );
    }),
  );
};

async function live(context: CommandContext, options: DrillOptions): Promise<number> {
  const overrides = overridesOf(context, options);
  const first = { name: "failover", mode: "planned" } as const;
  const begins = await askedFirst(context, options, first, "live drill: users move there and back", (description) =>
    context.print(
      { live: ["failover", "reprotect", "failback"], failover: description },
      `${planText(description)}\n\nThen reprotect, and failback the same way home.`,
    ),
  );
  if (!begins) return exitCodes.done;
  const trigger = { kind: "manual", by: context.person, reason: "live drill" } as const;
  const records = await withProgressOfAll(context, (driver) =>
    driver.drillLive({ overrides, signal: context.signal, trigger }),
  );
  const last = records.at(-1);
  context.print({ live: true, succeeded: isWhole(records), operations: records }, text(records));
  return last === undefined ? exitCodes.failed : exitCodeOf(last.state);
}

function isWhole(records: readonly OperationRecord[]): boolean {
  return records.length === 3 && records.every(({ state }) => state === "succeeded");
}

function text(records: readonly OperationRecord[]): string {
  const lines = records.map(
    ({ id, state, cause }) => `${id}: ${state}${cause === undefined ? "" : `: ${cause.message}`}`,
  );
  const end = isWhole(records)
    ? "Drilled: users were served by the standby and are home."
    : "The drill stopped there: the application stays where that left it (`pilotlight status`).";
  return [...lines, end].join("\n");
}
