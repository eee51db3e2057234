import { DriverError } from "../domain/errors.ts";
import type { Mode } from "../domain/operation.ts";
import type { RegisterCommand } from "./command.ts";
import { addOperateOptions, type OperateOptions, operate } from "./operate.ts";

interface FailoverOptions extends OperateOptions {
  readonly planned?: boolean;
  readonly forced?: boolean;
}

/** `pilotlight failover --planned | --forced` */
export const registerFailover: RegisterCommand = (program, run) => {
  addOperateOptions(
    program
      .command("failover")
      .description("move the application from the primary to the standby")
      .option("--planned", "nothing may be lost: stops and undoes itself when unsure")
      .option("--forced", "the primary is failing: continue without it, ask where that is a risk"),
  ).action(
    run<FailoverOptions>((context, options) => {
      const mode = modeOf(options);
      return operate(context, options, { name: "failover", mode }, (driver, overrides) =>
        driver.failover({ mode, overrides, signal: context.signal, trigger: { kind: "manual", by: context.person } }),
      );
    }),
  );
};

function modeOf(options: FailoverOptions): Mode {
  if (options.planned === options.forced) {
    throw new DriverError(
      "invalid-input",
      "choose a failover: --planned (lose nothing) or --forced (the primary is failing)",
      {
        field: "--planned, --forced",
        expected: "exactly one of them",
      },
    );
  }
  return options.planned === true ? "planned" : "forced";
}
