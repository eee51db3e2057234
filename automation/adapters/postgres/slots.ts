import { z } from "zod";
import { DriverError } from "../../domain/errors.ts";
import { doublingRests, retry } from "../../lib/retry.ts";
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
