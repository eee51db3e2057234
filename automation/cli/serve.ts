import type { RegisterCommand } from "./command.ts";

/** `pilotlight serve`: the watch loop, and the receiver of alerts. */
export const registerServe: RegisterCommand = (program, run) => {
  program
    .command("serve")
    .description(
      "run the watch, take authenticated webhooks of Alertmanager, Azure Monitor and SNS (an alert makes the driver look at once), show metrics",
    )
    .action(run<object>(async (context) => (await import("./run-serve.ts")).runServe(context)));
};
