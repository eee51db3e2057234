import { z } from "zod";
import type { Site } from "../../../stacks/outputs.ts";
import type { PromotionEvidence } from "../../ports/database.ts";
import { earliestKept, lastApplied } from "./heartbeat.ts";
import { names } from "./names.ts";
import { ensurePromotionColumns, isReady, relationStates, relationStatesSchema } from "./relation-states.ts";
import { shownName } from "./row-text.ts";
import { advanceSequences } from "./sequences.ts";
import type { Session } from "./session.ts";
import { dropSubscription, originPosition, stopReceiving, subscriptionOf } from "./subscription.ts";

const table = `${names.schema}.promotion`;
const promotion = z.object({
  originLsn: z.string().nullable(),
  lastAppliedLsn: z.string().nullable(),
  lastAppliedAt: z.string().nullable(),
  /** Null where a driver promoted that did not record them. */
  relations: relationStatesSchema.nullable(),
  /** Full transaction number of the record. */
  xid: z.string().nullable(),
  settled: z.boolean(),
});
export type Promotion = z.infer<typeof promotion>;

/**
 * Ends the receiving and moves the sequences; nobody may write yet. Needs nothing of the source. The subscription goes last, when everything
 * else is done: a promotion that fails can be repeated. How far the source's stream had been applied is kept in a row here: dropping the
 * subscription forgets it, and the account of losses needs it later.
 */
export async function promote(session: Session, receiver: Site, signal: AbortSignal): Promise<PromotionEvidence> {
  await stopReceiving(session, receiver, signal);
  const subscription = await subscriptionOf(session, receiver);
  const last = await lastApplied(session, receiver);
  const earlier = last === undefined ? undefined : await earliestKept(session, receiver);
  const sequences = await advanceSequences(session, last?.sequences ?? {}, { earlier, final: last?.kind === "final" });
  if (subscription !== undefined) {
    const origin = await originPosition(session, subscription);
    const relations = await relationStates(session, subscription);
    await ensurePromotionColumns(session);
    await session.run(
      `insert into ${table} (receiver, origin_lsn, last_applied_lsn, last_applied_at, relations, xid)
       values ($1, nullif($2, '0/0')::pg_lsn, $3, $4, $5, pg_current_xact_id()::text)`,
      [receiver, origin ?? null, last?.lsn ?? null, last?.at ?? null, JSON.stringify(relations)],
    );
    await dropSubscription(session, receiver);
  }
  const row = await lastPromotion(session, receiver);
  return {
    lastAppliedLsn: row?.lastAppliedLsn ?? last?.lsn,
    lastAppliedAt: row?.lastAppliedAt ?? last?.at,
    ...(row?.originLsn ? { originLsn: row.originLsn } : {}),
    sequences,
    ...followed(row),
  };
}

function followed(row: Promotion | undefined): Pick<PromotionEvidence, "followed" | "unready"> {
  if (row?.relations === undefined || row.relations === null) return {};
  // The driver's own tables are no business of anybody.
  const relations = row.relations.filter(({ schema }) => schema !== names.schema);
  const unready = relations.filter((each) => !isReady(each));
  return {
    followed: relations.length,
    unready: unready.map(({ schema, table: name, state }) => ({ table: shownName({ schema, table: name }), state })),
  };
}

export async function lastPromotion(session: Session, receiver: Site): Promise<Promotion | undefined> {
  const present = await session.first(
    z.object({ there: z.boolean() }),
    `select to_regclass('${table}') is not null as there`,
  );
  if (!present?.there) return undefined;
  await ensurePromotionColumns(session);
  return session.first(
    promotion,
    `select origin_lsn::text as "originLsn", last_applied_lsn::text as "lastAppliedLsn",
       to_char(last_applied_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "lastAppliedAt",
       relations, xid, settled
     from ${table} where receiver = $1 order by at desc limit 1`,
    [receiver],
  );
}

/** The site that was followed has nothing that this one lacks: seen, and true until it is opened. */
export async function settlePromotions(session: Session, receiver: Site): Promise<void> {
  await session.run(`update ${table} set settled = true where receiver = $1 and not settled`, [receiver]);
}
