import { DriverError } from "../domain/errors.ts";
import type { GuardName } from "../domain/guards.ts";
import type { CommandContext, RegisterCommand } from "./command.ts";
import { exitCodes } from "./exit-codes.ts";
import { withProgress } from "./operate.ts";

interface ResumeOptions {
  readonly override?: string;
  readonly abort?: boolean;
  readonly reason?: string;
  readonly seize?: boolean;
}

/** `pilotlight resume [operation]`: answers a waiting operation, or continues one whose driver is gone. */
export const registerResume: RegisterCommand = (program, run) => {
  program
    .command("resume")
    .description("continue the newest operation (or the given one), or answer what it waits for")
    .argument("[operation]")
    .option("--override <guard>", "override this guard once (needs --reason)")
    .option("--abort", "give up and undo, as long as nothing was promoted (needs --reason)")
    .option("--reason <text>", "why; journaled and shown in the report")
    .option("--seize", "take over from a driver on another host that you know is gone")
    .action(run<ResumeOptions>(resume));
};

async function resume(
  context: CommandContext,
  options: ResumeOptions,
  operationId: string | undefined,
): Promise<number> {
  const { driver } = await (await context.app()).driver(() => {});
  const operation = operationId === undefined ? {} : { operationId };
  const answers = options.override !== undefined || options.abort === true;
  if (answers) {
    const { reason } = options;
    if (reason === undefined) {
      throw new DriverError("invalid-input", "an answer needs --reason: it is journaled with its reason", {
        field: "--reason",
        expected: "a sentence for the report",
      });
    }
    const said = { ...operation, reason, by: context.person };
    if (options.abort === true) await driver.abort(said);
    else await driver.answer({ ...said, guard: options.override as GuardName });
  }
  const { holder } = await driver.status(context.signal);
  if (answers && holder?.liveness === "alive") {
    const text = `${holder.operationId}: answered; the driver that runs it (process ${holder.owner.pid}) continues`;
    context.print({ operation: holder.operationId, answered: true, runBy: holder.owner }, text);
    return exitCodes.done;
  }
  return await withProgress(context, (runner) =>
    runner.resume(operationId, { seize: options.seize === true, signal: context.signal }),
  );
}
