import type { RegisterCommand } from "./command.ts";
import { registerDbCheck } from "./db-check.ts";
import { registerDbRestoreLost } from "./db-restore-lost.ts";
import { registerDbSyncSchema } from "./db-sync-schema.ts";
import { registerDbVerify } from "./db-verify.ts";

/** `pilotlight db …`: what a database administrator asks, between operations. One file per subcommand. */
export const registerDb: RegisterCommand = (program, run) => {
  const db = program.command("db").description("the databases of both sites: compare them, put lost rows back");
  for (const register of [
    registerDbCheck, //
    registerDbSyncSchema,
    registerDbVerify, //
    registerDbRestoreLost,
  ]) {
    register(db, run);
  }
};
