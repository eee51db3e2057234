import type { RegisterCommand } from "./command.ts";
import { direction, showDifferences } from "./schema-comparison.ts";

/** `pilotlight db sync-schema`: shows what differs; with `--yes` carries what can be carried, and shows what is left. */
export const registerDbSyncSchema: RegisterCommand = (db, run) => {
  db.command("sync-schema")
    .description("show what would be carried to the follower; with --yes, carry it, large tables included")
    .option("--yes", "carry it: large tables that follow stand still while they are looked through")
    .action(
      run<{ readonly yes?: boolean }>(async (context, { yes = false }) => {
        const { from, to } = await direction(context);
        const { database } = await context.app();
        const differences = yes
          ? await database.syncSchema(from, to, context.signal)
          : await database.compareSchemas(from, to, context.signal);
        return showDifferences(context, { from, to, differences, applied: yes });
      }),
    );
};
