import { z } from "zod";
import type { StrandedWrite } from "../../ports/database.ts";
import { sqlState } from "./errors.ts";
import { lsn } from "./lsn.ts";
import { names } from "./names.ts";
import { type Message, PgOutputDecoder, type Relation } from "./pgoutput.ts";
import { useCanonicalText } from "./row-text.ts";
import { hasOrigins } from "./server-version.ts";
import type { Session } from "./session.ts";

/** Changes decoded at a time, to the end of the transaction, and messages held here at a time. */
const decoded = 5000;
const held = 500;
const decodeTimeoutMs = 1_800_000;

/** Decides of a relation whether what a transaction did to it never arrived. `at`: the LSN of the transaction's commit record. */
export type IsStranded = (relation: Pick<Relation, "schema" | "name">, at: bigint) => boolean;

/**
 * What the slot holds and `isStranded` names, oldest first. Reads from a temporary copy of the slot, so that pages can be taken off it while
 * the slot itself keeps everything; a transaction of any size passes through a cursor. `session`: the replicator's.
 */
export async function* slotWrites(
  session: Session,
  slot: string,
  isStranded: IsStranded,
): AsyncGenerator<StrandedWrite> {
  await useCanonicalText(session);
  const reader = new WriteReader(isStranded);
  // Without it the server passes on what it has received from elsewhere: then the follower was sent it too, and may have lost it.
  const origin = (await hasOrigins(session)) ? ", 'origin', 'none'" : "";
  const copy = `${slot}_peek_${process.pid}_${Math.floor(Math.random() * 1e6)}`.slice(-63);
  try {
    await session.run("select pg_copy_logical_replication_slot($1, $2, true)", [slot, copy], decodeTimeoutMs);
  } catch (error) {
    // All slots are in use: then in one go.
    if (sqlState(error) !== "53400") throw error;
    for await (const data of messages(session, "peek", slot, "null", origin)) yield* reader.writesOf(data);
    return;
  }
  for (;;) {
    let found = 0;
    for await (const data of messages(session, "get", copy, String(decoded), origin)) {
      found += 1;
      yield* reader.writesOf(data);
    }
    if (found === 0) break;
  }
  await session.run("select pg_drop_replication_slot($1)", [copy]);
}

async function* messages(
  session: Session,
  how: "get" | "peek",
  slot: string,
  limit: string,
  origin: string,
): AsyncGenerator<Buffer> {
  const cursor = "pilotlight_changes";
  await session.run("begin");
  try {
    // The server keeps what it has decoded on its disk and hands it out by parts.
    await session.run(
      `declare ${cursor} no scroll cursor for select data from pg_logical_slot_${how}_binary_changes($1, null, ${limit},
       'proto_version', '1', 'publication_names', (select string_agg(quote_ident(pubname), ',') from pg_publication where pubname ~ '^${names.publication}(_|$)')${origin})`,
      [slot],
    );
    for (;;) {
      const rows = await session.rows(
        z.object({ data: z.instanceof(Buffer) }),
        `fetch ${held} from ${cursor}`,
        [],
        decodeTimeoutMs,
      );
      for (const { data } of rows) yield data;
      if (rows.length < held) break;
    }
    await session.run("commit");
  } catch (error) {
    await session.run("rollback").catch(() => {});
    throw error;
  }
}

/** Puts messages together to writes. Nothing is held: a transaction says at its beginning where its commit is. */
export class WriteReader {
  readonly #decoder = new PgOutputDecoder();
  readonly #isStranded: IsStranded;
  #at = 0n;
  #committedAt = "";

  constructor(isStranded: IsStranded) {
    this.#isStranded = isStranded;
  }

  writesOf(data: Buffer): readonly StrandedWrite[] {
    const message = this.#decoder.decode(data);
    if (message.kind === "begin") {
      this.#at = lsn.parse(message.finalLsn);
      this.#committedAt = message.committedAt;
      return [];
    }
    return changesOf(message)
      .filter(({ relation }) => relation.schema !== names.schema && this.#isStranded(relation, this.#at))
      .map(({ relation, ...change }) => ({
        schema: relation.schema,
        table: relation.name,
        ...change,
        basis: "stream" as const,
        committedAt: this.#committedAt,
        lsn: lsn.format(this.#at),
      }));
  }
}

type Change = Pick<StrandedWrite, "key" | "kind" | "before" | "after"> & { readonly relation: Relation };

function changesOf(message: Message): readonly Change[] {
  switch (message.kind) {
    case "insert": {
      const { relation, row } = message;
      return [{ relation, kind: "insert", key: keyOf(relation, row), after: row }];
    }
    case "update": {
      const { relation, old, row } = message;
      // The old key is sent only where it changed, and for identity FULL: that is the row as the other site knows it.
      const before = old !== undefined && relation.identity === "f" ? old : undefined;
      return [{ relation, kind: "update", key: keyOf(relation, old ?? row), ...(before && { before }), after: row }];
    }
    case "delete": {
      const { relation, old } = message;
      const before = relation.identity === "f" ? old : undefined;
      return [{ relation, kind: "delete", key: keyOf(relation, old), ...(before && { before }) }];
    }
    case "truncate":
      return message.relations.map((relation) => ({ relation, kind: "truncate", key: {} }));
    default:
      return [];
  }
}

/** The columns of the replica identity; the whole row where that identifies it, or where there is no identity. */
function keyOf(relation: Relation, row: Readonly<Record<string, string | null>>): Record<string, string | null> {
  const flagged = relation.columns.filter((column) => column.key && column.name in row);
  const columns = flagged.length > 0 ? flagged : relation.columns.filter((column) => column.name in row);
  return Object.fromEntries(columns.map(({ name }) => [name, row[name] ?? null]));
}
