import { z } from "zod";
import type { Site } from "../../../stacks/outputs.ts";
import type { PromotionEvidence } from "../../ports/database.ts";
import { earliestKept, lastApplied } from "./heartbeat.ts";
import { names } from "./names.ts";
import { advanceSequences } from "./sequences.ts";
import type { Session } from "./session.ts";
import { dropSubscription, originPosition, stopReceiving, subscriptionOf } from "./subscription.ts";

const table = `${names.schema}.promotion`;
const promotion = z.object({
  originLsn: z.string().nullable(),
  lastAppliedLsn: z.string().nullable(),
  lastAppliedAt: z.string().nullable(),
});

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
    await session.run(
      `insert into ${table} (receiver, origin_lsn, last_applied_lsn, last_applied_at) values ($1, nullif($2, '0/0')::pg_lsn, $3, $4)`,
      [receiver, origin ?? null, last?.lsn ?? null, last?.at ?? null],
    );
    await dropSubscription(session, receiver);
  }
  const row = await lastPromotion(session, receiver);
  return {
    lastAppliedLsn: row?.lastAppliedLsn ?? last?.lsn,
    lastAppliedAt: row?.lastAppliedAt ?? last?.at,
    ...(row?.originLsn ? { originLsn: row.originLsn } : {}),
    sequences,
  };
}

export async function lastPromotion(session: Session, receiver: Site) {
  const present = await session.first(
    z.object({ there: z.boolean() }),
    `select to_regclass('${table}') is not null as there`,
  );
  if (!present?.there) return undefined;
  return session.first(
    promotion,
    `select origin_lsn::text as "originLsn", last_applied_lsn::text as "lastAppliedLsn",
       to_char(last_applied_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "lastAppliedAt"
     from ${table} where receiver = $1 order by at desc limit 1`,
    [receiver],
  );
}
