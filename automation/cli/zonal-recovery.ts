import type { RegisterCommand } from "./command.ts";
import { addOperateOptions, type OperateOptions, operate } from "./operate.ts";

interface ZonalRecoveryOptions extends OperateOptions {
  readonly zone: string;
  readonly undo?: boolean;
}

/** `pilotlight zonal-recovery --zone <zone> [--undo]` */
export const registerZonalRecovery: RegisterCommand = (program, run) => {
  addOperateOptions(
    program
      .command("zonal-recovery")
      .description(
        "move the application out of a broken zone of the primary: close its nodes, evict its pods, have a Multi-AZ database fail over",
      )
      .requiredOption(
        "--zone <zone>",
        "availability zone, e.g. eu-west-1a; refused unless it is impaired and another one is not",
      )
      .option("--undo", "the zone is well again: let its nodes take pods"),
  ).action(
    run<ZonalRecoveryOptions>((context, options) => {
      const { zone, undo: reopen = false } = options;
      const plan = { name: "zonal-recovery", mode: "planned", subject: { zone, reopen } } as const;
      return operate(context, options, plan, (driver, overrides) =>
        driver.zonalRecovery({
          ...{ zone, reopen, overrides, signal: context.signal },
          trigger: { kind: "manual", by: context.person },
        }),
      );
    }),
  );
};
