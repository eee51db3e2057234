import type { ControlState } from "../domain/application-facts.ts";
import type { RegisterCommand } from "./command.ts";
import { exitCodes } from "./exit-codes.ts";
import { reasonOf } from "./reason.ts";

interface SayOptions {
  readonly reason?: string;
  readonly until?: string;
}

/** `pilotlight pause --reason …`: no operation begins until `unpause`, or until the time that is named. */
export const registerPause: RegisterCommand = (program, run) => {
  program
    .command("pause")
    .description(
      "let no operation begin, e.g. during maintenance; running operations continue, the watch keeps evaluating",
    )
    .option("--reason <text>", "why; shown to whoever wants to begin one")
    .option("--until <time>", "when it ends by itself (ISO, e.g. 2026-01-31T06:00:00Z); default: with `unpause`")
    .action(
      run<SayOptions>(async (context, options) => {
        const attribution = { by: context.person, reason: reasonOf(options, "a pause") };
        const { driver, application } = await (await context.app()).driver(() => {});
        const controls = await driver.controls.pause(attribution, options.until);
        context.print({ application, ...controls }, pauseText(application, controls));
        return exitCodes.done;
      }),
    );
};

/** `pilotlight unpause --reason …` */
export const registerUnpause: RegisterCommand = (program, run) => {
  program
    .command("unpause")
    .description("end a pause")
    .option("--reason <text>", "why; kept with the pause")
    .action(
      run<SayOptions>(async (context, options) => {
        const attribution = { by: context.person, reason: reasonOf(options, "the end of a pause") };
        const { driver, application } = await (await context.app()).driver(() => {});
        const controls = await driver.controls.unpause(attribution);
        context.print({ application, ...controls }, pauseText(application, controls));
        return exitCodes.done;
      }),
    );
};

/** `pilotlight approve --reason …`: allows one failover that the watch may start. */
export const registerApprove: RegisterCommand = (program, run) => {
  program
    .command("approve")
    .description("let the watch start one failover (mode approve), within the hour or until the time that is named")
    .option("--reason <text>", "why; journaled")
    .option("--until <time>", "until when it holds (ISO); default: an hour from now")
    .action(
      run<SayOptions>(async (context, options) => {
        const attribution = { by: context.person, reason: reasonOf(options, "an approval") };
        const { driver, application } = await (await context.app()).driver(() => {});
        const controls = await driver.controls.approve(attribution, options.until);
        const until = controls.approval?.until ?? "nobody knows when";
        const text = `${application}: one failover may be started by the watch until ${until}`;
        context.print({ application, ...controls }, text);
        return exitCodes.done;
      }),
    );
};

function pauseText(application: string, { pause }: ControlState): string {
  if (pause === undefined) return `${application} is not paused: operations may begin`;
  const until = pause.until === undefined ? "until `pilotlight unpause`" : `until ${pause.until}`;
  return `${application} is paused by ${pause.by} ${until}: no operation begins (${pause.reason})`;
}
