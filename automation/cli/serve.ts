import type { RegisterCommand } from "./command.ts";

/** `pilotlight serve`: the watch loop, and the receiver of alerts. */
export const registerServe: RegisterCommand = (program, run) => {
  program
    .command("serve")
    .description(
      "run the watch, receive authenticated webhooks from Alertmanager, Azure Monitor and SNS (an alert triggers an evaluation at once), serve metrics",
    )
    .action(run<object>(async (context) => (await import("./run-serve.ts")).runServe(context)));
};
