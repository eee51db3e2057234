import { z } from "zod";
import { DriverError } from "../../domain/errors.ts";
import { pause } from "../../lib/interruption.ts";
import { systemTimer } from "../../lib/timer.ts";
import { type Adoption, rowless, textOf } from "./adoption.ts";
import { catalogWithin, describeSchema, keyOf, type SchemaObject } from "./catalog.ts";
import { additionOf } from "./column-addition.ts";
import { compareCatalogs, type SchemaStep } from "./compare-catalogs.ts";
import { followedNow, writeFollowed, writeRisk } from "./followed.ts";
import type { Link } from "./link.ts";
import { names } from "./names.ts";
import { ableToFollow, publishable, publishTables } from "./publication.ts";
import { type CreationFailure, createAll } from "./schema-copy.ts";
import { isNothing, type SchemaDrift, schemaDrift } from "./schema-drift.ts";
import type { Session } from "./session.ts";
import { type Subscription, subscriptionOf } from "./subscription.ts";

/** Statements that look through a table or wait for the source. */
const longMs = 15_000;
/** How long the receiver is waited for before defaults and "not null" are left to the next call. */
const settlePatienceMs = 3000;
/** Milliseconds for one statement where a person waits for it. */
const patientMs = 1_800_000;

export interface AdoptOptions {
  /** A person waits: large tables are looked through, and what only the receiver has and could refuse rows is dropped. Default false. */
  readonly patient?: boolean;
}

/**
 * As `carry`, and keeps at the receiver what is left: a failover that has no source to ask must know it.
 */
export async function adopt(link: Link, subscription: Subscription, options: AdoptOptions = {}): Promise<Adoption> {
  const adoption = await carry(link, subscription, options);
  await writeRisk(link.receiver, link.to, { atRisk: [...adoption.troubles], losing: [...adoption.losing] });
  return adoption;
}

/**
 * Gives the receiver what the source's schema has become: new names first, then what makes it accept more, new tables and columns, and last,
 * once what was written before has arrived, what makes it stricter. What can be carried is, also where something else cannot.
 */
async function carry(link: Link, subscription: Subscription, options: AdoptOptions): Promise<Adoption> {
  const { source, receiver, to } = link;
  const { patient = false } = options;
  const look = () => schemaDrift(source, receiver, to, subscription, patient);
  let drift = await look();
  const seenAt = await walPosition(source);
  if (isNothing(drift)) {
    if (drift.record === undefined) await remember(link, drift);
    return { tables: [], troubles: [], losing: [] };
  }
  if (drift.renames.steps.length > 0) {
    const failed = await rename(link, subscription, drift, seenAt);
    // Until names are the same, everything else that differs may be one of them.
    if (failed.length > 0) return { tables: [], troubles: failed, losing: failed };
    drift = await look();
  }
  const troubles: string[] = [];
  const failures = [...(await loosen(link, drift)), ...(await make(link, drift, troubles))];
  const adopted = await follow(link, drift, troubles);
  drift = await look();
  if (drift.steps.some(hasWork) && (await appliedPast(link, subscription, seenAt))) {
    failures.push(...(await settle(link, drift, patient)));
    drift = await look();
  }
  await remember(link, drift);
  const blocking = drift.steps.filter((step) => step.class === "blocks");
  const failed = failures.filter(({ key }) => drift.steps.some((step) => `${step.kind} ${step.object}` === key));
  const losing = [...troubles, ...blocking.filter(({ kind }) => !rowless.has(kind)).map(textOf)];
  const form = [...blocking.filter(({ kind }) => rowless.has(kind)).map(textOf), ...failed.map(({ text }) => text)];
  return { tables: adopted, troubles: [...new Set([...losing, ...form])], losing: [...new Set(losing)] };
}

function hasWork({ loosen: first, settle: then }: SchemaStep): boolean {
  return first.length + then.length > 0;
}

/** What both sites have now: by it the next change of a name is told from something new. */
export async function remember({ receiver, to }: Link, drift: SchemaDrift): Promise<void> {
  const tables = new Set(drift.renames.lost.map(({ table }) => table));
  await writeFollowed(
    receiver,
    to,
    followedNow(drift.source, drift.follower, drift.following, { tables, record: drift.record }),
  );
}

/**
 * Rows name their table and columns. So a name is changed only where every row with the old one has been applied: the stream has come past
 * the change, or stands still before the first row with the new name.
 */
async function rename(
  link: Link,
  subscription: Subscription,
  { renames }: SchemaDrift,
  seenAt: string,
): Promise<readonly string[]> {
  const before = await applyErrors(link.receiver, subscription);
  if (!(await appliedPast(link, subscription, seenAt)) && !(await standsStill(link, subscription, before))) {
    return renames.steps.map(({ what }) => `${what}: rows from before it are still on their way`);
  }
  const objects = renames.steps.map(
    ({ what, sql }): SchemaObject => ({ kind: "change of name", identity: what, create_sql: sql }),
  );
  const failures = await link.receiver.transaction(async () => {
    await link.receiver.run("set local lock_timeout = '5s'");
    return createAll(link.receiver, objects);
  });
  return failures.map(({ text }) => text);
}

const errorCount = z.object({ errors: z.number() });

async function applyErrors(receiver: Session, { oid }: Subscription): Promise<number> {
  const row = await receiver.first(
    errorCount,
    "select coalesce(sum(apply_error_count), 0)::int as errors from pg_stat_subscription_stats where subid = $1",
    [oid],
  );
  return row?.errors ?? 0;
}

/** The worker ends at each row that does not fit, and begins again. */
async function standsStill({ receiver, to }: Link, subscription: Subscription, before: number): Promise<boolean> {
  const now = await subscriptionOf(receiver, to);
  return now?.workerPid === null || (await applyErrors(receiver, subscription)) > before;
}

/** What would keep rows from being applied goes first, and what the source has left is asked for no more. */
async function loosen({ receiver }: Link, { steps }: SchemaDrift): Promise<readonly CreationFailure[]> {
  const objects = steps
    .filter((step) => step.class === "carried" && step.loosen.length > 0)
    .map((step) => workOf(step, step.loosen));
  if (objects.length === 0) return [];
  return receiver.transaction(async () => {
    await receiver.run("set local lock_timeout = '5s'");
    return createAll(receiver, objects);
  });
}

function workOf({ kind, object }: SchemaStep, statements: readonly string[]): SchemaObject {
  return { kind, identity: object, create_sql: statements.join("; ") };
}

/** Everything else, in rounds: what is dropped takes other things with it, which are made again. */
async function settle(link: Link, first: SchemaDrift, patient: boolean): Promise<readonly CreationFailure[]> {
  const { receiver } = link;
  const timeoutMs = patient ? patientMs : undefined;
  return receiver.transaction(async () => {
    await receiver.run("set local check_function_bodies = off");
    await receiver.run("set local lock_timeout = '5s'");
    let failures: readonly CreationFailure[] = [];
    let steps = first.steps;
    for (let round = 0; round < 3; round++) {
      const work = steps
        .filter((step) => hasWork(step) && (step.class === "carried" || patient))
        .map((step) => workOf(step, [...step.loosen, ...step.settle]));
      if (work.length === 0) break;
      failures = await createAll(receiver, work, timeoutMs);
      if (failures.length === work.length) break;
      const follower = await catalogWithin(receiver);
      const known = new Set(first.record?.known ?? []);
      steps = compareCatalogs({ source: first.source, follower, known, patient });
    }
    return failures;
  });
}

/** New tables with what belongs to them, new columns, and whatever these need. */
async function make(
  { source, receiver }: Link,
  drift: SchemaDrift,
  troubles: string[],
): Promise<readonly CreationFailure[]> {
  const fresh = new Set(drift.tables);
  const tables = new Set(drift.follower.objects.filter(({ kind }) => kind === "table").map(({ identity }) => identity));
  const mine = drift.source.objects.filter((object) => {
    if (object.kind === "table") return fresh.has(object.identity) || !tables.has(object.identity);
    // What belongs to a table that follows comes later: it might refuse rows that are on their way.
    return !object.table || fresh.has(object.table) || !tables.has(object.table);
  });
  const additions: SchemaObject[] = [];
  for (const column of drift.columns) {
    const sql = await additionOf(column, source, receiver);
    if (sql === undefined) troubles.push(`column ${column.table}.${column.name}: its default differs from row to row`);
    else additions.push({ kind: "column", identity: `${column.table}.${column.name}`, create_sql: sql });
  }
  return receiver.transaction(async () => {
    await receiver.run("set local check_function_bodies = off");
    await receiver.run("set local lock_timeout = '5s'");
    const before = await describeSchema(receiver);
    const left = new Map(before.map((object) => [keyOf(object), object]));
    // One that cannot be followed has no rows to be made room for.
    const able = new Set((await publishable(source)).flatMap(({ name, trouble }) => (trouble === null ? name : [])));
    // A table that does not follow is a leftover here: rows, and perhaps form, of another time.
    for (const object of mine) {
      const leftover =
        object.kind === "table" && fresh.has(object.identity) && able.has(object.identity)
          ? left.get(keyOf(object))
          : undefined;
      if (leftover?.drop_sql) await receiver.run(leftover.drop_sql);
    }
    const present = new Set((await describeSchema(receiver)).map(keyOf));
    const missing = mine.filter((object) => !present.has(keyOf(object)));
    return createAll(receiver, [...additions, ...missing]);
  });
}

/** Publishes what the receiver has by now, and takes it into the subscription. What could not be made there holds up nothing else. */
async function follow(
  { source, receiver, to }: Link,
  drift: SchemaDrift,
  troubles: string[],
): Promise<readonly string[]> {
  const there = await ableToFollow(source, receiver);
  const { changed, unfollowed } = await publishTables(source, there);
  troubles.push(...unfollowed);
  const published = new Set((await publishable(source)).flatMap(({ name, published: is }) => (is ? name : [])));
  const adopted = drift.tables.filter((table) => published.has(table));
  const absent = drift.tables.filter((table) => !there.has(table));
  if (absent.length > 0) troubles.push(`not replicated: ${absent.join(", ")}`);
  if (changed || adopted.length > 0)
    await receiver.run(`alter subscription ${names.link(to)} refresh publication`, [], longMs);
  return adopted;
}

async function walPosition(source: Session): Promise<string> {
  const row = await source.first(z.object({ at: z.string() }), "select pg_current_wal_lsn()::text as at");
  if (row === undefined) throw new DriverError("fatal", `${source.where} does not tell its WAL position`);
  return row.at;
}

/** The receiver has applied everything that the source wrote before `position`; waited for a little. */
async function appliedPast(link: Link, { slot }: Subscription, position: string): Promise<boolean> {
  for (const began = systemTimer.monotonic(); ; ) {
    const row = await link.source.first(
      z.object({ past: z.boolean().nullable() }),
      "select confirmed_flush_lsn >= $2::pg_lsn as past from pg_replication_slots where slot_name = $1",
      [slot, position],
    );
    if (row?.past) return true;
    if (systemTimer.monotonic().since(began) > settlePatienceMs) return false;
    await pause("arrival of older rows", 100, link.signal);
  }
}
