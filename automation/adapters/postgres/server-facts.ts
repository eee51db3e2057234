import { z } from "zod";
import type { DatabaseEndpoint } from "../../../stacks/outputs.ts";
import { systemTimer } from "../../lib/timer.ts";
import type { ServerFacts } from "../../preflight/facts.ts";
import { sqlState } from "./errors.ts";
import { allowedExtensions } from "./schema-queries.ts";
import { Session, type SessionOptions } from "./session.ts";

const timeouts = { connect: 3000, statement: 5000 };
const named = z.object({ name: z.string() });
const rowSchema = z.object({
  version: z.coerce.number().int(),
  wal: z.string(),
  pending: z.array(z.string()),
  allowed: z.array(z.string()).nullable(),
  now: z.coerce.number(),
});

/** What a server says of itself, by the admin's login. `authority`: as `SessionOptions` has it. Errors: those of `Session`. */
export async function serverFacts(
  endpoint: DatabaseEndpoint,
  signal: AbortSignal,
  authority?: string,
): Promise<ServerFacts> {
  const options = { signal, timeouts, authority };
  await using session = await Session.open(endpoint, options);
  const [began, asked] = [systemTimer.monotonic(), Date.now()];
  const [row] = await session.rows(
    rowSchema,
    `select current_setting('server_version_num') as version, current_setting('wal_level') as wal,
            array(select name from pg_settings where pending_restart order by name) as pending, ${allowedExtensions} as allowed,
            extract(epoch from clock_timestamp()) * 1000 as now`,
  );
  const half = systemTimer.monotonic().since(began) / 2;
  const further = await Promise.all(endpoint.additional.map((name) => extensionsOf({ ...endpoint, name }, options)));
  const extensions = [...new Set([...(await extensionsIn(session)), ...further.flat()])].sort();
  const { version, wal, pending, allowed, now } = rowSchema.parse(row);
  return {
    versionNumber: version,
    walLevel: wal,
    pendingRestart: pending,
    extensions,
    allowedExtensions: allowed ?? undefined,
    aheadMs: Math.round(now - (asked + half)),
    uncertaintyMs: Math.round(half),
  };
}

async function extensionsIn(session: Session): Promise<readonly string[]> {
  const rows = await session.rows(named, "select extname as name from pg_extension where extname <> 'plpgsql'");
  return rows.map(({ name }) => name);
}

/** None where the database is not there yet. */
async function extensionsOf(endpoint: DatabaseEndpoint, options: SessionOptions): Promise<readonly string[]> {
  try {
    await using session = await Session.open(endpoint, options);
    return await extensionsIn(session);
  } catch (error) {
    if (sqlState(error) === "3D000") return [];
    throw error;
  }
}
