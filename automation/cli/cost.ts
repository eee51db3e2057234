import type { RegisterCommand } from "./command.ts";

/** `pilotlight cost`: reads the stack file alone, so it needs neither the engine nor a cloud. */
export const registerCost: RegisterCommand = (program, run) => {
  program
    .command("cost")
    .description("what the standby costs per month at rest and per hour lit, by resource and tier")
    .action(
      run<object>(async (context) => {
        const { runCost } = await import("./run-cost.ts");
        return runCost(context, program.opts<{ environment?: string }>().environment);
      }),
    );
};
