import { DriverError } from "../domain/errors.ts";
import type { WitnessRecord } from "../domain/witness-record.ts";
import type { RegisterCommand } from "./command.ts";
import { exitCodes } from "./exit-codes.ts";

/** `pilotlight witness`: the record of which site is active, as its store has it. */
export const registerWitness: RegisterCommand = (program, run) => {
  program
    .command("witness")
    .description("show the record of which site is active, or take it over from the file of this machine")
    .option("--adopt", "after PILOTLIGHT_WITNESS was changed: take the file's record over into the new store")
    .action(
      run<{ adopt?: boolean }>(async (context, { adopt }) => {
        const app = await context.app();
        const { application } = await app.driver(() => {});
        if (adopt !== true) {
          const record = await app.witness.witness.read(application, context.signal);
          context.print(record ?? null, recordText(application, record));
          return exitCodes.done;
        }
        if (app.witness.adopt === undefined) {
          throw new DriverError(
            "refused",
            "the witness is the file of this machine: there is nothing to take over from",
            {
              field: "PILOTLIGHT_WITNESS",
              expected: "azure-table or etcd",
            },
          );
        }
        const record = await app.witness.adopt(application, context.signal);
        context.print(
          record ?? null,
          record === undefined ? "the file has no record" : recordText(application, record),
        );
        return exitCodes.done;
      }),
    );
};

function recordText(application: string, record: WitnessRecord | undefined): string {
  if (record === undefined) return `${application} was never protected: there is no record`;
  const { activeSite, epoch, protection, lastOperation } = record;
  const last = lastOperation === undefined ? "" : `, last ${lastOperation.id} (${lastOperation.state})`;
  return `${application}: ${activeSite} is active, epoch ${epoch}, ${protection}${last}`;
}
