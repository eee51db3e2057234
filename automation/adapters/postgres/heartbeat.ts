import { z } from "zod";
import type { Site } from "../../../stacks/outputs.ts";
import { DriverError } from "../../domain/errors.ts";
import { otherSite } from "../../domain/protection.ts";
import { interruption, pause } from "../../lib/interruption.ts";
import type { Lag, ProofToken } from "../../ports/database.ts";
import { names } from "./names.ts";
import type { Session } from "./session.ts";
import { subscriptionOf } from "./subscription.ts";

const table = `${names.schema}.heartbeat`;
/** UTC with microseconds, ISO form. */
const iso = (column: string): string => `to_char(${column} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
const positions = z.record(z.string(), z.string());
const stamp = z.object({ lsn: z.string(), at: z.string() });

/** Adds one row: time, WAL position and the positions of all user sequences. Old beats of the site go. */
export async function writeHeartbeat(session: Session, site: Site, kind: "beat" | "final"): Promise<ProofToken> {
  const row = await session.first(
    stamp,
    `with old as (delete from ${table} where site = $1 and kind = 'beat' and at < clock_timestamp() - interval '1 minute')
     insert into ${table} (site, kind, lsn, sequences)
     select $1, $2, pg_current_wal_lsn(), coalesce(jsonb_object_agg(format('%I.%I', schemaname, sequencename), last_value::text), '{}')
     from pg_sequences where last_value is not null and schemaname <> '${names.schema}'
     returning lsn::text, ${iso("at")} as at`,
    [site, kind],
  );
  if (row === undefined) throw new DriverError("fatal", `heartbeat at ${session.where}: no row was written`);
  return { site, lsn: row.lsn, at: row.at };
}

/** The token that the site gave when it was fenced; gone once writes are open again. */
export async function finalToken(session: Session, site: Site): Promise<ProofToken | undefined> {
  const row = await session.first(
    stamp,
    `select lsn::text, ${iso("at")} as at from ${table} where site = $1 and kind = 'final' order by lsn desc limit 1`,
    [site],
  );
  return row && { site, ...row };
}

export async function dropFinals(session: Session, site: Site): Promise<void> {
  await session.run(`delete from ${table} where site = $1 and kind = 'final'`, [site]);
}

/** The newest heartbeat of the other site that has arrived here. */
export async function lastApplied(session: Session, receiver: Site) {
  return session.first(
    stamp.extend({ kind: z.enum(["beat", "final"]), seconds: z.number(), sequences: positions }),
    `select kind, lsn::text, ${iso("at")} as at, greatest(extract(epoch from clock_timestamp() - at), 0)::float8 as seconds, sequences
     from ${table} where site = $1 order by at desc limit 1`,
    [otherSite(receiver)],
  );
}

/** Identifiers of the heartbeats of `source` that are here. */
export async function arrivedHeartbeats(session: Session, source: Site): Promise<readonly string[]> {
  const rows = await session.rows(z.object({ id: z.string() }), `select id::text from ${table} where site = $1`, [
    source,
  ]);
  return rows.map(({ id }) => id);
}

/** Positions of the sequences by the oldest of the other site's heartbeats that is kept here: about a minute before the newest. */
export async function earliestKept(session: Session, receiver: Site): Promise<Readonly<Record<string, string>>> {
  const row = await session.first(
    z.object({ sequences: positions }),
    `select sequences from ${table} where site = $1 and kind = 'beat' order by at limit 1`,
    [otherSite(receiver)],
  );
  return row?.sequences ?? {};
}

/** The foundation is laid here. */
export async function hasHeartbeats(session: Session): Promise<boolean> {
  const shape = z.object({ there: z.boolean() });
  return (await session.first(shape, `select to_regclass('${table}') is not null as there`))?.there ?? false;
}

export async function lagOf(session: Session, receiver: Site): Promise<Lag> {
  const last = (await hasHeartbeats(session)) ? await lastApplied(session, receiver) : undefined;
  const subscription = await subscriptionOf(session, receiver);
  return {
    seconds: last?.seconds,
    lastHeartbeatAt: last?.at,
    lastHeartbeatLsn: last?.lsn,
    streaming:
      (subscription?.enabled ?? false) && subscription?.workerPid !== null && subscription?.workerPid !== undefined,
    copying: subscription?.copying ?? [],
  };
}

/**
 * Polls (50 ms) until the token's row has been applied here: LISTEN does not see what replication writes.
 * Errors: `refused` when nothing is being received, so that it can never arrive.
 */
export async function awaitTokenRow(
  session: Session,
  receiver: Site,
  token: ProofToken,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    const row = await session.first(
      z.object({ arrived: z.boolean() }),
      `select exists (select from ${table} where site = $1 and kind = 'final' and lsn >= $2::pg_lsn) as arrived`,
      [token.site, token.lsn],
    );
    if (row?.arrived) return;
    const subscription = await subscriptionOf(session, receiver);
    if (subscription === undefined || !subscription.enabled) {
      throw new DriverError(
        "refused",
        `${session.where} does not follow the ${token.site} site (any more); the token at ${token.lsn} cannot arrive`,
      );
    }
    if (signal.aborted) throw interruption(`token ${token.lsn} at ${session.where}`, signal);
    await pause(`token ${token.lsn} at ${session.where}`, 50, signal);
  }
}
