import type { SchemaDifference } from "../../ports/database.ts";
import type { Column } from "./catalog.ts";

type ColumnStep = SchemaDifference & { readonly loosen: readonly string[]; readonly settle: readonly string[] };

const reprotect = "run `pilotlight reprotect` (a full copy)";
const automatic = "the watch carries it; at once: `pilotlight db sync-schema --yes`";

/** Differences of the columns of tables that both sites have. Columns that the follower lacks are added with care, see adopt.ts: they carry no statement here. */
export function compareColumns(
  source: readonly Column[],
  follower: readonly Column[],
  known: ReadonlySet<string>,
): readonly ColumnStep[] {
  const [here, there] = [byTable(source), byTable(follower)];
  return [...here].flatMap(([table, wanted]) => {
    const present = there.get(table);
    return present === undefined ? [] : compareTable(table, wanted, present, known);
  });
}

function compareTable(
  table: string,
  wanted: readonly Column[],
  present: readonly Column[],
  known: ReadonlySet<string>,
): readonly ColumnStep[] {
  const there = new Map(present.map((column) => [column.name, column]));
  const here = new Set(wanted.map(({ name }) => name));
  const steps: ColumnStep[] = [];
  const say = (
    name: string,
    what: string,
    sides: readonly [string | undefined, string | undefined],
    rest: Pick<SchemaDifference, "class" | "remedy"> & Partial<ColumnStep>,
  ): void => {
    const [source, follower] = sides;
    steps.push({ kind: what, object: `${table}.${name}`, source, follower, loosen: [], settle: [], ...rest });
  };
  for (const column of wanted) {
    const { name } = column;
    const other = there.get(name);
    const alter = `alter table ${table} alter column ${name}`;
    if (other === undefined) {
      const never = column.identity !== "" && column.missing === null;
      say(
        name,
        "column",
        [column.type, undefined],
        never ? { class: "blocks", remedy: reprotect } : { class: "carried", remedy: automatic },
      );
      continue;
    }
    if (column.type !== other.type)
      say(name, "column type", [column.type, other.type], { class: "blocks", remedy: reprotect });
    if (column.generated !== other.generated || (column.generated !== "" && column.defaultSql !== other.defaultSql)) {
      say(name, "generated column", [generation(column), generation(other)], { class: "blocks", remedy: reprotect });
    } else if (
      column.generated === "" &&
      column.defaultSql !== other.defaultSql &&
      !column.identity &&
      !other.identity
    ) {
      const settle = [`${alter} ${column.defaultSql === null ? "drop default" : `set default ${column.defaultSql}`}`];
      say(name, "default", [column.defaultSql ?? "none", other.defaultSql ?? "none"], {
        class: "carried",
        remedy: automatic,
        settle,
      });
    }
    if (column.identity !== other.identity && !column.inherited) {
      say(name, "identity", [column.identity || "none", other.identity || "none"], {
        class: "blocks",
        remedy: reprotect,
      });
    }
    if (column.required !== other.required) {
      const statement = [`${alter} ${column.required ? "set" : "drop"} not null`];
      const carried = { class: "carried", remedy: automatic } as const;
      say(
        name,
        "not null",
        [String(column.required), String(other.required)],
        column.required ? { ...carried, settle: statement } : { ...carried, loosen: statement },
      );
    }
  }
  for (const { name, type, required, defaultSql, identity, table: of } of present) {
    if (here.has(name)) continue;
    const settle = [`alter table ${of} drop column ${name}`];
    if (known.has(`column ${of}.${name}`)) {
      const remedy = `it was dropped at the source: ${automatic}`;
      say(name, "column", [undefined, type], { class: "carried", remedy, settle });
    } else if (required && defaultSql === null && identity === "") {
      const remedy = "only the follower has it, and rows of the source give it no value: drop it there";
      say(name, "column", [undefined, type], { class: "blocks", remedy, settle });
    } else
      say(name, "column", [undefined, type], {
        class: "harmless",
        remedy: "only the follower has it, and it may be empty",
      });
  }
  const order = (columns: readonly Column[], other: ReadonlyMap<string, unknown> | ReadonlySet<string>): string =>
    columns
      .filter(({ name }) => other.has(name))
      .map(({ name }) => name)
      .join(", ");
  if (order(wanted, there) !== order(present, here)) {
    say("*", "order of columns", [order(wanted, there), order(present, here)], { class: "blocks", remedy: reprotect });
  }
  return steps;
}

function generation({ generated, defaultSql }: Column): string {
  return generated === "" ? "not generated" : `${generated === "s" ? "stored" : "virtual"}: ${defaultSql}`;
}

function byTable(columns: readonly Column[]): ReadonlyMap<string, readonly Column[]> {
  return Map.groupBy(columns, ({ table }) => table);
}
