import type { GuardName } from "../domain/guards.ts";
import type { Driver } from "../workflow/driver.ts";
import type { CommandContext, RegisterCommand } from "./command.ts";
import { exitCodes } from "./exit-codes.ts";
import { reasonOf } from "./reason.ts";

interface AnswerOptions {
  readonly reason?: string;
  readonly operation?: string;
}

/** `pilotlight override <guard> --reason …`: answers a waiting operation and leaves running it to its driver. */
export const registerOverride: RegisterCommand = (program, run) => {
  program
    .command("override")
    .description("override one guard once, for the operation that waits for it")
    .argument("<guard>", "as `status` names it, e.g. fence-unconfirmed")
    .option("--reason <text>", "why; journaled and shown in the report")
    .option("--operation <id>", "default: the newest")
    .action(
      run<AnswerOptions>((context, options, guard) =>
        answer(context, options, "an override", (driver, said) =>
          driver.answer({ ...said, guard: (guard ?? "") as GuardName }),
        ),
      ),
    );
};

/** `pilotlight abort --reason …` */
export const registerAbort: RegisterCommand = (program, run) => {
  program
    .command("abort")
    .description("ask an operation to stop and undo itself; past its point of no return it continues regardless")
    .option("--reason <text>", "why; journaled and shown in the report")
    .option("--operation <id>", "default: the newest")
    .action(
      run<AnswerOptions>((context, options) =>
        answer(context, options, "an abort", (driver, said) => driver.abort(said)),
      ),
    );
};

async function answer(
  context: CommandContext,
  options: AnswerOptions,
  what: string,
  say: (
    driver: Driver,
    said: { readonly operationId?: string; readonly reason: string; readonly by: string },
  ) => Promise<void>,
): Promise<number> {
  const reason = reasonOf(options, what);
  const { driver } = await (await context.app()).driver(() => {});
  const [newest] = await driver.operations();
  const id = options.operation ?? newest?.id;
  await say(driver, { reason, by: context.person, ...(id === undefined ? {} : { operationId: id }) });
  const { holder } = await driver.status(context.signal);
  const runBy = holder?.liveness === "alive" && holder.operationId === id ? holder.owner : undefined;
  const text =
    runBy === undefined
      ? `${id}: answered, but no driver on this host runs it: \`pilotlight resume\` continues it`
      : `${id}: answered; the driver that runs it (process ${runBy.pid}) continues`;
  context.print({ operation: id, answered: true, ...(runBy === undefined ? {} : { runBy }) }, text);
  return exitCodes.done;
}
