/** A row's columns as text, in the table's order. */
export type Text = readonly (string | null)[];

export type ColumnType = "bigint" | "int" | "text" | "numeric" | "jsonb" | "timestamptz" | "bytea" | "text[]" | "uuid";

export interface RandomColumn {
  readonly name: string;
  readonly quoted: string;
  readonly type: ColumnType;
}

/** A table of a round, and how its rows are named. */
export class RandomTable {
  readonly name: string;
  readonly columns: readonly RandomColumn[];
  /** Names of the key's columns; none: nothing identifies a row. */
  readonly key: readonly string[];
  readonly ddl: string;
  /** Made under a publication without an identity: PostgreSQL refuses its updates and deletes. */
  readonly insertOnly: boolean;

  constructor(
    name: string,
    columns: readonly RandomColumn[],
    key: readonly string[],
    options: { readonly more?: string; readonly insertOnly?: boolean } = {},
  ) {
    const { more = "", insertOnly = false } = options;
    this.insertOnly = insertOnly;
    this.name = name;
    this.columns = columns;
    this.key = key;
    const list = columns.map(({ quoted, type }) => `${quoted} ${type}`);
    const primary = key.length === 0 ? [] : [`primary key (${key.map(quote).join(", ")})`];
    this.ddl = `create table public.${quote(name)} (${[...list, ...primary].join(", ")})${more === "" ? "" : `; alter table public.${quote(name)} ${more}`}`;
  }

  get quoted(): string {
    return quote(this.name);
  }

  /** As accounts name it. */
  get shown(): string {
    return `public.${/^[a-z_][a-z0-9_$]*$/.test(this.name) ? this.name : this.quoted}`;
  }

  text(row: Readonly<Record<string, string | null>>): string {
    return JSON.stringify(this.columns.map(({ name }) => row[name] ?? null));
  }

  keyText(row: Readonly<Record<string, string | null>>): string {
    const names = this.key.length > 0 ? this.key : this.columns.map(({ name }) => name);
    return JSON.stringify(names.map((name) => row[name] ?? null));
  }

  keyOf(row: Text): string {
    return this.keyText(Object.fromEntries(this.columns.map(({ name }, index) => [name, row[index] ?? null])));
  }
}

export interface RandomWrite {
  readonly kind: "insert" | "update" | "delete" | "truncate";
  /** Of the row that is changed. */
  readonly key: string;
  readonly sql: string;
  readonly values: readonly unknown[];
}

export function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
