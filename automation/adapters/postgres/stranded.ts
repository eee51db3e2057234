import { z } from "zod";
import type { Site } from "../../../stacks/outputs.ts";
import { DriverError } from "../../domain/errors.ts";
import { otherSite } from "../../domain/protection.ts";
import type { FollowedRelation, StrandedAccount, StrandedWrite } from "../../ports/database.ts";
import { compareTable } from "./compare-tables.ts";
import type { ComparedCounts } from "./comparison.ts";
import { arrivedHeartbeats } from "./heartbeat.ts";
import { lsn } from "./lsn.ts";
import { names } from "./names.ts";
import { lastPromotion, type Promotion } from "./promote.ts";
import { isReady } from "./relation-states.ts";
import { shownName, type TableShape, tableShapes, useCanonicalText } from "./row-text.ts";
import type { Session } from "./session.ts";
import { type IsStranded, slotWrites } from "./slot-stream.ts";
import { slotProblem, whyMadeAnew } from "./slots.ts";
import { subscriptionOf } from "./subscription.ts";
import { Side } from "./table-side.ts";

/** Rows that are looked up at the other site at a time. */
const batchSize = 100;

export interface StrandedSources {
  readonly oldSource: Site;
  /** Admin sessions: at the old source, and at the site that was promoted. */
  readonly source: Session;
  readonly receiver: Session;
  /** The replicator's session at the old source. */
  readonly slots: Session;
  readonly slot: string;
}

type Take = (write: StrandedWrite) => Promise<void>;

/** See the port: `Database.stranded`. */
export async function findStranded(sources: StrandedSources, take: Take): Promise<StrandedAccount> {
  const { source, receiver, slots, slot, oldSource } = sources;
  // What follows was emptied and copied anew: it has nothing of its own.
  if ((await subscriptionOf(source, oldSource)) !== undefined) return { compared: [], unaccounted: [] };
  const promotion = await lastPromotion(receiver, otherSite(oldSource));
  let problem = (await slotProblem(slots, slot)) ?? (await replacedSlot(source, receiver, promotion, slot, oldSource));
  const [here, there] = await Promise.all([tableShapes(source), tableShapes(receiver)]);
  const basis = { promotion, published: await publishedInFull(source) };
  if (problem === undefined) {
    const untold = here.filter((table) => whyCompared(table, basis) !== undefined);
    try {
      await readStream(sources, promotion, here, there, new Set(untold.map(nameOf)), take);
    } catch (error) {
      if (!isFinal(error)) throw error;
      // What was read by then may be found again by comparing: better twice than not at all.
      problem = error.message;
    }
  }
  const compared = here.flatMap((table) => {
    const reason = problem ?? whyCompared(table, basis);
    return reason === undefined ? [] : [{ table, reason }];
  });
  const done: StrandedAccount["compared"][number][] = [];
  const failed: StrandedAccount["unaccounted"][number][] = [];
  for (const { table, reason } of compared) {
    const counts: ComparedCounts = { rows: 0, rightOnly: 0 };
    try {
      await compareOne(sources, table, there, counts, take);
      done.push({ table: shownName(table), reason, rowsElsewhere: counts.rightOnly });
    } catch (error) {
      if (!isFinal(error)) throw error;
      failed.push({ table: shownName(table), reason: `${reason}; ${error.message}` });
    }
  }
  return { ...(problem === undefined ? {} : { slotProblem: problem }), compared: done, unaccounted: failed };
}

/** See `whyMadeAnew`. Without a record of a promotion nothing is known; then every table is compared anyway. */
async function replacedSlot(
  source: Session,
  receiver: Session,
  promotion: Promotion | undefined,
  slot: string,
  oldSource: Site,
): Promise<string | undefined> {
  if (promotion === undefined) return undefined;
  const applied = lsn.latest(promotion.originLsn ?? undefined, promotion.lastAppliedLsn ?? undefined);
  return await whyMadeAnew(source, slot, { applied, heartbeats: await arrivedHeartbeats(receiver, oldSource) });
}

/** Neither an interruption nor something that goes by itself. */
function isFinal(error: unknown): error is DriverError {
  return error instanceof DriverError && !error.retryable && error.code !== "interrupted";
}

/** Relations that cannot be told from the stream, in words: nothing may be left behind that is not in the slot. */
function whyCompared(
  table: TableShape,
  { promotion, published }: { readonly promotion: Promotion | undefined; readonly published: ReadonlySet<string> },
): string | undefined {
  if (promotion === undefined) return "no promotion of the other site is recorded";
  if (promotion.relations === null) return "which tables followed at the promotion was not recorded";
  const followed = promotion.relations.find((each) => nameOf(each) === nameOf(table));
  if (followed === undefined) return "the other site never followed it";
  if (!isReady(followed)) return "its first copy was unfinished at the promotion";
  return published.has(nameOf(table)) ? undefined : "not all of its changes are published";
}

/** Tables of which the stream tells every change. */
async function publishedInFull(source: Session): Promise<ReadonlySet<string>> {
  const rows = await source.rows(
    z.object({ schema: z.string(), table: z.string() }),
    `select t.schemaname::text as schema, t.tablename::text as "table" from pg_publication p join pg_publication_tables t on t.pubname = p.pubname
     where p.pubname ~ '^${names.publication}(_|$)' and p.pubinsert and p.pubupdate and p.pubdelete and t.rowfilter is null`,
  );
  return new Set(rows.map(nameOf));
}

/** A relation's own position: its copy may have brought it further than the stream. */
export function strandedBeyond(promotion: Promotion | undefined, skip: ReadonlySet<string> = new Set()): IsStranded {
  const applied = lsn.latest(promotion?.originLsn ?? undefined, promotion?.lastAppliedLsn ?? undefined);
  const positions = new Map(
    (promotion?.relations ?? []).map((each): [string, FollowedRelation] => [nameOf(each), each]),
  );
  return (relation, at) => {
    const name = nameOf({ schema: relation.schema, table: relation.name });
    if (skip.has(name)) return false;
    // One that never followed and is gone by now: only the stream knows of it.
    if (promotion?.relations !== null && promotion !== undefined && !positions.has(name)) return true;
    const position = lsn.latest(applied, positions.get(name)?.lsn ?? undefined);
    // The commit record lies before its end, which is where the receiver's position stands.
    return position === undefined || at >= lsn.parse(position);
  };
}

async function readStream(
  { slots, slot, receiver }: StrandedSources,
  promotion: Promotion | undefined,
  here: readonly TableShape[],
  there: readonly TableShape[],
  skip: ReadonlySet<string>,
  take: Take,
): Promise<void> {
  const shapes = new Map(here.map((each) => [nameOf(each), each]));
  const others = new Map(there.map((each) => [nameOf(each), each]));
  let batch: StrandedWrite[] = [];
  const flush = async (): Promise<void> => {
    await addBefore(receiver, batch, others, promotion);
    for (const write of batch) await take(write);
    batch = [];
  };
  for await (const write of slotWrites(slots, slot, strandedBeyond(promotion, skip))) {
    batch.push(withShortKey(write, shapes.get(nameOf(write))));
    if (batch.length >= batchSize) await flush();
  }
  await flush();
}

/** The stream gives every column as the key where the identity is the whole row: the primary key says the same shorter. */
function withShortKey(write: StrandedWrite, shape: TableShape | undefined): StrandedWrite {
  if (shape === undefined || shape.key.length === 0 || !shape.key.every((name) => name in write.key)) return write;
  return { ...write, key: Object.fromEntries(shape.key.map((name) => [name, write.key[name] ?? null])) };
}

/**
 * The row as the other site has it, for changes of which the stream gives only the new one. Only where nobody there has written the row
 * since the promotion: then it is what the lost change was made on.
 */
async function addBefore(
  receiver: Session,
  batch: StrandedWrite[],
  shapes: ReadonlyMap<string, TableShape>,
  promotion: Promotion | undefined,
): Promise<void> {
  const xid = promotion?.xid;
  if (xid === undefined || xid === null) return;
  const wanted = Map.groupBy(batch.keys(), (index) => {
    const write = batch[index];
    const changed = write?.kind === "update" || write?.kind === "delete";
    return changed && write.before === undefined ? nameOf(write) : "";
  });
  for (const [name, indexes] of wanted) {
    const shape = shapes.get(name);
    if (shape === undefined || shape.key.length === 0) continue;
    const withKey = indexes.filter((index) =>
      shape.key.every((column) => typeof batch[index]?.key[column] === "string"),
    );
    const side = new Side(receiver, shape, shape.keyTypes, shape.columns);
    const found = await side.lookUp(
      withKey.map((index) => shape.key.map((column) => batch[index]?.key[column] ?? "")),
      `age(t.xmin) >= age('${BigInt(xid) & 0xffffffffn}'::xid)`,
    );
    for (const [place, row] of found) {
      const index = withKey[place];
      const write = index === undefined ? undefined : batch[index];
      if (index !== undefined && write !== undefined) batch[index] = { ...write, before: side.rowOf(row) };
    }
  }
}

async function compareOne(
  { source, receiver }: StrandedSources,
  table: TableShape,
  there: readonly TableShape[],
  counts: ComparedCounts,
  take: Take,
): Promise<void> {
  const other = there.find((each) => nameOf(each) === nameOf(table));
  const left = { session: source, shape: table };
  const right = { session: receiver, shape: other };
  for await (const difference of compareTable(left, right, { both: false }, counts)) {
    await take({
      schema: table.schema,
      table: table.table,
      key: difference.key,
      kind: difference.right === undefined ? "insert" : "update",
      ...(difference.right === undefined ? {} : { before: difference.right }),
      after: difference.left,
      basis: "comparison",
    });
  }
}

/**
 * Why two sites cannot be taken for equal, so that streaming "from here on" would lose rows without a word; undefined: they can.
 * `source`: the site that was followed; `receiver`: the one that followed it, promoted.
 */
export async function whyNotEqual(
  source: Session,
  slots: Session,
  receiver: Session,
  site: Site,
  slot: string,
): Promise<string | undefined> {
  const promotion = await lastPromotion(receiver, site);
  if (promotion === undefined || promotion.settled) return undefined;
  const problem =
    (await slotProblem(slots, slot)) ?? (await replacedSlot(source, receiver, promotion, slot, otherSite(site)));
  if (problem !== undefined) return `${problem}: what never arrived cannot be told`;
  let count = 0;
  for await (const _ of slotWrites(slots, slot, strandedBeyond(promotion))) count += 1;
  if (count > 0) return `${count} changes at ${slots.where} never reached the ${site} site`;
  const basis = { promotion, published: await publishedInFull(source) };
  for (const table of await tableShapes(source)) {
    const reason = whyCompared(table, basis);
    // Nobody counts on rows that a crash would drop: they do not hold up the way home.
    if (reason === undefined || table.unlogged) continue;
    await useCanonicalText(source);
    const side = new Side(source, table, table.keyTypes, table.columns);
    if (!(await side.isEmpty())) return `${shownName(table)} has rows at ${source.where}, and ${reason}`;
  }
  return undefined;
}

function nameOf({ schema, table }: Pick<TableShape, "schema" | "table">): string {
  return JSON.stringify([schema, table]);
}
