import type { RegisterCommand } from "./command.ts";
import { addOperateOptions, type OperateOptions, operate } from "./operate.ts";

interface WarmUpOptions extends OperateOptions {
  readonly undo?: boolean;
}

/** `pilotlight warm-up [--undo]` */
export const registerWarmUp: RegisterCommand = (program, run) => {
  addOperateOptions(
    program
      .command("warm-up")
      .description("light the standby ahead of a failover that may come; moves nothing, and a failover takes it over")
      .option("--undo", "scale down what a warm-up lit"),
  ).action(
    run<WarmUpOptions>((context, options) => {
      const undo = options.undo === true;
      const trigger = { kind: "manual", by: context.person } as const;
      return operate(
        context,
        options,
        { name: undo ? "stand-down" : "warm-up", mode: "planned" },
        (driver, overrides) => {
          const start = { overrides, signal: context.signal, trigger };
          return undo ? driver.standDown(start) : driver.warmUp(start);
        },
      );
    }),
  );
};
