import { lsn } from "./lsn.ts";

export interface Relation {
  readonly id: number;
  readonly schema: string;
  readonly name: string;
  /** `d` primary key, `n` nothing, `f` whole row, `i` an index. */
  readonly identity: string;
  readonly columns: readonly { readonly name: string; readonly key: boolean }[];
}

/** Column values as text. A value that the stream left out (unchanged, stored out of line) is absent. */
export type Row = Readonly<Record<string, string | null>>;

export type Message =
  | { readonly kind: "begin"; readonly finalLsn: string; readonly committedAt: string; readonly xid: number }
  | { readonly kind: "commit"; readonly lsn: string; readonly endLsn: string; readonly committedAt: string }
  | { readonly kind: "relation"; readonly relation: Relation }
  | { readonly kind: "insert"; readonly relation: Relation; readonly row: Row }
  | { readonly kind: "update"; readonly relation: Relation; readonly old: Row | undefined; readonly row: Row }
  | { readonly kind: "delete"; readonly relation: Relation; readonly old: Row }
  | { readonly kind: "truncate"; readonly relations: readonly Relation[] }
  | { readonly kind: "other"; readonly type: string };

/** PostgreSQL counts microseconds from 2000-01-01 UTC. */
const epochMs = 946_684_800_000;

class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  #take(length: number): number {
    const start = this.#at;
    if (start + length > this.#bytes.length) {
      throw new RangeError(`pgoutput message ends at byte ${this.#bytes.length}, ${start + length} expected`);
    }
    this.#at = start + length;
    return start;
  }

  uint8(): number {
    return this.#bytes.readUInt8(this.#take(1));
  }
  uint16(): number {
    return this.#bytes.readUInt16BE(this.#take(2));
  }
  uint32(): number {
    return this.#bytes.readUInt32BE(this.#take(4));
  }
  char(): string {
    return String.fromCharCode(this.uint8());
  }
  lsn(): string {
    return lsn.format(this.#bytes.readBigUInt64BE(this.#take(8)));
  }
  time(): string {
    const micros = this.#bytes.readBigInt64BE(this.#take(8));
    return new Date(epochMs + Number(micros / 1000n)).toISOString();
  }
  text(length: number): string {
    const start = this.#take(length);
    return this.#bytes.toString("utf8", start, start + length);
  }
  cstring(): string {
    const end = this.#bytes.indexOf(0, this.#at);
    if (end < 0) throw new RangeError("pgoutput message: a name without its end");
    const value = this.#bytes.toString("utf8", this.#at, end);
    this.#at = end + 1;
    return value;
  }
}

/**
 * Decodes what `pg_logical_slot_peek_binary_changes` gives for plugin `pgoutput`, protocol versions 1 to 4 without
 * `streaming` (in-progress transactions are then never sent). Keeps the relations it has seen: one decoder per stream.
 */
export class PgOutputDecoder {
  readonly #relations = new Map<number, Relation>();

  decode(bytes: Buffer): Message {
    const reader = new Reader(bytes);
    const type = reader.char();
    switch (type) {
      case "B":
        return { kind: "begin", finalLsn: reader.lsn(), committedAt: reader.time(), xid: reader.uint32() };
      case "C":
        reader.uint8();
        return { kind: "commit", lsn: reader.lsn(), endLsn: reader.lsn(), committedAt: reader.time() };
      case "R":
        return { kind: "relation", relation: this.#remember(reader) };
      case "I":
        return this.#insert(reader);
      case "U":
        return this.#update(reader);
      case "D": {
        const relation = this.#relation(reader.uint32());
        return { kind: "delete", relation, old: oldRow(reader, relation, reader.char()) };
      }
      case "T": {
        const count = reader.uint32();
        reader.uint8();
        const relations = Array.from({ length: count }, () => this.#relation(reader.uint32()));
        return { kind: "truncate", relations };
      }
      case "O":
      case "Y":
      case "M":
        return { kind: "other", type };
      default:
        throw new RangeError(`pgoutput message of unknown type "${type}" (known: B C R I U D T O Y M)`);
    }
  }

  #insert(reader: Reader): Message {
    const relation = this.#relation(reader.uint32());
    reader.char();
    return { kind: "insert", relation, row: row(reader, relation) };
  }

  #update(reader: Reader): Message {
    const relation = this.#relation(reader.uint32());
    const part = reader.char();
    if (part === "N") return { kind: "update", relation, old: undefined, row: row(reader, relation) };
    const old = oldRow(reader, relation, part);
    reader.char();
    const now = row(reader, relation);
    // What was not changed is sent once, with the old row.
    return { kind: "update", relation, old, row: part === "O" ? { ...old, ...now } : now };
  }

  #remember(reader: Reader): Relation {
    const id = reader.uint32();
    // An empty schema means pg_catalog in this protocol.
    const schema = reader.cstring() || "pg_catalog";
    const name = reader.cstring();
    const identity = reader.char();
    const columns = Array.from({ length: reader.uint16() }, () => {
      const key = (reader.uint8() & 1) === 1;
      const column = { name: reader.cstring(), key };
      reader.uint32();
      reader.uint32();
      return column;
    });
    const relation = { id, schema, name, identity, columns };
    this.#relations.set(id, relation);
    return relation;
  }

  #relation(id: number): Relation {
    const relation = this.#relations.get(id);
    if (relation === undefined) throw new RangeError(`pgoutput change of relation ${id} before its description`);
    return relation;
  }
}

/** `K`: the key alone, every other column comes as null and means nothing. `O`: the whole row. */
function oldRow(reader: Reader, relation: Relation, part: string): Row {
  const values = row(reader, relation);
  if (part === "O") return values;
  return Object.fromEntries(
    relation.columns.flatMap(({ name, key }) => (key && name in values ? [[name, values[name] ?? null]] : [])),
  );
}

function row(reader: Reader, relation: Relation): Row {
  const values: Record<string, string | null> = {};
  const count = reader.uint16();
  for (let index = 0; index < count; index++) {
    const kind = reader.char();
    const name = relation.columns[index]?.name ?? `column_${index + 1}`;
    if (kind === "n") values[name] = null;
    else if (kind === "t") values[name] = reader.text(reader.uint32());
    else if (kind === "b") throw new RangeError(`pgoutput: binary value in ${relation.name}.${name}, text expected`);
    else if (kind !== "u")
      throw new RangeError(`pgoutput: value of unknown kind "${kind}" in ${relation.name}.${name}`);
  }
  return values;
}
