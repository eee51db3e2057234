import type { RegisterCommand } from "./command.ts";
import { addOperateOptions, type OperateOptions, operate } from "./operate.ts";

/** `pilotlight reprotect` */
export const registerReprotect: RegisterCommand = (program, run) => {
  addOperateOptions(
    program
      .command("reprotect")
      .description(
        "make the inactive site follow the active one; a site that came back is fenced before anything else",
      ),
  ).action(
    run<OperateOptions>((context, options) =>
      operate(context, options, { name: "reprotect", mode: "planned" }, (driver, overrides) =>
        driver.reprotect({ overrides, signal: context.signal, trigger: { kind: "manual", by: context.person } }),
      ),
    ),
  );
};
