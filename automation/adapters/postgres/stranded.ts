import { z } from "zod";
import { DriverError } from "../../domain/errors.ts";
import type { StrandedWrite } from "../../ports/database.ts";
import { sqlState } from "./errors.ts";
import { lsn } from "./lsn.ts";
import { names } from "./names.ts";
import { type Message, PgOutputDecoder, type Relation, type Row } from "./pgoutput.ts";
import type { Session } from "./session.ts";

/** Changes asked for at a time, to the end of the transaction. */
const page = 5000;
/** More than this is no longer a list for a person. */
const most = 1_000_000;
const pageTimeoutMs = 60_000;

/**
 * What the slot still holds beyond `applied` (the receiver's position at its promotion), oldest first. Reads from a temporary copy
 * of the slot, so that pages can be taken off it while the slot itself keeps everything. `session`: the replicator's.
 * Errors: `fatal` when the slot has lost its WAL: the loss is then unknown, not nothing.
 */
export async function strandedIn(
  session: Session,
  slot: string,
  applied: string | undefined,
): Promise<readonly StrandedWrite[]> {
  const state = await session.first(
    z.object({ status: z.string().nullable() }),
    "select wal_status as status from pg_replication_slots where slot_name = $1 and database = current_database()",
    [slot],
  );
  if (state === undefined) return [];
  if (state.status === "lost") {
    throw new DriverError(
      "fatal",
      `slot ${slot} at ${session.where} has lost its WAL: what never arrived cannot be told`,
    );
  }
  const collector = new Collector(applied);
  const copy = `${slot}_peek_${process.pid}_${Math.floor(Math.random() * 1e6)}`;
  try {
    await session.run("select pg_copy_logical_replication_slot($1, $2, true)", [slot, copy], pageTimeoutMs);
  } catch (error) {
    // All slots are in use: then in one go.
    if (sqlState(error) !== "53400") throw error;
    for (const data of await changes(session, "peek", slot, null)) collector.add(data);
    return collector.writes;
  }
  for (;;) {
    const found = await changes(session, "get", copy, page);
    for (const data of found) collector.add(data);
    if (collector.writes.length > most) {
      throw new DriverError(
        "refused",
        `slot ${slot} at ${session.where} holds more than ${most} changes; salvage it by hand`,
      );
    }
    if (found.length === 0) return collector.writes;
  }
}

async function changes(session: Session, how: "get" | "peek", slot: string, limit: number | null): Promise<Buffer[]> {
  const rows = await session.rows(
    z.object({ data: z.instanceof(Buffer) }),
    `select data from pg_logical_slot_${how}_binary_changes($1, null, $2::int,
       'proto_version', '1', 'publication_names', '${names.publication}', 'origin', 'none')`,
    [slot, limit],
    pageTimeoutMs,
  );
  return rows.map((row) => row.data);
}

/** Puts messages together to writes; a transaction that ends at or before `applied` did arrive. */
export class Collector {
  readonly writes: StrandedWrite[] = [];
  readonly #decoder = new PgOutputDecoder();
  readonly #applied: bigint;
  #open: Omit<StrandedWrite, "committedAt" | "lsn">[] = [];

  constructor(applied: string | undefined) {
    this.#applied = applied === undefined ? 0n : lsn.parse(applied);
  }

  add(data: Buffer): void {
    const message = this.#decoder.decode(data);
    if (message.kind === "begin") this.#open = [];
    else if (message.kind === "commit") {
      if (lsn.parse(message.endLsn) <= this.#applied) return;
      for (const write of this.#open)
        this.writes.push({ ...write, committedAt: message.committedAt, lsn: message.lsn });
    } else this.#open.push(...writesOf(message));
  }
}

function writesOf(message: Message): Omit<StrandedWrite, "committedAt" | "lsn">[] {
  switch (message.kind) {
    case "insert":
      return writeTo(message.relation, "insert", message.row, message.row);
    case "update":
      // The old key is sent only where it changed: that is the row as the other site knows it.
      return writeTo(message.relation, "update", message.old ?? message.row, message.row);
    case "delete":
      return writeTo(message.relation, "delete", message.old, message.old);
    case "truncate":
      return message.relations.flatMap((relation) => writeTo(relation, "truncate", {}, {}));
    default:
      return [];
  }
}

function writeTo(relation: Relation, operation: StrandedWrite["operation"], keyRow: Row, row: Row) {
  if (relation.schema === names.schema) return [];
  const key = relation.columns
    .filter((column) => column.key && column.name in keyRow)
    .map((column) => `${column.name}=${keyRow[column.name] ?? "null"}`)
    .join(", ");
  // With a key-only old row, the columns outside the key come as null and mean nothing.
  const known = operation === "delete" && relation.identity !== "f" ? onlyKeys(relation, row) : row;
  return [{ table: `${relation.schema}.${relation.name}`, key, operation, row: known }];
}

function onlyKeys(relation: Relation, row: Row): Row {
  return Object.fromEntries(
    relation.columns.filter((column) => column.key).map((column) => [column.name, row[column.name] ?? null]),
  );
}
