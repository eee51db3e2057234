import type { RandomTable, RandomWrite, Text } from "./random-table.ts";

interface LedgerEntry {
  readonly table: string;
  readonly kind: RandomWrite["kind"];
  /** Of the row as it was before. */
  readonly key: string;
}

/** What clients were told: every write that was acknowledged, and the rows that are there because of them. */
export class Ledger {
  readonly #rows = new Map<string, Map<string, Text[]>>();
  readonly #log: LedgerEntry[] = [];
  /** Of the next new key. */
  next: number;

  constructor(next = 1) {
    this.next = next;
  }

  get acknowledged(): number {
    return this.#log.length;
  }

  acknowledge(table: RandomTable, write: RandomWrite, returned: readonly Text[]): void {
    if (write.kind === "truncate") {
      this.#log.push({ table: table.name, kind: write.kind, key: table.keyText({}) });
      this.#of(table).clear();
      return;
    }
    for (const row of returned) {
      const key = write.kind === "insert" || table.key.length === 0 ? table.keyOf(row) : write.key;
      this.#log.push({ table: table.name, kind: write.kind, key });
      if (write.kind !== "insert") this.#remove(table, key);
      if (write.kind !== "delete") this.#add(table, row);
    }
  }

  /** Begins with what is there. */
  assume(tables: readonly RandomTable[], found: ReadonlyMap<string, readonly Text[]>): void {
    for (const table of tables) for (const row of found.get(table.name) ?? []) this.#add(table, row);
  }

  /** The application has given a table another form. */
  reshape(table: RandomTable, change: (row: Text) => Text): void {
    const rows = [...this.#of(table).values()].flat().map(change);
    this.#of(table).clear();
    for (const row of rows) this.#add(table, row);
  }

  keysOf(table: RandomTable): readonly string[] {
    return [...this.#of(table).keys()];
  }

  ofTable({ name }: RandomTable): readonly LedgerEntry[] {
    return this.#log.filter(({ table }) => table === name);
  }

  /**
   * How `found` differs: keys of rows that are missing, other or too many; and what a comparison from here should tell, as `insert row` and
   * `update row`. `extra`: how many rows are found beyond what is known.
   */
  beyond(
    table: RandomTable,
    found: readonly Text[],
  ): { readonly keys: readonly string[]; readonly rows: readonly string[]; readonly extra: number } {
    const there = new Map<string, Text[]>();
    for (const row of found) there.set(table.keyOf(row), [...(there.get(table.keyOf(row)) ?? []), row]);
    const [keys, rows]: [string[], string[]] = [[], []];
    let extra = 0;
    for (const [key, mine] of this.#of(table)) {
      const theirs = there.get(key) ?? [];
      there.delete(key);
      extra += Math.max(0, theirs.length - mine.length);
      for (const row of mine.slice(theirs.length)) rows.push(`insert ${JSON.stringify(row)}`);
      const other = mine
        .slice(0, theirs.length)
        .filter((row, index) => JSON.stringify(row) !== JSON.stringify(theirs[index]));
      for (const row of other) rows.push(`update ${JSON.stringify(row)}`);
      if (mine.length !== theirs.length || other.length > 0) keys.push(key);
    }
    return { keys: [...keys, ...there.keys()], rows, extra: extra + [...there.values()].flat().length };
  }

  #of({ name }: RandomTable): Map<string, Text[]> {
    const rows = this.#rows.get(name) ?? new Map<string, Text[]>();
    this.#rows.set(name, rows);
    return rows;
  }

  #add(table: RandomTable, row: Text): void {
    const rows = this.#of(table);
    rows.set(table.keyOf(row), [...(rows.get(table.keyOf(row)) ?? []), row]);
  }

  #remove(table: RandomTable, key: string): void {
    const rows = this.#of(table);
    const left = (rows.get(key) ?? []).slice(1);
    if (left.length === 0) rows.delete(key);
    else rows.set(key, left);
  }
}
