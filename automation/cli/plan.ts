import { invalidInput } from "../domain/errors.ts";
import type { Mode, PlanName } from "../domain/operation.ts";
import type { RegisterCommand } from "./command.ts";
import { exitCodes } from "./exit-codes.ts";
import { planText } from "./plan-text.ts";

interface PlanOptions {
  readonly planned?: boolean;
  readonly forced?: boolean;
}

/** `pilotlight plan <operation>`: what it would do now, without doing any of it. */
export const registerPlan: RegisterCommand = (program, run) => {
  program
    .command("plan")
    .description("print an operation's graph, the guards that stand now and how long it may take; change nothing")
    .argument("<operation>", "failover, reprotect, failback, warm-up, stand-down or drill")
    .option("--planned", "as it would run with both sites healthy (default)")
    .option("--forced", "as it would run without the active site")
    .action(
      run<PlanOptions>(async (context, options, name) => {
        const plan = await planOf(name);
        const mode = modeOf(options);
        const { driver } = await (await context.app()).driver(() => {});
        const description = await driver.dryRun(plan, mode, context.signal);
        context.print(description, planText(description));
        return exitCodes.done;
      }),
    );
};

async function planOf(name: string | undefined): Promise<PlanName> {
  const { planNameSchema } = await import("../domain/operation.ts");
  const parsed = planNameSchema.safeParse(name);
  if (parsed.success) return parsed.data;
  throw invalidInput("<operation>", name ?? "", `one of ${planNameSchema.options.join(", ")}`);
}

function modeOf({ planned, forced }: PlanOptions): Mode {
  if (planned === true && forced === true)
    throw invalidInput("--planned, --forced", "both", "one of them, or neither: then planned");
  return forced === true ? "forced" : "planned";
}
