import { z } from "zod";
import { DriverError, redact } from "../../domain/errors.ts";
import { howToAllow } from "../../domain/extensions.ts";
import { catalogWithin, describeSchema, keyOf, readCatalog, type SchemaObject } from "./catalog.ts";
import { disallowed } from "./compare-catalogs.ts";
import { sqlState } from "./errors.ts";
import { publishable } from "./publication.ts";
import { tableColumnsQuery } from "./schema-queries.ts";
import type { Session } from "./session.ts";

/** What there is at `source` that a copy cannot take to `target`, in words. Without a target: to an empty database. */
export async function notCopyable(source: Session, target?: Session): Promise<readonly string[]> {
  const catalog = await readCatalog(source);
  const follower = target === undefined ? undefined : await readCatalog(target);
  const there = new Set((follower?.byHand ?? []).map(keyOf));
  const byHand = catalog.byHand.map(keyOf).filter((key) => !there.has(key));
  return [
    ...catalog.refused,
    ...(follower === undefined ? [] : disallowed(catalog, follower)).map(
      (name) => `extension ${name}, which ${target?.where} would refuse to create: ${howToAllow([name])}`,
    ),
    ...byHand.map((key) => `${key}${target === undefined ? "" : ", which has to be made by hand there"}`),
  ];
}

/** Errors: `refused`, naming everything that this copy does not carry. */
export async function requireCopyable(source: Session, target?: Session): Promise<void> {
  const refused = await notCopyable(source, target);
  refuseUnlessEmpty(source, refused);
}

/** As `requireCopyable`, and everything that keeps a table from being followed, before anything is published or dropped. */
export async function requireFollowable(source: Session, target: Session): Promise<void> {
  const { receiving } = await readCatalog(source);
  const tables = (await publishable(source)).flatMap(({ trouble, extension }) => (extension ? [] : (trouble ?? [])));
  refuseUnlessEmpty(source, [...(await notCopyable(source, target)), ...receiving, ...tables]);
}

function refuseUnlessEmpty(source: Session, refused: readonly string[]): void {
  if (refused.length === 0) return;
  const list = refused.join("; ");
  throw new DriverError("refused", `the schema at ${source.where} holds what is not carried over: ${list}`, {
    field: "schema",
    value: list,
    expected: "what docs/database.md says is carried, or the same made by hand at the other site",
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
    if (replace) await dropWhatDiffers(target, wanted);
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

/** Also what only the target has and could refuse rows. Dropping one thing changes others that were made of it: until nothing differs any more. */
async function dropWhatDiffers(target: Session, wanted: readonly SchemaObject[]): Promise<void> {
  const here = new Map(wanted.map((object) => [keyOf(object), object.create_sql]));
  const tables = new Set(wanted.filter(({ kind }) => kind === "table").map(({ identity }) => identity));
  for (let round = 0; round < 5; round++) {
    const { objects: present, facts } = await catalogWithin(target);
    // They are no part of what is compared, and would stand in the way by their names, or refuse rows.
    const unfinished = facts.unfinished.filter(({ table }) => tables.has(table));
    for (const { index } of unfinished) await target.run(`drop index if exists ${index}`);
    const drops = present.flatMap((object) => {
      const sql = here.get(keyOf(object));
      const strict = sql === undefined && tables.has(object.table ?? "") && object.kind !== "owner";
      return object.drop_sql && (strict || (sql !== undefined && sql !== object.create_sql)) ? [object.drop_sql] : [];
    });
    if (drops.length === 0) return;
    // An inherited part cannot be dropped by itself; it goes with, or is right once, its parent has been.
    await createAll(
      target,
      drops.map((sql) => ({ kind: "what differs", identity: sql, create_sql: sql })),
    );
  }
}

export interface CreationFailure {
  /** As `keyOf`. */
  readonly key: string;
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
  timeoutMs?: number,
): Promise<readonly CreationFailure[]> {
  let todo = objects;
  for (;;) {
    const failed: { readonly object: SchemaObject; readonly error: unknown }[] = [];
    for (const object of todo) {
      await target.run("savepoint object");
      try {
        await target.run(object.create_sql, [], timeoutMs);
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
        key: keyOf(object),
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
