import type { RegisterCommand } from "./command.ts";
import { addOperateOptions, type OperateOptions, operate } from "./operate.ts";

/** `pilotlight failback` */
export const registerFailback: RegisterCommand = (program, run) => {
  addOperateOptions(
    program
      .command("failback")
      .description("move the application home, planned, and scale the standby down (after reprotect)"),
  ).action(
    run<OperateOptions>((context, options) =>
      operate(context, options, { name: "failback", mode: "planned" }, (driver, overrides) =>
        driver.failback({ overrides, signal: context.signal, trigger: { kind: "manual", by: context.person } }),
      ),
    ),
  );
};
