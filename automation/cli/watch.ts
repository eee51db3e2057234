import type { DriverWatchEvent } from "../workflow/watch/watch-event.ts";
import type { RegisterCommand } from "./command.ts";
import { exitCodes } from "./exit-codes.ts";
import { describe } from "./progress.ts";
import { watchByLease } from "./watch-by-lease.ts";

/** `pilotlight watch`: one line an evaluation until Ctrl-C; acts only in mode `auto`. */
export const registerWatch: RegisterCommand = (program, run) => {
  program
    .command("watch")
    .description("score health at the active site, keep heartbeats and objects going, act as PILOTLIGHT_MODE allows")
    .action(
      run<object>(async (context) => {
        const app = context.app();
        const { driver, application } = await app.driver((event) => {
          const line = describe(event);
          if (line !== undefined) process.stderr.write(`${new Date().toISOString()} ${line}\n`);
        });
        const watch = async (signal: AbortSignal): Promise<void> => {
          for await (const event of driver.watch(signal)) {
            process.stdout.write(`${context.json ? JSON.stringify(event) : watchLine(event)}\n`);
          }
        };
        await watchByLease({ app, application, watch, signal: context.signal, json: context.json });
        return exitCodes.done;
      }),
    );
};

/** One watch event in words. */
export function watchLine(event: DriverWatchEvent): string {
  switch (event.type) {
    case "evaluation": {
      const { evaluation } = event;
      const bad = evaluation.health.contributions.filter((each) => each.points > 0 || each.unknown);
      const why = bad
        .map((each) => `${each.name} ${each.reading}${each.points > 0 ? ` +${each.points}` : ""}`)
        .join(", ");
      return `${evaluation.at} ${evaluation.activeSite}: score ${evaluation.health.score}, level ${evaluation.health.level}, ${evaluation.decision.action}${why === "" ? "" : ` (${why})`}`;
    }
    case "resting":
      return `${event.at} nothing is decided while ${event.operationId ?? "an operation"} is at work (${event.protection})`;
    case "trouble":
      return `${event.at} trouble: ${event.what}: ${event.reason}`;
    case "recovered":
      return `${event.at} recovered: ${event.what}`;
    case "operation":
      return `${event.record.endedAt ?? event.record.startedAt} ${event.record.id}: ${event.record.state}`;
    case "refused":
      return `${event.at} a failover was decided and not done: ${event.error.message}`;
  }
}
