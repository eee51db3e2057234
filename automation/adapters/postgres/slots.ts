import { z } from "zod";
import { DriverError } from "../../domain/errors.ts";
import { doublingRests, retry } from "../../lib/retry.ts";
import { names } from "./names.ts";
import type { Session } from "./session.ts";

/** A copy's slot: subscription, table, and the system that copied. */
const copySlot = (system: string): string => `^pg_[0-9]+_sync_[0-9]+_${system}$`;

/** Drops what unfinished copies by `reader`'s server have left at `session`'s. */
export async function dropCopySlots(session: Session, reader: Session, signal: AbortSignal): Promise<void> {
  const system = await reader.first(
    z.object({ id: z.string() }),
    "select system_identifier::text as id from pg_control_system()",
  );
  if (system === undefined) return;
  const left = await session.rows(
    z.object({ name: z.string() }),
    "select slot_name::text as name from pg_replication_slots where slot_name ~ $1 and database = current_database()",
    [copySlot(system.id)],
  );
  for (const { name } of left) await dropSlot(session, name, signal);
}

const shape = z.object({ activePid: z.number().nullable(), lost: z.boolean() });

export async function slotState(session: Session, name: string): Promise<z.infer<typeof shape> | undefined> {
  return session.first(
    shape,
    `select active_pid as "activePid", coalesce(wal_status = 'lost', false) as lost
     from pg_replication_slots where slot_name = $1 and database = current_database()`,
    [name],
  );
}

/** How far the reader of a slot is known to have come. */
export interface KnownProgress {
  /** End of the last transaction that was applied; undefined: none is known. */
  readonly applied: string | undefined;
  /** Identifiers of the source's heartbeats that have arrived. */
  readonly heartbeats: readonly string[];
}

/**
 * Why the slot cannot be the one that the reader followed, though it has its name; undefined: nothing speaks against it. PostgreSQL gives a
 * slot no identity of its own, so two things tell: it begins behind a heartbeat that the reader never got, or it begins behind what was
 * applied and has never passed a transaction on. `admin`: the administrator's session at the same server.
 */
export async function whyMadeAnew(
  admin: Session,
  name: string,
  { applied, heartbeats }: KnownProgress,
): Promise<string | undefined> {
  const row = await admin.first(
    z.object({ missed: z.boolean(), unread: z.boolean() }),
    `select exists (select from ${names.schema}.heartbeat h where h.lsn < s.confirmed_flush_lsn and h.lsn > $2::pg_lsn and h.id <> all ($3::uuid[])) as missed,
       s.confirmed_flush_lsn > $2::pg_lsn and coalesce(t.total_txns, 0) = 0 as unread
     from pg_replication_slots s left join pg_stat_replication_slots t using (slot_name) where s.slot_name = $1`,
    [name, applied ?? "0/0", [...heartbeats]],
  );
  if (row === undefined || !(row.missed || row.unread)) return undefined;
  return `slot ${name} at ${admin.where} was made anew, or moved on, since the other site followed it: it does not hold what came before`;
}

const anySlot = z.object({
  plugin: z.string().nullable(),
  database: z.string().nullable(),
  here: z.boolean().nullable(),
  status: z.string().nullable(),
});

/** Why a slot cannot tell what its reader lacks; undefined: it can. "Gone" is an answer of its own: it never means that nothing is missing. */
export async function slotProblem(session: Session, name: string): Promise<string | undefined> {
  const slot = await session.first(
    anySlot,
    `select plugin::text, database::text, database = current_database() as here, wal_status::text as status
     from pg_replication_slots where slot_name = $1`,
    [name],
  );
  const what = `slot ${name} at ${session.where}`;
  if (slot === undefined) return `${what} is gone`;
  if (slot.plugin !== "pgoutput") return `${what} is not ours any more (plugin ${slot.plugin ?? "none"})`;
  if (slot.here !== true) return `${what} is not ours any more (database ${slot.database ?? "none"})`;
  if (slot.status === "lost") return `${what} has lost its WAL`;
  return undefined;
}

/**
 * Drops a slot that nobody subscribes to any more, also one whose reader was cut off and still counts as connected. No slot is success.
 * Errors: `conflict` when a reader holds on to it.
 */
export async function dropSlot(session: Session, name: string, signal: AbortSignal): Promise<void> {
  const held = new DriverError("conflict", `slot ${name} at ${session.where} is still read by somebody`, {
    retryable: true,
  });
  const rests = doublingRests({ firstMs: 50, longestMs: 50, retries: 39 });
  const isRetryable = (error: DriverError): boolean => error === held;
  await retry({ what: `drop of slot ${name}`, signal, rests, isRetryable }, async () => {
    const state = await slotState(session, name);
    if (state === undefined) return;
    if (state.activePid !== null) {
      await session.run("select pg_terminate_backend($1)", [state.activePid]).catch(() => {});
      throw held;
    }
    await session.run("select pg_drop_replication_slot($1)", [name]);
  });
}
