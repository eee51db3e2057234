import type { Site } from "../../stacks/outputs.ts";
import { systemTimer } from "../lib/timer.ts";
import type { ResourceChanges } from "../ports/infrastructure.ts";
import type { CommandContext, RegisterCommand } from "./command.ts";
import { exitCodes } from "./exit-codes.ts";
import { withProgress } from "./operate.ts";

/** `pilotlight up`: both stacks with their switches as they are, then the first protection where there is none. */
export const registerUp: RegisterCommand = (program, run) => {
  program
    .command("up")
    .description("bring both stacks up, then make the standby's database follow (the first time)")
    .option("--no-protect", "leave the databases alone")
    .action(run<{ readonly protect: boolean }>(up));
};

async function up(context: CommandContext, options: { readonly protect: boolean }): Promise<number> {
  const { infrastructure } = await context.app();
  const changes: Partial<Record<Site, ResourceChanges>> = {};
  // The standby reads the primary's saved outputs, so it comes second.
  for (const site of ["primary", "standby"] as const) {
    const began = systemTimer.monotonic();
    process.stderr.write(`${site}: updating the stack\n`);
    changes[site] = await infrastructure.apply(
      site,
      {},
      { signal: context.signal, onProgress: (line) => process.stderr.write(`${site}: ${line}\n`) },
    );
    process.stderr.write(
      `${site}: ${summary(changes[site])} in ${(systemTimer.monotonic().since(began) / 1000).toFixed(1)} s\n`,
    );
  }
  const { driver } = await (await context.app()).driver(() => {});
  const { protection, replication, unsupported, plans } = await driver.status(context.signal);
  // Databases that were destroyed and made anew are not protected, whatever the witness remembers of the old ones.
  const following = "streaming" in replication && replication.streaming;
  if (
    options.protect &&
    plans.includes("reprotect") &&
    (protection === "unprotected" || (protection === "protected" && !following))
  ) {
    const trigger = { kind: "manual", by: context.person } as const;
    return await withProgress(context, (runner) => runner.reprotect({ signal: context.signal, trigger }));
  }
  const text = [`Both stacks are up; the application is ${protection}.`, ...unsupported];
  context.print({ changes, protection, unsupported }, text.join("\n"));
  return exitCodes.done;
}

function summary(changes: ResourceChanges): string {
  const parts = (["create", "update", "replace", "delete", "same"] as const).filter((kind) => changes[kind] > 0);
  return parts.map((kind) => `${changes[kind]} ${kind}`).join(", ") || "nothing to do";
}
