import { describe, expect, it } from "vitest";
import type { Catalog, Column, SchemaObject } from "../../../../automation/adapters/postgres/catalog.ts";
import { compareCatalogs } from "../../../../automation/adapters/postgres/compare-catalogs.ts";
import { enumChange } from "../../../../automation/adapters/postgres/enum-change.ts";
import { findRenames } from "../../../../automation/adapters/postgres/renames.ts";

const facts = {
  ...{ encoding: "UTF8", locale: "en_us.utf8/en_us.utf8", version: 18, roles: ["shop"] },
  ...{ extensions: [] as string[], populated: [] as string[], large: [] as string[], unfinished: [] },
  allowedExtensions: null,
};
const catalog = (objects: readonly SchemaObject[], more: Partial<Catalog["facts"]> = {}): Catalog => ({
  ...{ objects, byHand: [], columns: [], refused: [], receiving: [] },
  facts: { ...facts, ...more },
});
const column = (name: string, attnum: number, more: Partial<Column> = {}): Column => ({
  ...{ table: "public.t", relid: "1", schemaid: "9", attnum, inherited: false, name, type: "text", required: false },
  ...{ generated: "", identity: "", defaultSql: null, constant: false, missing: null },
  ...more,
});
const none: ReadonlySet<string> = new Set();
const table: SchemaObject = { kind: "table", identity: "public.t", create_sql: "create table public.t (id integer)" };
const index: SchemaObject = {
  ...{ kind: "index", identity: "public.i", create_sql: "create index i on public.t (id)", table: "public.t" },
  drop_sql: "drop index public.i",
};
const kinds = (steps: ReturnType<typeof compareCatalogs>) => steps.map((step) => [step.kind, step.object, step.class]);

describe("two catalogues", () => {
  it("differ in nothing when they are equal", () => {
    expect(
      compareCatalogs({ source: catalog([table, index]), follower: catalog([table, index]), known: none }),
    ).toEqual([]);
  });

  it("take what the follower lacks once older rows have arrived, and drop what was dropped at once", () => {
    const [made] = compareCatalogs({ source: catalog([table, index]), follower: catalog([table]), known: none });
    expect(made).toMatchObject({ class: "carried", loosen: [], settle: [index.create_sql] });
    const known = new Set(["index public.i"]);
    const [dropped] = compareCatalogs({ source: catalog([table]), follower: catalog([table, index]), known });
    expect(dropped).toMatchObject({ class: "carried", loosen: [index.drop_sql], settle: [] });
  });

  it("leave a large table alone until a person waits for it", () => {
    const follower = catalog([table], { large: ["public.t"] });
    expect(compareCatalogs({ source: catalog([table, index]), follower, known: none })).toMatchObject([
      { class: "blocks" },
    ]);
    expect(compareCatalogs({ source: catalog([table, index]), follower, known: none, patient: true })).toMatchObject([
      { class: "carried" },
    ]);
  });

  it("are told apart by encoding, locale, versions of extensions and roles", () => {
    const grant: SchemaObject = { kind: "grant", identity: "SELECT on table public.t to ann", create_sql: "grant" };
    const source = catalog([table, grant], { extensions: ["a 3.4", "b 1.0"], locale: "c/c" });
    const follower = catalog([table], { encoding: "LATIN1", extensions: ["a 3.5", "b 2.0"] });
    expect(kinds(compareCatalogs({ source, follower, known: none }))).toEqual([
      ["database", "encoding", "blocks"],
      ["database", "locale", "harmless"],
      ["extension version", "a", "harmless"],
      ["extension version", "b", "blocks"],
      ["grant", grant.identity, "blocks"],
    ]);
  });
});

describe("values of an enum", () => {
  const type = (values: string): SchemaObject => ({
    kind: "type",
    identity: "public.e",
    create_sql: `create type public.e as enum (${values})`,
  });
  it("are added where they belong", () => {
    expect(enumChange(type("'a', 'b', 'it''s'"), type("'b'"))).toEqual([
      "alter type public.e add value if not exists 'a' before 'b'",
      "alter type public.e add value if not exists 'it''s' after 'b'",
    ]);
  });
  it("cannot be followed where one went or moved", () => {
    expect(enumChange(type("'a'"), type("'a', 'b'"))).toBeUndefined();
    expect(enumChange(type("'b', 'a'"), type("'a', 'b'"))).toBeUndefined();
  });
});

describe("names", () => {
  const record = {
    tables: [{ relid: "1", schemaid: "9", table: "public.t", columns: { 1: "id", 2: "phone" } }],
    known: [],
  };
  const before = [column("id", 1), column("phone", 2)];

  it("that changed are told by number", () => {
    const now = [column("id", 1), column("phone_number", 2), column("new", 3)];
    expect(findRenames(record, now, before)).toEqual({
      steps: [
        {
          what: "column public.t.phone was renamed to phone_number",
          sql: "alter table public.t rename column phone to phone_number",
        },
      ],
      lost: [],
    });
  });

  it("are new where the number is", () => {
    expect(findRenames(record, [column("id", 1), column("phone_number", 3)], before)).toEqual({ steps: [], lost: [] });
  });

  it("that mean something else now cannot be followed", () => {
    expect(findRenames(record, [column("phone", 1), column("id", 2)], before).lost).toHaveLength(2);
    expect(findRenames(record, [column("id", 1), column("phone", 3)], before).lost).toMatchObject([
      { what: expect.stringContaining("dropped and made anew") },
    ]);
  });

  it("of tables and schemas are told as well, quoted ones too", () => {
    const moved = before.map((each) => ({ ...each, table: 'public."a.b"' }));
    expect(findRenames(record, moved, before).steps.map(({ sql }) => sql)).toEqual([
      'alter table public.t rename to "a.b"',
    ]);
    const elsewhere = before.map((each) => ({ ...each, table: "other.t" }));
    expect(findRenames(record, elsewhere, before).steps.map(({ sql }) => sql)).toEqual([
      "alter schema public rename to other",
    ]);
    const set = elsewhere.map((each) => ({ ...each, schemaid: "10" }));
    expect(findRenames(record, set, before).steps.map(({ sql }) => sql)).toEqual([
      "create schema if not exists other",
      "alter table public.t set schema other",
    ]);
  });
});
