import type { Site } from "../../stacks/outputs.ts";
import { DriverError, invalidInput } from "../domain/errors.ts";
import type { RegisterCommand } from "./command.ts";
import { exitCodes } from "./exit-codes.ts";

interface SwitchOptions {
  readonly drActive?: string;
  readonly epoch?: string;
}

/** `pilotlight switch`: this checkout's switches, from what is deployed; or the standby's compute, by hand. */
export const registerSwitch: RegisterCommand = (program, run) => {
  program
    .command("switch")
    .description(
      "write the deployed switches into this checkout's stack files; with --dr-active, light or scale down the standby by hand",
    )
    .option("--dr-active <true|false>", "whether the standby's compute is lit (needs --epoch)")
    .option("--epoch <number>", "the deployed epoch that you know, as pilotlight status --json tells it")
    .action(
      run<SwitchOptions>(async (context, options) => {
        const { stackSwitches } = await context.app();
        if (options.drActive === undefined) {
          const written: Partial<Record<Site, readonly string[]>> = {};
          for (const site of ["primary", "standby"] as const) written[site] = await stackSwitches.bringUpToDate(site);
          const lines = (["primary", "standby"] as const).map(
            (site) => `${site}: ${written[site]?.join(", ") || "as deployed already"}`,
          );
          context.print(written, lines.join("\n"));
          return exitCodes.done;
        }
        if (!/^(true|false)$/.test(options.drActive))
          throw invalidInput("--dr-active", options.drActive, "true or false");
        const { deployed } = await stackSwitches.epochs("standby");
        const epoch = deployed?.epoch ?? 0;
        if (options.epoch !== String(epoch)) {
          throw new DriverError(
            options.epoch === undefined ? "invalid-input" : "conflict",
            `--epoch is ${options.epoch ?? "not given"}, and epoch ${epoch} is deployed${deployed?.movedBy === undefined ? "" : ` (${deployed.movedBy})`}: look at pilotlight status, then name that one`,
            { field: "--epoch", expected: String(epoch) },
          );
        }
        const drActive = options.drActive === "true";
        if (!drActive && deployed?.activeSite === "standby") {
          throw new DriverError("refused", "the standby serves users: pilotlight failback moves them first");
        }
        const changes = await (await context.app()).infrastructure.apply(
          "standby",
          { drActive },
          {
            signal: context.signal,
            by: context.person,
            onProgress: (line) => process.stderr.write(`standby: ${line}\n`),
          },
        );
        context.print(changes, `The standby's compute is ${drActive ? "lit" : "scaled down"}.`);
        return exitCodes.done;
      }),
    );
};
