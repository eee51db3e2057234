import { z } from "zod";
import { majorOf, postgresVersions } from "../../domain/postgres-versions.ts";
import type { Session } from "./session.ts";

/** The server knows `origin = none` and what else came with it. */
export async function hasOrigins(session: Session): Promise<boolean> {
  const row = await session.first(
    z.object({ number: z.coerce.number() }),
    "select current_setting('server_version_num') as number",
  );
  return row !== undefined && majorOf(row.number) >= postgresVersions.withOrigins;
}
