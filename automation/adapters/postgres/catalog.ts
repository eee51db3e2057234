import { z } from "zod";
import { byHandQuery, describeQueries, factsQuery, receivingQuery, refusalQuery } from "./catalog-queries.ts";
import { names } from "./names.ts";
import { columnDetailsQuery } from "./schema-queries.ts";
import type { Session } from "./session.ts";

const objectShape = z.object({
  kind: z.string(),
  identity: z.string(),
  create_sql: z.string(),
  drop_sql: z.string().nullish(),
  /** Gives an object of that name this form. */
  alter_sql: z.string().nullish(),
  /** The table that it is a part of. */
  table: z.string().nullish(),
});
export type SchemaObject = z.infer<typeof objectShape>;

const columnShape = z.object({
  table: z.string(),
  /** The table's and its schema's object identifier, and the column's number: they outlive a change of name. */
  relid: z.string(),
  schemaid: z.string(),
  attnum: z.number(),
  inherited: z.boolean(),
  name: z.string(),
  type: z.string(),
  required: z.boolean(),
  generated: z.string(),
  identity: z.string(),
  defaultSql: z.string().nullable(),
  constant: z.boolean(),
  missing: z.string().nullable(),
});
export type Column = z.infer<typeof columnShape>;

const factsShape = z.object({
  encoding: z.string(),
  locale: z.string(),
  version: z.number(),
  roles: z.array(z.string()),
  /** `name version` */
  extensions: z.array(z.string()),
  /** Names that the server would create, in lower case. Null: it has no such list. */
  allowedExtensions: z.array(z.string()).nullable(),
  /** Materialized views that hold rows. */
  populated: z.array(z.string()),
  /** Tables too large to be looked through while they follow. */
  large: z.array(z.string()),
  /** Indexes that are built concurrently, or were left invalid by such a build. */
  unfinished: z.array(z.object({ index: z.string(), table: z.string(), building: z.boolean() })),
});

/** Everything of a database that `pg_dump --schema-only` would write, and what that leaves out. */
export interface Catalog {
  /** In an order in which they can be made. */
  readonly objects: readonly SchemaObject[];
  /** Compared, and made by a person only. */
  readonly byHand: readonly SchemaObject[];
  readonly columns: readonly Column[];
  readonly facts: z.infer<typeof factsShape>;
  /** What cannot be carried at all, in words. */
  readonly refused: readonly string[];
  /** What would keep rows from arriving as they are, were this the source. */
  readonly receiving: readonly string[];
}

/** Bytes. Building an index over less holds up the stream for a second or two. */
const largeBytes = 256 * 1024 * 1024;
/** Milliseconds for one question to the catalogue. */
const readMs = 20_000;
const words = z.object({ what: z.string() });

/** One snapshot of the catalogue. Not inside a transaction. */
export async function readCatalog(session: Session): Promise<Catalog> {
  return session.transaction(async () => {
    await session.run("set transaction isolation level repeatable read, read only");
    return await catalogWithin(session);
  });
}

/** As the transaction that is open sees it. */
export async function catalogWithin(session: Session): Promise<Catalog> {
  await session.run("set local search_path = ''");
  const objects = await objectsOf(session);
  const [facts] = await session.rows(factsShape, factsQuery, [largeBytes], readMs);
  return {
    objects,
    byHand: await session.rows(objectShape, byHandQuery, [], readMs),
    columns: await session.rows(columnShape, columnDetailsQuery, [], readMs),
    facts: factsShape.parse(facts),
    refused: (await session.rows(words, refusalQuery)).map(({ what }) => what),
    receiving: (await session.rows(words, receivingQuery, [names.replicator])).map(({ what }) => what),
  };
}

/** What of the user's schema exists at a site, in an order in which it can be made. Leaves the search path empty. */
export async function describeSchema(session: Session): Promise<readonly SchemaObject[]> {
  await session.run("set search_path = ''");
  return objectsOf(session);
}

/** One question for all kinds: the other site may be a continent away. */
async function objectsOf(session: Session): Promise<readonly SchemaObject[]> {
  const parts = describeQueries.map(
    (query, index) => `select ${index} as part, row_number() over () as place, to_jsonb(q) as object from (${query}) q`,
  );
  const rows = await session.rows(
    z.object({ object: objectShape }),
    `select object from (${parts.join(" union all ")}) all_parts order by part, place`,
    [],
    readMs,
  );
  return rows.map(({ object }) => object);
}

export function keyOf(object: Pick<SchemaObject, "kind" | "identity">): string {
  return `${object.kind} ${object.identity}`;
}
