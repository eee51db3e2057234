import { z } from "zod";
import type { Site } from "../../../stacks/outputs.ts";
import { type Catalog, type Column, keyOf } from "./catalog.ts";
import { names } from "./names.ts";
import type { Session } from "./session.ts";

const recordShape = z.object({
  tables: z.array(
    z.object({ relid: z.string(), schemaid: z.string(), table: z.string(), columns: z.record(z.string(), z.string()) }),
  ),
  known: z.array(z.string()),
});
/**
 * What a follower took over from its source, by the identifiers that outlive a change of name there: table and column numbers of the source.
 * `known`: what both had, by kind and name.
 */
export type FollowedRecord = z.infer<typeof recordShape>;

const table = `${names.schema}.followed`;

export const followedTable = `create table if not exists ${table} (receiver text primary key, record jsonb not null, at_risk jsonb not null default '{}')`;

const riskShape = z.object({ atRisk: z.array(z.string()).default([]), losing: z.array(z.string()).default([]) });
/** What the last look found different and could not carry. Kept at the follower: it must be known when the source is gone. */
export type Risk = z.infer<typeof riskShape>;

export async function readRisk(session: Session, receiver: Site): Promise<Risk> {
  if (!(await isThere(session))) return { atRisk: [], losing: [] };
  const row = await session.first(
    z.object({ risk: riskShape }),
    `select at_risk as risk from ${table} where receiver = $1`,
    [receiver],
  );
  return row?.risk ?? { atRisk: [], losing: [] };
}

export async function writeRisk(session: Session, receiver: Site, risk: Risk): Promise<void> {
  await session.run(`update ${table} set at_risk = $2 where receiver = $1 and at_risk <> $2`, [
    receiver,
    JSON.stringify(risk),
  ]);
}

export async function readFollowed(session: Session, receiver: Site): Promise<FollowedRecord | undefined> {
  if (!(await isThere(session))) return undefined;
  const row = await session.first(
    z.object({ record: recordShape }),
    `select record from ${table} where receiver = $1`,
    [receiver],
  );
  return row?.record;
}

async function isThere(session: Session): Promise<boolean> {
  const row = await session.first(
    z.object({ there: z.boolean() }),
    `select to_regclass('${table}') is not null as there`,
  );
  return row?.there ?? false;
}

export async function writeFollowed(session: Session, receiver: Site, record: FollowedRecord): Promise<void> {
  await session.run(
    `insert into ${table} (receiver, record) values ($1, $2) on conflict (receiver) do update set record = excluded.record
     where followed.record <> excluded.record`,
    [receiver, JSON.stringify(record)],
  );
}

export async function forgetFollowed(session: Session, receiver: Site): Promise<void> {
  await session.run(`delete from ${table} where receiver = $1`, [receiver]);
}

/** What is equal at both sites now. `keep`: what an earlier record says of tables that are not to be taken as they are now. */
export function followedNow(
  source: Catalog,
  follower: Catalog,
  following: ReadonlySet<string>,
  keep: { readonly tables: ReadonlySet<string>; readonly record: FollowedRecord | undefined },
): FollowedRecord {
  const present = new Set(follower.columns.map(({ table: of, name }) => `${of}.${name}`));
  const both = source.columns.filter(
    ({ table: of, name }) => following.has(of) && !keep.tables.has(of) && present.has(`${of}.${name}`),
  );
  const kept = keep.record?.tables.filter(({ table: of }) => keep.tables.has(of)) ?? [];
  const there = new Set(follower.objects.map(keyOf));
  return {
    tables: [...tablesOf(both), ...kept],
    known: [
      ...source.objects.map(keyOf).filter((key) => there.has(key)),
      ...both.map(({ table: of, name }) => `column ${of}.${name}`),
    ].toSorted(),
  };
}

function tablesOf(columns: readonly Column[]): FollowedRecord["tables"] {
  return [...Map.groupBy(columns, ({ relid }) => relid)].flatMap(([relid, list]) => {
    const [first] = list;
    if (first === undefined) return [];
    const numbers = Object.fromEntries(list.map(({ attnum, name }) => [String(attnum), name]));
    return [{ relid, schemaid: first.schemaid, table: first.table, columns: numbers }];
  });
}
