import { createHash } from "node:crypto";
import { DriverError } from "../../domain/errors.ts";
import type { RowText, StrandedWrite } from "../../ports/database.ts";
import type { RestoreConflict, RestoreOptions, RestoreResult } from "../../ports/database-audit.ts";
import { sqlState } from "./errors.ts";
import { quote } from "./quote.ts";
import { isNamed, qualified, rowTextOf, shownName, type TableShape, tableShapes } from "./row-text.ts";
import type { Session } from "./session.ts";
import { rangeTimeoutMs, Side } from "./table-side.ts";

/** Changes of one transaction, where they are applied. */
const batchSize = 500;
/** Conflicts that are shown with both versions of the row. */
const shownConflicts = 100;
/** The same for every statement: each change of it is a round trip. */
const statementMs = rangeTimeoutMs;
const brokenReference = "23503";

type Tried = "restored" | "present" | RestoreConflict;
type Outcome = Tried | "waits";

/** See the port: `DatabaseAudit.restoreLost`. */
export async function restoreLost(
  session: Session,
  writes: () => AsyncIterable<StrandedWrite>,
  { apply, only }: RestoreOptions,
): Promise<RestoreResult> {
  const restore = new Restore(session, await tableShapes(session));
  // Triggers find their tables where they always do.
  await session.run("reset search_path");
  await restore.begin();
  let waiting: ReadonlySet<number> | undefined;
  for (let isLast = false; ; ) {
    const late = new Set<number>();
    let place = 0;
    for await (const write of writes()) {
      place += 1;
      if (waiting?.has(place) === false || (only !== undefined && !isNamed(write, only))) continue;
      if ((await restore.one(write, isLast)) === "waits") late.add(place);
      if (apply && place % batchSize === 0) await restore.commit();
    }
    if (late.size === 0) break;
    // What refers to a row that came later may go in the next time round; where nothing moved, it never will.
    isLast = late.size === waiting?.size;
    waiting = late;
  }
  await restore.end(apply);
  return restore.result();
}

class Restore {
  readonly #session: Session;
  readonly #shapes: ReadonlyMap<string, TableShape>;
  /** Of rows that this run wrote: what is there is then no conflict. */
  readonly #written = new Set<string>();
  readonly #tables = new Map<string, { restored: number; present: number; conflicts: number }>();
  readonly #conflicts: RestoreConflict[] = [];

  constructor(session: Session, shapes: readonly TableShape[]) {
    this.#session = session;
    this.#shapes = new Map(shapes.map((each) => [JSON.stringify([each.schema, each.table]), each]));
  }

  async begin(): Promise<void> {
    await this.#session.run("begin; set local lock_timeout = '5s'", [], statementMs);
  }

  async commit(): Promise<void> {
    await this.#session.run("commit", [], statementMs);
    await this.begin();
  }

  async end(apply: boolean): Promise<void> {
    await this.#session.run(apply ? "commit" : "rollback", [], statementMs);
  }

  result(): RestoreResult {
    const tables = [...this.#tables].map(([table, counts]) => ({ table, ...counts }));
    return { tables, conflicts: this.#conflicts };
  }

  /** `waits`: it refers to a row that is not there; in the last round that is a conflict. */
  async one(write: StrandedWrite, isLast: boolean): Promise<Outcome> {
    const outcome = await this.#tried(write);
    const isConflict = typeof outcome !== "string";
    if (isConflict && !isLast && outcome.reason.includes(`SQLSTATE ${brokenReference}`)) return "waits";
    const table = shownName(write);
    const counts = this.#tables.get(table) ?? { restored: 0, present: 0, conflicts: 0 };
    this.#tables.set(table, counts);
    if (isConflict) {
      counts.conflicts += 1;
      if (this.#conflicts.length < shownConflicts) this.#conflicts.push(outcome);
      return outcome;
    }
    counts[outcome] += 1;
    if (outcome === "restored") this.#remember(write);
    return outcome;
  }

  #remember(write: StrandedWrite): void {
    this.#written.add(identityOf(write));
    // Its key may have changed.
    const shape = this.#shapeOf(write);
    const { after } = write;
    if (write.kind === "update" && shape !== undefined && after !== undefined) {
      const key = Object.fromEntries(shape.key.map((name) => [name, after[name] ?? write.key[name] ?? null]));
      this.#written.add(identityOf({ ...write, key }));
    }
  }

  #shapeOf({ schema, table }: StrandedWrite): TableShape | undefined {
    return this.#shapes.get(JSON.stringify([schema, table]));
  }

  /** Within a savepoint: what the table refuses leaves the others as they are. */
  async #tried(write: StrandedWrite): Promise<Tried> {
    await this.#session.run("savepoint change", [], statementMs);
    try {
      const outcome = await this.#change(write);
      await this.#session.run("release change", [], statementMs);
      return outcome;
    } catch (error) {
      if (!(error instanceof DriverError) || !/^(22|23|42|P0|55)/.test(sqlState(error) ?? "")) throw error;
      await this.#session.run("rollback to change; release change", [], statementMs);
      return conflict(write, error.message);
    }
  }

  async #change(write: StrandedWrite): Promise<Tried> {
    const shape = this.#shapeOf(write);
    if (write.kind === "truncate")
      return conflict(write, "the table was emptied: do that by hand, where it is still meant");
    if (shape === undefined) return conflict(write, "the table is not there");
    const unknown = Object.keys(write.after ?? {}).find((name) => !shape.columns.includes(name));
    if (unknown !== undefined) return conflict(write, `the table has no column ${unknown}`);
    const there = await this.#present(shape, write.key);
    if (write.kind === "insert") return this.#insert(shape, write, there);
    if (write.kind === "delete") return this.#delete(shape, write, there);
    return this.#update(shape, write, there);
  }

  async #insert(shape: TableShape, write: StrandedWrite, there: RowText | undefined): Promise<Tried> {
    const { after = {} } = write;
    if (there !== undefined) {
      return agrees(there, after) ? "present" : conflict(write, "another row has this key by now", there);
    }
    const names = Object.keys(after);
    const columns = names.map(quote.identifier).join(", ");
    const values = names.map((_, index) => `$${index + 1}`).join(", ");
    const what = names.length === 0 ? "default values" : `(${columns}) overriding system value values (${values})`;
    await this.#session.run(
      `insert into ${qualified(shape)} ${what}`,
      names.map((name) => after[name]),
      statementMs,
    );
    return "restored";
  }

  async #update(shape: TableShape, write: StrandedWrite, there: RowText | undefined): Promise<Tried> {
    const { after = {}, before } = write;
    if (there === undefined) {
      // Its key changed, and that has been done.
      const moved = await this.#present(shape, { ...write.key, ...pick(after, shape.key) });
      return moved !== undefined && agrees(moved, after) ? "present" : conflict(write, "the row is not there");
    }
    if (agrees(there, after)) return "present";
    if (write.basis === "comparison")
      return conflict(write, "both sites have this row, and which is newer is not known", there);
    if (!this.#mayChange(write, there, before)) return conflict(write, changed(before), there);
    const names = Object.keys(after).filter((name) => after[name] !== there[name]);
    const set = names.map((name, index) => `${quote.identifier(name)} = $${index + 1}`).join(", ");
    await this.#byKey(
      shape,
      write.key,
      `update only ${qualified(shape)} t set ${set}`,
      names.map((name) => after[name]),
    );
    return "restored";
  }

  async #delete(shape: TableShape, write: StrandedWrite, there: RowText | undefined): Promise<Tried> {
    if (there === undefined) return "present";
    if (!this.#mayChange(write, there, write.before)) return conflict(write, changed(write.before), there);
    await this.#byKey(shape, write.key, `delete from only ${qualified(shape)} t`, []);
    return "restored";
  }

  /** Nobody has written the row since the change was lost, apart from this run. */
  #mayChange(write: StrandedWrite, there: RowText, before: RowText | undefined): boolean {
    return this.#written.has(identityOf(write)) || (before !== undefined && agrees(there, before));
  }

  async #present(shape: TableShape, key: RowText): Promise<RowText | undefined> {
    if (shape.key.length > 0 && shape.key.every((name) => typeof key[name] === "string")) {
      const side = new Side(this.#session, shape, shape.keyTypes, shape.columns);
      const row = (await side.lookUp([shape.key.map((name) => key[name] ?? "")])).get(0);
      return row && side.rowOf(row);
    }
    const [condition, values] = wholeRow(key);
    const side = new Side(this.#session, shape, shape.keyTypes, shape.columns);
    const row = await side.firstWhere(condition, values);
    return row && side.rowOf(row);
  }

  async #byKey(shape: TableShape, key: RowText, sql: string, values: readonly unknown[]): Promise<void> {
    if (shape.key.length > 0) {
      const match = shape.key.map(
        (name, index) =>
          `t.${quote.identifier(name)} = $${values.length + index + 1}::text::${shape.keyTypes[index] ?? "text"}`,
      );
      await this.#session.run(
        `${sql} where ${match.join(" and ")}`,
        [...values, ...shape.key.map((name) => key[name])],
        statementMs,
      );
      return;
    }
    // One of several that are the same.
    const [condition, row] = wholeRow(key, values.length);
    const one = `t.ctid = (select t.ctid from only ${qualified(shape)} t where ${condition} limit 1)`;
    await this.#session.run(`${sql} where ${one}`, [...values, ...row], statementMs);
  }
}

/** Where no key identifies a row, all of its values do. */
function wholeRow(key: RowText, offset = 0): [string, unknown[]] {
  const names = Object.keys(key);
  return [`${rowTextOf(names)} = $${offset + 1}::text[]`, [names.map((name) => key[name])]];
}

function agrees(there: RowText, row: RowText): boolean {
  return Object.entries(row).every(([name, value]) => there[name] === value);
}

function pick(row: RowText, names: readonly string[]): RowText {
  return Object.fromEntries(names.flatMap((name) => (name in row ? [[name, row[name] ?? null]] : [])));
}

function changed(before: RowText | undefined): string {
  return before === undefined
    ? "what the row was when the change was lost is not known, or it has been written since"
    : "the row has been written since";
}

function conflict(write: StrandedWrite, reason: string, there?: RowText): RestoreConflict {
  const { kind, key, after } = write;
  return {
    table: shownName(write),
    kind,
    key,
    reason,
    ...(there === undefined ? {} : { there }),
    ...(after === undefined ? {} : { lost: after }),
  };
}

/** Short, because there may be many. */
function identityOf({ schema, table, key }: Pick<StrandedWrite, "schema" | "table" | "key">): string {
  const text = JSON.stringify([schema, table, Object.entries(key).toSorted()]);
  return createHash("sha256").update(text).digest("base64").slice(0, 16);
}
