import type { RegisterCommand } from "./command.ts";
import { addOperateOptions, type OperateOptions, operate } from "./operate.ts";

/** `pilotlight self-heal <service>` */
export const registerSelfHeal: RegisterCommand = (program, run) => {
  addOperateOptions(
    program
      .command("self-heal")
      .description("restart the pods of one service at the active site; refused while any of them is ready")
      .argument("<service>", "as `watch` names it, e.g. service-a"),
  ).action(
    run<OperateOptions>((context, options, service = "") =>
      operate(context, options, { name: "self-heal", mode: "planned", subject: { service } }, (driver, overrides) =>
        driver.selfHeal({
          service,
          overrides,
          signal: context.signal,
          trigger: { kind: "manual", by: context.person },
        }),
      ),
    ),
  );
};
