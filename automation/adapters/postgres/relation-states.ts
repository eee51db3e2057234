import { z } from "zod";
import type { FollowedRelation } from "../../ports/database.ts";
import { names } from "./names.ts";
import type { Session } from "./session.ts";
import type { Subscription } from "./subscription.ts";

const shape = z.object({ schema: z.string(), table: z.string(), state: z.string(), lsn: z.string().nullable() });
export const relationStatesSchema = z.array(shape);

/** Every relation of the subscription with the state of its first copy, as it stands now. */
export function relationStates(session: Session, { oid }: Pick<Subscription, "oid">): Promise<FollowedRelation[]> {
  return session.rows(
    shape,
    `select n.nspname::text as schema, c.relname::text as "table", r.srsubstate::text as state, r.srsublsn::text as lsn
     from pg_subscription_rel r join pg_class c on c.oid = r.srrelid join pg_namespace n on n.oid = c.relnamespace
     where r.srsubid = $1 order by 1, 2`,
    [oid],
  );
}

/** The first copy is there and up to date: from its position on, the stream tells all. */
export function isReady({ state }: FollowedRelation): boolean {
  return state === "s" || state === "r";
}

/**
 * Columns of the promotion's record that came later. `relations`: what followed; `xid`: what is older there was not written since;
 * `settled`: both sites were then seen to be equal.
 */
export async function ensurePromotionColumns(session: Session): Promise<void> {
  const table = `${names.schema}.promotion`;
  const there = await session.first(
    z.object({ count: z.coerce.number() }),
    "select count(*) from pg_attribute where attrelid = $1::regclass and attname in ('relations', 'xid', 'settled')",
    [table],
  );
  if (there?.count === 3) return;
  await session.run(
    `alter table ${table} add column if not exists relations jsonb,
     add column if not exists xid text, add column if not exists settled boolean not null default false`,
  );
}
