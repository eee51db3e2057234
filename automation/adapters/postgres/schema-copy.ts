import { z } from "zod";
import { DriverError, redact } from "../../domain/errors.ts";
import { sqlState } from "./errors.ts";
import { describeQueries, refusalQuery, tableColumnsQuery } from "./schema-queries.ts";
import type { Session } from "./session.ts";

const objectShape = z.object({
  kind: z.string(),
  identity: z.string(),
  create_sql: z.string(),
  drop_sql: z.string().nullable(),
  /** The table that it is a part of. */
  table: z.string().optional(),
});
export type SchemaObject = z.infer<typeof objectShape>;

/** What of the user's schema exists at a site, in an order in which it can be made. */
export async function describeSchema(session: Session): Promise<readonly SchemaObject[]> {
  await session.run("set search_path = ''");
  const objects: SchemaObject[] = [];
  for (const query of describeQueries) objects.push(...(await session.rows(objectShape, query)));
  return objects;
}

/** What there is at `source` that this copy does not carry, in words. */
export async function notCopyable(source: Session): Promise<readonly string[]> {
  await source.run("set search_path = ''");
  return (await source.rows(z.object({ what: z.string() }), refusalQuery)).map((row) => row.what);
}

/** Errors: `refused`, naming everything that this copy does not carry. */
export async function requireCopyable(source: Session): Promise<void> {
  const refused = await notCopyable(source);
  if (refused.length === 0) return;
  const list = refused.join("; ");
  throw new DriverError("refused", `the schema at ${source.where} holds what is not carried over: ${list}`, {
    field: "schema",
    value: list,
    expected:
      "ordinary tables, sequences, enums, domains, functions, views, indexes, constraints, triggers and extensions",
  });
}

/**
 * Makes `target`'s schema that of `source`, in one transaction at the target. `replace`: what differs is dropped and made anew (its
 * rows go); else only what is missing is added. What only the target has stays.
 */
export async function copySchema(source: Session, target: Session, replace: boolean): Promise<void> {
  const wanted = await describeSchema(source);
  await target.transaction(async () => {
    await target.run("set local check_function_bodies = off");
    if (replace) {
      const there = new Map((await describeSchema(target)).map((object) => [keyOf(object), object]));
      for (const object of wanted) {
        const present = there.get(keyOf(object));
        if (present?.drop_sql && present.create_sql !== object.create_sql) await target.run(present.drop_sql);
      }
    }
    const present = new Map((await describeSchema(target)).map((object) => [keyOf(object), object.create_sql]));
    const missing = wanted.filter((object) => {
      const existing = present.get(keyOf(object));
      return existing === undefined || (replace && existing !== object.create_sql);
    });
    const failures = await createAll(target, missing);
    const first = failures[0];
    if (first === undefined) return;
    const more = failures.length > 1 ? ` (and ${failures.length - 1} more)` : "";
    throw new DriverError("refused", `${first.text}${more}`, { cause: first.cause });
  });
}

export function keyOf(object: SchemaObject): string {
  return `${object.kind} ${object.identity}`;
}

export interface CreationFailure {
  readonly text: string;
  readonly cause: unknown;
}

/**
 * Passes over the list until nothing more can be made: an object may need a neighbour that comes later (a default's function, a row
 * type). Gives what could not be made. Only inside a transaction.
 */
export async function createAll(
  target: Session,
  objects: readonly SchemaObject[],
): Promise<readonly CreationFailure[]> {
  let todo = objects;
  for (;;) {
    const failed: { readonly object: SchemaObject; readonly error: unknown }[] = [];
    for (const object of todo) {
      await target.run("savepoint object");
      try {
        await target.run(object.create_sql);
        await target.run("release savepoint object");
      } catch (error) {
        // Without a state of the server it is the connection that failed, not the object.
        if (sqlState(error) === undefined) throw error;
        await target.run("rollback to savepoint object");
        failed.push({ object, error });
      }
    }
    if (failed.length === todo.length) {
      return failed.map(({ object, error }) => ({
        text: `${keyOf(object)} cannot be made at ${target.where}: ${redact(error instanceof Error ? error.message : String(error))}`,
        cause: error,
      }));
    }
    todo = failed.map(({ object }) => object);
  }
}

/** Errors: `refused` when a published table is missing at `target`, or lacks or differs in a column. */
export async function requireEqualTables(source: Session, target: Session): Promise<void> {
  const shape = z.object({ name: z.string(), columns: z.array(z.string()) });
  await source.run("set search_path = ''");
  await target.run("set search_path = ''");
  const there = new Map(
    (await target.rows(shape, tableColumnsQuery)).map((table) => [table.name, new Set(table.columns)]),
  );
  const differences: string[] = [];
  for (const table of await source.rows(shape, tableColumnsQuery)) {
    const columns = there.get(table.name);
    if (columns === undefined) differences.push(`${table.name} is missing`);
    else
      for (const column of table.columns) if (!columns.has(column)) differences.push(`${table.name} lacks ${column}`);
  }
  if (differences.length === 0) return;
  throw new DriverError(
    "refused",
    `the schema at ${target.where} does not fit what ${source.where} sends: ${differences.join("; ")}`,
  );
}
