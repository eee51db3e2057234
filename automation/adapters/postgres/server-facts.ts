import { z } from "zod";
import type { DatabaseEndpoint } from "../../../stacks/outputs.ts";
import { systemTimer } from "../../lib/timer.ts";
import type { ServerFacts } from "../../preflight/facts.ts";
import { Session } from "./session.ts";

const timeouts = { connect: 3000, statement: 5000 };
const rowSchema = z.object({
  version: z.coerce.number().int(),
  wal: z.string(),
  pending: z.array(z.string()),
  now: z.coerce.number(),
});

/** What a server says of itself, by the admin's login. `authority`: as `SessionOptions` has it. Errors: those of `Session`. */
export async function serverFacts(
  endpoint: DatabaseEndpoint,
  signal: AbortSignal,
  authority?: string,
): Promise<ServerFacts> {
  await using session = await Session.open(endpoint, { signal, timeouts, authority });
  const [began, asked] = [systemTimer.monotonic(), Date.now()];
  const [row] = await session.rows(
    rowSchema,
    `select current_setting('server_version_num') as version, current_setting('wal_level') as wal,
            array(select name from pg_settings where pending_restart order by name) as pending,
            extract(epoch from clock_timestamp()) * 1000 as now`,
  );
  const half = systemTimer.monotonic().since(began) / 2;
  const { version, wal, pending, now } = rowSchema.parse(row);
  return {
    versionNumber: version,
    walLevel: wal,
    pendingRestart: pending,
    aheadMs: Math.round(now - (asked + half)),
    uncertaintyMs: Math.round(half),
  };
}
