import type { RegisterCommand } from "./command.ts";
import { describe } from "./event-text.ts";
import { exitCodes } from "./exit-codes.ts";
import { watchLine } from "./watch-line.ts";

/** `pilotlight watch`: one line per evaluation until Ctrl-C; acts only in mode `auto`. */
export const registerWatch: RegisterCommand = (program, run) => {
  program
    .command("watch")
    .description(
      "score the health of the active site, keep heartbeats and object copies running, act as PILOTLIGHT_MODE allows",
    )
    .action(
      run<object>(async (context) => {
        const { watchByLease } = await import("./watch-by-lease.ts");
        const app = await context.app();
        const { driver, application } = await app.driver((event) => {
          const line = describe(event);
          if (line !== undefined) process.stderr.write(`${new Date().toISOString()} ${line}\n`);
        });
        const watch = async (signal: AbortSignal): Promise<void> => {
          for await (const event of driver.watch(signal, { leased: app.witness.leases !== undefined })) {
            process.stdout.write(`${context.json ? JSON.stringify(event) : watchLine(event)}\n`);
          }
        };
        await watchByLease({ app, application, watch, signal: context.signal, json: context.json });
        return exitCodes.done;
      }),
    );
};
