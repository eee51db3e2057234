import type { Ledger } from "./ledger.ts";
import { type ColumnType, quote, type RandomColumn, RandomTable, type RandomWrite } from "./random-table.ts";
import type { Random } from "./seeded-random.ts";

const names = ["orders", "Mixed Case", 'quo"ted', "straße", "select", "p"];
const columnNames = ["note", "Some Value", "größe", "order", 'a"b'];
const columnTypes: readonly ColumnType[] = ["int", "text", "numeric", "jsonb", "timestamptz", "bytea", "text[]"];
const texts = [
  "",
  "plain",
  "it's",
  'say "no"',
  "back\\slash",
  "tab\tline\nend",
  "\u2028",
  "é🙂",
  "a, id=2",
  "null",
  "{}",
  "x".repeat(9000),
];

export function randomTables(random: Random): RandomTable[] {
  return Array.from({ length: random.integer(1, 4) }, (_, index) => {
    const table = randomTable(random, `${random.pick(names)}${index}`);
    return random.chance(0.3) && table.key.length > 0
      ? new RandomTable(table.name, table.columns, table.key, { more: "replica identity full" })
      : table;
  });
}

/** A table that a migration brings. */
export function randomMigration(random: Random, index: number): RandomTable {
  const { name, columns, key } = randomTable(random, `${random.pick(names)}${index}`);
  return new RandomTable(name, columns, key, { insertOnly: key.length === 0 });
}

function randomTable(random: Random, name: string): RandomTable {
  const column = (each: string, type: ColumnType): RandomColumn => ({ name: each, quoted: quote(each), type });
  const others = columnNames
    .slice(0, random.integer(1, columnNames.length))
    .map((each) => column(each, random.pick(columnTypes)));
  switch (random.integer(0, 4)) {
    case 0:
      return new RandomTable(name, [column("tenant", "text"), column("id", "bigint"), ...others], ["tenant", "id"]);
    case 1:
      return new RandomTable(name, [column("Name", "text"), ...others], ["Name"]);
    case 2:
      return new RandomTable(name, [column("id", "uuid"), ...others], ["id"]);
    case 3:
      return new RandomTable(name, others, []);
    default:
      return new RandomTable(name, [column("id", "bigint"), ...others], ["id"]);
  }
}

export function randomWrite(random: Random, table: RandomTable, ledger: Ledger): RandomWrite {
  const keys = ledger.keysOf(table);
  const chance = random.next();
  const returning = `returning ${table.columns.map(({ quoted }) => `${quoted}::text`).join(", ")}`;
  const from = `public.${table.quoted}`;
  if (table.insertOnly || keys.length === 0 || chance < 0.5) {
    ledger.next += 1;
    const values = table.columns.map((column) =>
      table.key.includes(column.name) ? newKey(column, random, ledger.next) : randomValue(random, column.type),
    );
    const places = values.map((_, index) => `$${index + 1}`).join(", ");
    return {
      kind: "insert",
      key: "",
      sql: `insert into ${from} (${table.columns.map(({ quoted }) => quoted).join(", ")}) values (${places}) ${returning}`,
      values,
    };
  }
  if (table.key.length === 0) {
    const one = `ctid = (select ctid from ${from} order by random() limit 1)`;
    return { kind: "delete", key: "", sql: `delete from ${from} where ${one} ${returning}`, values: [] };
  }
  const key = random.pick(keys);
  const values: unknown[] = JSON.parse(key);
  const where = table.key.map((name, index) => `${quote(name)} = $${index + 1}`).join(" and ");
  if (chance > 0.98) return { kind: "truncate", key: "", sql: `truncate ${from}`, values: [] };
  if (chance > 0.85) return { kind: "delete", key, sql: `delete from ${from} where ${where} ${returning}`, values };
  const changed = table.columns.filter(({ name }) => !table.key.includes(name) && random.chance(0.5));
  const moved = random.chance(0.1) ? table.columns.filter(({ name }) => name === table.key.at(-1)) : [];
  ledger.next += moved.length;
  const set = [...changed, ...moved];
  const [column] = table.columns.filter(({ name }) => !table.key.includes(name));
  if (set.length === 0 && column !== undefined) set.push(column);
  const news = set.map((each) =>
    moved.includes(each) ? newKey(each, random, ledger.next) : randomValue(random, each.type),
  );
  const list = set.map(({ quoted }, index) => `${quoted} = $${values.length + index + 1}`).join(", ");
  return {
    kind: "update",
    key,
    sql: `update ${from} set ${list} where ${where} ${returning}`,
    values: [...values, ...news],
  };
}

function newKey({ type, name }: RandomColumn, random: Random, next: number): string {
  if (name === "tenant") return random.pick(["a", "b, id=1", "É"]);
  if (type === "uuid") return `00000000-0000-4000-8000-${String(next).padStart(12, "0")}`;
  return type === "text" ? `${random.pick(["k", "K ", "ß", "a'"])}${next}` : String(next);
}

function randomValue(random: Random, type: ColumnType): string | null {
  if (random.chance(0.15)) return null;
  switch (type) {
    case "int":
    case "bigint":
      return String(random.integer(-2_000_000, 2_000_000));
    case "numeric":
      return random.pick(["NaN", "Infinity", "1.10", "-0.000001", `${random.integer(0, 1e9)}.50`]);
    case "jsonb":
      return random.pick(["null", "{}", '{"a": [1, "x\\"y"]}', '"\\u00e9"', String(random.integer(0, 99))]);
    case "timestamptz":
      return random.pick(["infinity", "-infinity", "2020-02-29 23:59:59.999999+05:30", "0044-03-15 00:00:00+00 BC"]);
    case "bytea":
      return random.pick(["\\x", "\\x00ff", `\\x${"ab".repeat(random.integer(1, 3000))}`]);
    case "text[]":
      return random.pick(["{}", '{a,NULL,"NULL",""}', '{{"x,y",z},{"\\"",w}}']);
    default:
      return random.pick(texts);
  }
}
