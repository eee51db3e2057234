import type { RegisterCommand } from "./command.ts";
import { direction, showDifferences } from "./schema-comparison.ts";

/** `pilotlight db check`: ends with 1 where the follower's schema is not that of the site that serves. */
export const registerDbCheck: RegisterCommand = (db, run) => {
  db.command("check")
    .description("compare everything that pg_dump would write; ends with 1 where something has to be done")
    .action(
      run<object>(async (context) => {
        const { from, to } = await direction(context);
        const differences = await (await context.app()).database.compareSchemas(from, to, context.signal);
        return showDifferences(context, { from, to, differences });
      }),
    );
};
